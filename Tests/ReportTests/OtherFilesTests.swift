import Analysis
import Formats
import Foundation
import Measurement
import Testing

@testable import Report

/// Files for other tools: Markdown, GitHub's lines, JUnit, the summaries of k6 and of load-test scripts.
@Suite struct OtherFilesTests {
    static let hostile = [
        "<script>alert(1)</script>", "a|b|c", "`rm -rf /`", "[x](http://evil)", "@everyone", "# head", "*bold*",
        "\u{1B}[2J\u{0}", "line\nbreak\r\n::error::x", "=cmd|' /C calc'!A0", "https://evil.example/?x", "$x$",
        String(repeating: "y", count: 10_000), "`\u{301}<b>x", "|\u{301}|", ",\u{301}\"\u{301}", "＝1+1", "=\u{301}1+1",
        "\u{A0}=1+1", "a\\|b", "\\", "%\u{301}0A::error::x", "\u{202E}txt.exe",
    ]

    // MARK: Markdown

    @Test func theVerdictIsTheFirstLine() {
        let text = MarkdownSummary(SampleCampaign.content()).text
        #expect(text.hasPrefix("### ❌ shop: BLOCKED (FAIL)\n"), "\(text.prefix(200))")
        for part in [
            "| steady: `high: p95<15ms` | ✗ failed | −33% | p95 = 20 ms response |",
            "Capacity: limit: the target holds 1,200 sessions",
            "<details><summary>Phases</summary>", "Worst margin: −33%, steady: `high: p95<15ms`",
            "Score: 100% (excellent)",
        ] {
            #expect(text.contains(part), "\(part)\n\(text)")
        }
    }

    @Test func aRunHasItsGatesAndFailures() {
        let text = MarkdownSummary(
            SampleRun.summary(), series: SampleRun.series(windows: 60), caption: SampleRun.caption
        ).text
        #expect(text.hasPrefix("### ❌ A small run: FAIL\n"))
        for part in ["| `no-leak` | ✗ failed | – |", "| `GET /items` | 200 | no response |", "- p95 `"] {
            #expect(text.contains(part), "\(part)\n\(text)")
        }
    }

