import Analysis
import Formats
import Foundation
import Measurement
import Testing

@testable import Report

/// A comparison on the terminal and as a page.
@Suite struct ComparisonReportTests {
    /// Runs of forty seconds of fifty requests each around that many milliseconds.
    private static func run(_ milliseconds: Double, endpoint: String = "GET /a/rather/long/path/{id}/with/more") throws
        -> RunRecord
    {
        var series = WindowSeries()
        for second in 0..<40 {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            let indices = (0..<10).map {
                TimeBuckets.index(ofNs: Int64(milliseconds * (1 + Double($0) / 10) * 1e6))
            }
            let times = try #require(SparseHistogram(indices: indices, counts: indices.map { _ in 5 }))
            window.counts.byFate[Int(Fate.answered.rawValue)] = 50
            window.times[.response] = times
            window.endpoints = [
                EndpointWindow(endpoint: 0, requests: 50, failures: 0, times: [.turnaround: times, .service: times])
            ]
            window.lastFinishNs = window.endNs - 1
            series.append(window)
        }
        var description = RunDescription(startedAt: 0, settings: [:], endpoints: [endpoint], plannedSessions: 1)
        description.end = RunDescription.End(
            durationNs: 40_000_000_000, wasInterrupted: false, peakConcurrentSessions: 1,
            peakOpenConnections: 1,
            generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 1, processors: 1))
        return RunRecord(description: description, series: series, targets: [])
    }

    static func comparison(_ factor: Double) throws -> RunComparison {
        RunComparison(
            baseline: try [10, 10.1, 10.2].map { try run($0) },
            candidate: try [10, 10.1, 10.2].map { try run($0 * factor) })
    }

    @Test(arguments: [80, 100, 120]) func itFitsTheTerminal(width: Int) throws {
        let text = ComparisonPage(try Self.comparison(1.2), margin: 0.05, width: width).text
        #expect(text.hasPrefix("regressed: 4 figures: 4 regressed; "))
        for line in text.split(separator: "\n") { #expect(String(line).displayWidth <= width, "\(line)") }
        #expect(text.contains("deciding interval") && text.contains("+20.0%"))
    }

    @Test func thePageSaysWhatTheTerminalSays() throws {
        for factor in [1, 1.2] {
            let comparison = try Self.comparison(factor)
            let page = ComparisonReport(comparison, margin: 0.05, title: "pairs <1>").text
            #expect(page.contains(comparison.verdict.rawValue) && page.contains("pairs &lt;1&gt;"))
            #expect(page.contains(comparison.sentence(margin: 0.05)))
            for finding in comparison.findings { #expect(page.contains(finding.intervalText), "\(finding)") }
            #expect(TagBalance(page).fault == nil)
            #expect(!page.contains("src=") && !page.contains("http:") && !page.contains("https:"))
        }
    }

    @Test func anIntervalWithoutInformationIsShort() throws {
        var finding = try Self.comparison(1).findings[0]
        (finding.verdict, finding.figure) = (.inconclusive, .p50)
        (finding.decidingLow, finding.decidingHigh) = (0.01, 502_768)
        #expect(finding.intervalText == "−99.0% … >+9999%")
        (finding.decidingLow, finding.decidingHigh) = (0.9, 100)
        #expect(finding.intervalText == "−10.0% … +9900%")
    }

    @Test func whatWasNotComparedIsNamedEverywhere() throws {
        var comparison = try Self.comparison(1)
        #expect(!ComparisonPage(comparison, margin: 0.05).text.contains("Not compared"))
        comparison.notCompared = [
            UncomparedEndpoint(endpoint: "GET /<x>", requests: 1_030, reason: .tooFewRequests),
            UncomparedEndpoint(endpoint: "POST /coupon", requests: 8, reason: .tooFewRequests),
        ]
        let sentence = "Not compared (too few requests): GET /<x> 1,030, POST /coupon 8."
        #expect(ComparisonPage(comparison, margin: 0.05).text.contains(sentence))
        let page = ComparisonReport(comparison, margin: 0.05, title: "pairs").text
        #expect(page.contains(sentence.replacing("<x>", with: "&lt;x&gt;")) && TagBalance(page).fault == nil)
        let json = String(decoding: try JSONText.encode(comparison), as: UTF8.self)
        #expect(json.contains("\"notCompared\"") && json.contains("\"tooFewRequests\""))
    }

    /// The sentence about what would decide is there where all requests together are undecided, and only there.
    @Test func whatWouldDecideIsReportedForAllRequestsOnly() throws {
        var comparison = try Self.comparison(1)
        func says(_ text: String) -> Bool { comparison.explanations.contains { $0.contains(text) } }
        for index in comparison.findings.indices { comparison.findings[index].pairsNeeded = nil }
        for index in comparison.findings.indices { comparison.findings[index].verdict = .equivalent }
        #expect(comparison.explanations.count == 1)
        let all = try #require(comparison.findings.firstIndex { $0.endpoint == "all requests" })
        let other = try #require(comparison.findings.firstIndex { $0.endpoint != "all requests" })
        comparison.findings[other].verdict = .inconclusive
        #expect(comparison.explanations.count == 1, "an endpoint alone")
        comparison.findings[all].verdict = .inconclusive
        #expect(says("No practical number"))
    }

    @Test func theWorstComeFirst() throws {
        var comparison = try Self.comparison(1)
        let finding = comparison.findings[0]
        comparison.findings = [
            ComparisonVerdict.equivalent, .inconclusive, .improved, .regressed, .equivalent, .regressed,
        ].enumerated()
            .map { number, verdict in
                var finding = finding
                (finding.endpoint, finding.verdict) = ("\(number)", verdict)
                return finding
            }
        #expect(comparison.worstFirst.map(\.endpoint) == ["3", "5", "2", "1", "0", "4"])
        let sentence = comparison.sentence(margin: 0.05)
        #expect(sentence.contains("6 figures: 2 regressed, 1 improved, 2 equivalent, 1 inconclusive; "))
        #expect(sentence.contains("3 runs per side") && sentence.hasSuffix("differences below 5% do not matter"))
    }

    @Test("Without a figure that can be compared there is no empty table, and memory has its verdict beside it")
    func nothingCompared() throws {
        var comparison = try Self.comparison(1)
        comparison.findings = []
        comparison.memory = [
            SoakFinding(kind: .memory, subject: "pid 7 rss", verdict: .stable, explanation: "RSS of api is stable")
        ]
        let text = ComparisonPage(comparison, margin: 0.05).text
        #expect(text.contains(": no figure could be compared; 3 runs per side"), "\(text)")
        #expect(!text.contains("deciding interval") && !text.contains("0 figures"), "\(text)")
        let page = PageOutline(ComparisonReport(comparison, margin: 0.05, title: "a … b").text)
        #expect(page.all("table").isEmpty)
        let finding = try #require(page.all("li").first)
        #expect(finding.text.contains("✓") && finding.text.contains("RSS of api is stable"), "\(finding.text)")
    }

    @Test(arguments: [(60, false), (61, true)]) func rowsPastABoundAreCounted(count: Int, isCut: Bool) throws {
        var comparison = try Self.comparison(1)
        comparison.findings = Array(repeating: comparison.findings[0], count: count)
        let text = ComparisonPage(comparison, margin: 0.05).text
        #expect(text.contains("… and 1 more") == isCut)
        #expect(text.components(separatedBy: "all requests").count - 1 >= 60)
    }

    @Test(arguments: [
        (RunComparison.Figure.p95, 1.071, "+7.1%"), (.p95, 0.5, "−50.0%"), (.p95, 1, "+0.0%"),
        (.failures, 0.0125, "+1.3%"),
        (.failures, -0.5, "−50.0%"), (.p95, 1.9994, "+99.9%"), (.p95, 1.9996, "+100%"), (.p95, 3, "+200%"),
        (.p95, .infinity, "–"), (.p95, .nan, "–"), (.p95, 1e8, ">+9999%"), (.p95, 9e6, ">+9999%"),
        (.p95, 100, "+9900%"), (.failures, -101, "<−9999%"),
    ]) func changes(figure: RunComparison.Figure, ratio: Double, text: String) throws {
        var finding = try Self.comparison(1).findings[0]
        (finding.figure, finding.ratio, finding.verdict) = (figure, ratio, .regressed)
        (finding.decidingLow, finding.decidingHigh, finding.low, finding.high) = (ratio, ratio, 7, 8)
        #expect(finding.changeText == text && finding.intervalText == "\(text) … \(text)")
        finding.verdict = .equivalent
        #expect(finding.intervalText != "\(text) … \(text)", "the 90% interval decides")
    }
}
