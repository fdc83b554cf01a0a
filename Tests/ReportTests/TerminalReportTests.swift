import Analysis
import Formats
import Measurement
import Testing

@testable import Report

@Suite("The page on a terminal")
struct TerminalReportTests {
    @Test(
        "The first line names the reason for most failures",
        arguments: [
            (nil, 500, Fate.unexpectedStatus, "POST /orders answered 500 instead of 201: 341 failures."),
            (nil, nil, .refused, "POST /orders was refused: 341 failures."),
            (nil, nil, .timeout, "POST /orders got no response (timeout): 341 failures."),
            (
                "POST /login answered 200 without $.token: 341 later requests were not sent", nil, .missingBinding,
                "POST /login answered 200 without $.token: 341 later requests were not sent."
            ),
        ] as [(String?, Int?, Fate, String)])
    func root(root: String?, status: Int?, fate: Fate, expected: String) {
        var summary = SampleRun.summary()
        summary.load.failureRatio = 0.3
        summary.load.failureCauses = [
            FailureCauseSummary(
                endpoint: "POST /orders", expectedStatus: 201, receivedStatus: status, kind: fate, count: 341,
                firstSeconds: 0, lastSeconds: 9, root: root)
        ]
        #expect(summary.headline == "\(expected) 1 of 2 gates failed.")
        summary.load.failureRatio = 0.001
        #expect(summary.headline == "1 of 2 gates failed.", "a few failures are not the headline")
    }

