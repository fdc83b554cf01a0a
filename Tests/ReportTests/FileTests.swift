import Analysis
import Foundation
import Measurement
import Testing

@testable import Report

@Suite struct FileTests {
    static var record: RunRecord {
        get throws {
            let times = try #require(SparseHistogram(indices: [4096, 5000], counts: [9, 1]))
            var series = WindowSeries()
            for second in 0..<3 {
                var window = RunWindow(
                    startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
                window.counts.byFate[Int(Fate.answered.rawValue)] = 8
                window.counts.byFate[Int(Fate.timeout.rawValue)] = second == 0 ? 0 : 2
                window.counts.responseBytes = 500
                window.times[.response] = times
                window.endpoints = [
                    EndpointWindow(
                        endpoint: 0, requests: 10, failures: 2, times: [.turnaround: times, .service: times])
                ]
                window.lastFinishNs = window.endNs
                series.append(window)
            }
            let description = RunDescription(
                startedAt: 1_700_000_000, settings: [:], endpoints: ["GET /a,\"b\""], plannedSessions: 1)
            return RunRecord(description: description, series: series, targets: [])
        }
    }

    @Test func tablesHaveTheColumnsOfLocust() throws {
        let tables = CSVTables(RunFigures(of: try Self.record)).all
        #expect(tables.map(\.suffix) == ["_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv"])
        let lines = tables.map { $0.text.split(separator: "\n") }
        #expect(
            lines[0].first == """
                Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max \
                Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%
                """)
        #expect(lines[0][1].hasPrefix("GET,\"/a,\"\"b\"\"\",30,6,"))
        #expect(lines[0].last?.hasPrefix(",Aggregated,28,4,") == true)
        #expect(lines[1].count == 4 && lines[1][1].hasPrefix("1700000000,0,,Aggregated,8.000,0.000,"))
        #expect(
            lines[2] == [
                "Method,Name,Error,Occurrences,First Seen,Last Seen", ",Aggregated,timeout,4,1700000001,1700000002",
            ])
        for table in lines.prefix(2) {
            let columns = table.first?.split(separator: ",").count
            #expect(table.last?.split(separator: ",", omittingEmptySubsequences: false).count == columns)
        }
    }

    @Test func gatesAreTests() throws {
        let record = try Self.record
        let gates = try ["p95<1s", "failures<1%", "no-leak"].map { try Criterion(parsing: $0) }
        let text = JUnitReport(RunSummary(of: record, gates: gates), name: "a <run>").text
        #expect(text.contains("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\""))
        #expect(text.contains("name=\"a &lt;run&gt;\"") && text.contains("name=\"p95&lt;1s\""))
        #expect(text.contains("<failure message=\"failures = 14.286%"))
        #expect(text.contains("<skipped message=\"inconclusive: "))
    }
}
