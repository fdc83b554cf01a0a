import Analysis
import Formats
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

    private static func comparison(_ factor: Double) throws -> RunComparison {
        RunComparison(
            baseline: try [10, 10.1, 10.2].map { try run($0) },
            candidate: try [10, 10.1, 10.2].map { try run($0 * factor) })
    }

    @Test(arguments: [80, 100, 120]) func itFitsTheTerminal(width: Int) throws {
        let text = ComparisonPage(try Self.comparison(1.2), margin: 0.05, width: width).text
        #expect(text.hasPrefix("regressed: of "))
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
}