    @Test("Every form of the failures names the recorded exchange of each")
    func exchanges() {
        var summary = SampleRun.summary()
        summary.load.failureCauses?[0].exchange = 4711
        let (terminal, page) = (
            TerminalReport(summary).text,
            HTMLReport(summary, series: SampleRun.series(windows: 8), caption: SampleRun.caption).text
        )
        #expect(
            terminal.contains(
                "seen  exchange\nGET /items         200  no response  timeout     12  3 s … 47 s      4711\n"))
        #expect(page.contains("e.g. exchange 4711: GET /items HTTP/1.1"))
        #expect(JUnitReport(summary, name: "run").text.contains("exchange 4711"))
        let markdown = MarkdownSummary(summary, series: SampleRun.series(windows: 8), caption: SampleRun.caption).text
        #expect(markdown.contains("| 3 s … 47 s | 4711 |"))
    }

    @Test("A run reads as it should at 80 columns")
    func golden() {
        let report = TerminalReport(
            SampleRun.summary(), series: SampleRun.series(windows: 8), caption: SampleRun.caption)
        #expect(
            report.text == """
                 FAIL  1 of 2 gates failed.
                A small run
                Speed 10×

                  ✗ no-leak    pid 7 grew by 112 MiB per hour
                  ✓ p95<500ms  p95 = 7 ms

                Requests     12,345 in 1 min · 206/s answered · 12 failed (0.1%)
                Sessions     99 of 100 completed · 1 cut off before their end · 100 at once
                Connections  104 opened · 100 at once
                Tokens       2,000 values bound · 1 minted · 3 refreshed · 0 rejected
                Generator    25% of its processors · peak memory 64.0 MiB

                Failures      expected     received    cause  count        seen
                GET /items         200  no response  timeout     12  3 s … 47 s
                  e.g. GET /items HTTP/1.1

                requests/s    ▆▆▆▆▆▆▇▇▇▇▇█████▇▇▇▇▇██████▆▆▆▆▆▇▇▇▇▇█████  200/s … 285/s
                p95 response  ▆▆▆▆▆▆▇▇▇▇▇█████▇▇▇▇▇██████▆▆▆▆▆▇▇▇▇▇█████  6.00 ms … 8.55 ms
                memory pid 7  ██████████████████████████████████████████  47.7 MiB … 47.9 MiB

                Times             p50      p90      p95      p99    p99.9      max
                response      2.00 ms  4.00 ms  7.00 ms  16.0 ms  48.0 ms   410 ms
                turnaround    1.90 ms  3.80 ms  6.65 ms  15.2 ms  45.6 ms   390 ms
                service       1.80 ms  3.60 ms  6.30 ms  14.4 ms  43.2 ms   369 ms
                send lag      20.0 µs  40.0 µs  70.0 µs   160 µs   480 µs  4.10 ms
                connect        200 µs   400 µs   700 µs  1.60 ms  4.80 ms  41.0 ms

                Turnaround    requests  failed      p50      p95      p99
                GET /items      12,000      12  2.00 ms  7.00 ms  16.0 ms
                POST /login        345       –  4.00 ms  14.0 ms  32.0 ms
                Turnaround: from when a request could be sent to its last byte; response time
                adds the held time.

                Soak
                  growing  memory · pid 7 rss
                    Resident memory rose through the whole run.
                    estimated · +112 MiB per hour (90% interval +100 MiB to +124 MiB)
                    +2.00 MiB over the run · +170 B per request · p < 0.001

                Warnings
                  ! The run was short.

                """)
    }

    @Test("No line is wider than the terminal, nothing from outside steers it", arguments: [60, 80, 96, 120])
    func width(columns: Int) {
        let hostile = "GET /\u{1B}[2J\u{9B}31m" + String(repeating: "日本", count: 90) + "\u{202E}\n\r"
        var summary = SampleRun.summary(endpoint: hostile)
        summary.warnings = [hostile]
        summary.gates[0].figure = hostile
        summary.gates[1].gate = hostile
        summary.soak[0].explanation = hostile
        summary.soak[0].subject = hostile
        summary.failureCauses?[0].endpoint = hostile
        summary.failureCauses?[0].cause = hostile
        summary.failureCauses?[0].example = hostile
        summary.failureCauses?[0].root = hostile
        summary.notices = [hostile]
        var series = SampleRun.series(windows: 300)
        series.targets[0].name = hostile
        let caption = RunCaption(title: hostile, facts: [.init(name: hostile, value: hostile)])
        let text = TerminalReport(
            summary, series: series, caption: caption, options: .init(width: columns)
        ).text
        for line in text.split(separator: "\n") { #expect(String(line).displayWidth <= columns, "\(line)") }
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)) })
    }

    @Test("Colour only when asked, and it changes nothing else")
    func colour() {
        let plain = TerminalReport(SampleRun.summary()).text
        let colored = TerminalReport(SampleRun.summary(), options: .init(usesColor: true)).text
        #expect(!plain.contains("\u{1B}"))
        #expect(colored.contains("\u{1B}[1;97;41m FAIL \u{1B}[0m"))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test("More endpoints than fit are counted")
    func cappedEndpoints() {
        var summary = SampleRun.summary()
        summary.endpoints += (0..<20).map { index in
            var copy = summary.endpoints[1]
            copy.endpoint = "GET /\(index)"
            copy.requests = index
            return copy
        }
        let text = TerminalReport(summary, options: .init(maxEndpoints: 3)).text
        #expect(text.contains("and 19 more with 171 requests"))
        #expect(text.contains("GET /19 ") && !text.contains("GET /18 "))
    }

    @Test("A run of nothing is short and says so")
    func empty() {
        let text = TerminalReport(SampleRun.empty).text
        #expect(text.hasPrefix(" NONE  No gates were given, so nothing was judged.\n"))
        #expect(text.contains("Requests     none finished\n"))
        #expect(!text.contains("Times") && !text.contains("nan"))
    }

    @Test("A killed run was not judged, whatever gates it had")
    func killed() {
        var summary = SampleRun.empty
        summary.ending = .unfinished
        #expect(summary.verdictSentence.contains("was killed before its gates were judged"))
        #expect(!TerminalReport(summary).text.contains("No gates were given"))
    }

    @Test("Recorded traffic has no rows about what a replay does")
    func recorded() {
        var summary = SampleRun.summary()
        let rows = ["Sessions ", "Connections ", "Tokens ", "Generator "]
        let text = TerminalReport(summary).text
        for row in rows { #expect(text.contains("\n\(row)"), "\(row)") }
        summary.generator.peakRSSBytes = 0
        summary.sessions.planned = 0
        let other = TerminalReport(summary).text
        for row in rows { #expect(!other.contains("\n\(row)"), "\(row)") }
        #expect(other.contains("\nRequests "))
    }

    @Test(
        "The verdict's sentence says how many gates decided",
        arguments: [
            ([.passed], "The gate passed."), ([.failed], "The gate failed."),
            ([.passed, .passed], "All 2 gates passed."),
            ([.passed, .failed, .failed], "2 of 3 gates failed."),
            ([.inconclusive], "The gate is inconclusive."),
            ([.passed, .inconclusive], "No gate failed, but 1 of 2 is inconclusive."),
        ] as [([GateResult.Outcome], String)])
    func sentences(outcomes: [GateResult.Outcome], sentence: String) {
        var summary = SampleRun.summary()
        summary.gates = outcomes.map { .init(gate: "g", outcome: $0, figure: "f") }
        #expect(summary.verdictSentence == sentence)
    }

    @Test("The steady rate and what requests waited for are shown if there is something to show")
    func optionalFigures() {
        var summary = SampleRun.summary()
        summary.steadyThroughputRps = summary.throughputRps
        summary.heldSeconds = .init(order: 0, token: 0, connection: 0, rate: 0, slot: 0)
        #expect(TerminalReport(summary).text == TerminalReport(SampleRun.summary()).text)
        summary.steadyThroughputRps = 250
        summary.heldSeconds = .init(order: 75, token: 0, connection: 0.5, rate: 0, slot: 0)
        let text = TerminalReport(summary).text
        #expect(text.contains("12,345 in 1 min · 206/s answered (250/s after the ramp) · 12 failed\n"))
        #expect(
            text.contains(
                "Held back    mean per request before it could be sent: 6.08 ms (99.3%) for an\n             earlier response · 40.5 µs (0.66%) for its connection\n"
            ))
    }

    @Test("A finding's figures are shown once: not again if its sentence or a gate has them")
    func figuresOnce() {
        var summary = SampleRun.summary()
        summary.soak[0].explanation = "RSS grew by 2.00 MiB: 112 MiB per hour, 170 B per answered request"
        #expect(summary.soak[0].evidence == ["p < 0.001"])
        summary.soak.append(
            .init(
                kind: .latency, subject: "GET / p99", verdict: .growing, ratePerHour: 0.8, change: 0.1234,
                explanation: "p99 rose by 12.3 %"))
        #expect(summary.soak[1].evidence == ["estimated", "+80% per hour"])
        summary.soak[1].ratePerHour = 24
        #expect(summary.soak[1].evidence.isEmpty, "eighteen seconds say nothing of an hour")
        summary.gates[0].figure = summary.soak[0].explanation
        let text = TerminalReport(summary).text
        #expect(text.split(separator: "RSS grew by", omittingEmptySubsequences: false).count == 2)
    }

    @Test("Many endpoints that did not drift take a line, those that did a sentence each")
    func manyFindings() {
        var summary = SampleRun.summary()
        summary.soak = (0..<30).map { index in
            .init(
                kind: .latency, subject: "GET /\(index) p99", verdict: index == 7 ? .growing : .stable,
                explanation: "Sentence \(index)")
        }
        let text = TerminalReport(summary).text
        #expect(text.contains("  growing  latency · GET /7 p99\n    Sentence 7\n  stable  latency · 29 series\n"))
        #expect(!text.contains("Sentence 8"))
    }
}