    @Test(arguments: hostile)
    func noNameIsMarkdown(name: String) {
        let texts = [
            MarkdownSummary(CampaignReportTests.content(named: name)).text,
            MarkdownSummary(
                SampleRun.summary(endpoint: "GET /\(name)"), series: SampleRun.series(windows: 20),
                caption: RunCaption(title: name)
            ).text,
        ]
        for text in texts {
            #expect(!text.contains("\u{1B}") && !text.contains("\u{0}"), "control characters")
            // In a code span nothing links by itself.
            let outside = text.unicodeScalars.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }.joined()
            #expect(!outside.contains("://evil"), "a link that makes itself")
            #expect(!outside.contains("<script"), "markup")
            #expect(text.utf8.count < 200_000)
            // Each row of a table has as many cells as its head.
            var columns: Int?
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                guard line.hasPrefix("| ") else {
                    columns = nil
                    #expect(!line.hasPrefix("::"), "a command of GitHub's runner")
                    continue
                }
                let cells = Self.cellCount(String(line))
                #expect(cells == columns ?? cells, "\(line)")
                columns = cells
            }
        }
    }

    /// The bars of a row that divide cells, as cmark-gfm scans them.
    private static func cellCount(_ line: String) -> Int {
        var isEscaped = false
        return line.unicodeScalars.count { scalar in
            defer { isEscaped = !isEscaped && scalar == "\\" }
            return scalar == "|" && !isEscaped
        }
    }

    // MARK: GitHub

    @Test func aLineForEachFailedGate() {
        let lines = GitHubAnnotations.errors(of: SampleCampaign.result())
        #expect(lines == ["::error title=steady%3A high%3A p95<15ms::p95 = 20 ms response"])
        let run = GitHubAnnotations.errors(of: SampleRun.summary(), name: "run")
        #expect(run == ["::error title=run%3A no-leak::pid 7 grew by 112 MiB per hour"])
    }

    @Test(arguments: hostile)
    func noNameIsACommand(name: String) {
        var scenario = SampleCampaign.steady(named: name)
        scenario.gates[0].gate = name
        scenario.gates[0].figure = name
        for line in GitHubAnnotations.errors(of: SampleCampaign.result([scenario])) {
            #expect(!line.contains("\n") && !line.contains("\r"))
            #expect(line.hasPrefix("::error title="))
            // The title ends at the first `::` after its begin: nothing in it may be one.
            let rest = line.dropFirst("::error title=".count)
            let title = rest[..<(rest.firstRange(of: "::")?.lowerBound ?? rest.startIndex)]
            #expect(!title.contains(":") && !title.contains(","), "\(line)")
        }
    }

    @Test func manyErrorsAreCounted() {
        var scenario = SampleCampaign.steady()
        scenario.gates = (0..<40).map { SampleCampaign.gate("p\($0)<1ms", .failed, "x", margin: nil) }
        let lines = GitHubAnnotations.errors(of: SampleCampaign.result([scenario]))
        #expect(lines.count == 10 && lines.last == "::error title=more::31 more")
    }

    // MARK: JUnit

    @Test func aScenarioIsASuiteAndAGateACase() throws {
        var result = SampleCampaign.result()
        result.scenarios[1].problem = "the service went away"
        result.scenarios[0].goals.append(SampleCampaign.gate("rps>1000", .failed, "rps = 10", margin: -0.99))
        let text = JUnitReport(result).text
        let document = try XMLText(text)
        let suites = document.all("testsuite")
        #expect(suites.map { $0.attributes["name"] } == ["steady", "limit"])
        #expect(suites[0].attributes["tests"] == "5")
        #expect(suites[0].attributes["failures"] == "1" && suites[0].attributes["skipped"] == "2")
        #expect(suites[1].attributes["errors"] == "1")
        #expect(suites[0].attributes["timestamp"] == "2023-11-14T22:13:20")
        #expect(suites[0].attributes["hostname"] == "lab-1")
        #expect(
            document.all("testcase").map { $0.attributes["classname"] ?? "" }.prefix(5)
                == ["steady.high", "steady", "steady", "steady.goals", "steady.goals"])
        #expect(document.all("failure").first?.attributes["message"] == "p95 = 20 ms response")
        #expect(document.all("error").first?.attributes["message"] == "the service went away")
        #expect(text.contains("✓ failures&lt;1%: failures = 0.25% (50 of 20000)"))
    }

    /// What both common schemas ask for, as their documentation has it: Ant's (windyroad) and Jenkins'.
    @Test(arguments: hostile + ["", " "])
    func theDocumentKeepsTheCommonSchemas(name: String) throws {
        var summary = SampleRun.summary(endpoint: name)
        summary.gates[0].gate = name
        summary.gates[0].figure = name
        summary.gates.append(GateResult(gate: "p99<1s", outcome: .inconclusive, figure: name))
        var soaked = summary
        soaked.gates = []
        let texts = [
            JUnitReport(CampaignReportTests.content(named: name).result).text,
            JUnitReport(summary, name: name, startedAt: 1_700_000_000).text, JUnitReport(soaked, name: name).text,
        ]
        for text in texts {
            let document = try XMLText(text)
            #expect(document.root.name == "testsuites" && document.root.attributes.isEmpty)
            for suite in document.root.children {
                #expect(suite.name == "testsuite")
                #expect(
                    Set(suite.attributes.keys) == [
                        "id", "package", "name", "timestamp", "hostname", "tests", "failures", "errors", "skipped",
                        "time",
                    ])
                #expect(suite.attributes.values.allSatisfy { !$0.isEmpty })
                let names = suite.children.map(\.name)
                #expect(names.first == "properties" && names.suffix(2) == ["system-out", "system-err"])
                let cases = suite.children.dropFirst().dropLast(2)
                #expect("\(cases.count)" == suite.attributes["tests"])
                for own in cases {
                    #expect(own.name == "testcase" && Set(own.attributes.keys) == ["classname", "name", "time"])
                    #expect(own.attributes.values.allSatisfy { !$0.isEmpty })
                    #expect(own.children.count <= 1)
                    for child in own.children {
                        let wanted: Set<String> = child.name == "skipped" ? ["message"] : ["message", "type"]
                        #expect(
                            Set(child.attributes.keys) == wanted
                                && ["skipped", "failure", "error"].contains(child.name))
                    }
                }
            }
        }
    }

    // MARK: CSV

    /// The fields of each line (RFC 4180).
    private func fields(_ table: String) -> [[String]] {
        table.split(separator: "\n").map { line in
            var fields = [""]
            var isQuoted = false
            for scalar in line.unicodeScalars {
                switch scalar {
                case "\"": isQuoted.toggle()
                case "," where !isQuoted: fields.append("")
                default: fields[fields.count - 1].unicodeScalars.append(scalar)
                }
            }
            return fields
        }
    }

    @Test(arguments: hostile + ["=1+1", "+1", "-1+1", " =cmd", "@SUM(A1)", "a,b", "\"q\"", "|x", "%0A"])
    func noNameIsAFormula(name: String) throws {
        var record = try FileTests.record
        record.description.endpoints = ["\(name) \(name)"]
        for table in CSVTables(RunFigures(of: record)).all {
            let rows = fields(table.text)
            #expect(Set(rows.map(\.count)).count == 1, "\(table.suffix): every row has all columns")
            for field in rows.joined() where Double(field) == nil {
                let first = field.unicodeScalars.first { !$0.properties.isWhitespace }
                let signs = "=+-@|%＝＋－＠".unicodeScalars
                #expect(first.map { !signs.contains($0) } ?? true, "\(table.suffix): \(field.prefix(40))")
                #expect(!field.contains("\u{1B}") && !field.contains("\u{0}"))
            }
        }
    }

    // MARK: JSON

    private func object(_ value: some Encodable) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: JSONText.encode(value)) as? [String: Any])
    }

    @Test func theSummaryOfLoadTestScriptsHasAllItsKeys() throws {
        let object = try object(LoadTestSummary(SampleCampaign.content()))
        for key in [
            "test_date", "max_users", "duration_seconds", "total_requests", "failure_rate", "percentiles",
            "throughput_rps",
            "bottlenecks", "status",
        ] {
            #expect(object[key] != nil, "\(key)")
        }
        #expect(object["test_date"] as? String == "2023-11-14T22:13:20Z")
        #expect(object["status"] as? String == "FAIL")
        #expect(object["total_requests"] as? Int == 5 * 12_345, "all five runs")
        let percentiles = try #require(object["percentiles"] as? [String: Double])
        #expect(percentiles["p50"] == 2 && percentiles["p95"] == 7 && percentiles["p99"] == 16)
    }

    @Test(arguments: [(Verdict.pass, "PASS"), (.fail, "FAIL"), (.none, "FAIL")])
    func whatWasNotJudgedHasNotPassed(verdict: Verdict, status: String) throws {
        let object = try object(
            LoadTestSummary(SampleRun.summary(verdict: verdict), name: "a", startedAt: 1_700_000_000))
        #expect(object["status"] as? String == status && object["verdict"] as? String == verdict.rawValue)
    }

    @Test func k6ReadersFindTheirMetrics() throws {
        let record = try FileTests.record
        let gates = try ["p95<1s", "failures<1%", "rps>1", "no-leak"].map { try Criterion(parsing: $0) }
        let summary = RunSummary(of: record, gates: gates)
        let object = try object(K6Summary(record, summary))
        let metrics = try #require(object["metrics"] as? [String: [String: Any]])
        let values = { (name: String) in metrics[name]?["values"] as? [String: Double] ?? [:] }
        #expect(Set(values("http_req_duration").keys) == ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)"])
        #expect(values("http_reqs")["count"] == 28)
        #expect(values("http_req_failed")["passes"] == 4 && values("http_req_failed")["fails"] == 24)
        let thresholds = metrics["http_req_failed"]?["thresholds"] as? [String: [String: Bool]]
        #expect(thresholds == ["failures<1%": ["ok": false]])
        #expect((metrics["response_time"]?["thresholds"] as? [String: Any])?["p95<1s"] != nil)
        let root = try #require(object["root_group"] as? [String: Any])
        #expect((root["checks"] as? [Any])?.count == summary.gates.count && summary.gates.count >= 4)
    }
}
