import Testing

@testable import Measurement

@Suite struct MergingTests {
    static func run(_ labels: [String], seconds: Int, count: UInt32, length: Int64 = 1_000_000_000) throws -> RunRecord
    {
        var series = WindowSeries()
        for second in 0..<seconds {
            var window = RunWindow(startNs: Int64(second) * length, lengthNs: length)
            let times = try #require(SparseHistogram(indices: [UInt16(100 + second)], counts: [count]))
            window.counts.byFate[Int(Fate.answered.rawValue)] = UInt64(count)
            window.times[.response] = times
            window.concurrentSessions = 3
            window.endpoints = labels.indices.map {
                EndpointWindow(
                    endpoint: $0, requests: UInt64(count), failures: 1, times: [.turnaround: times, .service: times])
            }
            series.append(window)
        }
        var description = RunDescription(startedAt: 5, settings: [:], endpoints: labels, plannedSessions: 2)
        description.end = RunDescription.End(
            durationNs: Int64(seconds) * length, wasInterrupted: false, peakConcurrentSessions: 3,
            peakOpenConnections: 4,
            generator: GeneratorUse(cpuNs: 7, peakRSSBytes: 11, processors: 2))
        return RunRecord(description: description, series: series, targets: [])
    }

    @Test func countsAndHistogramsAddUp() throws {
        let merged = RunRecord(merging: [
            try Self.run(["GET /a", "GET /b"], seconds: 3, count: 4),
            try Self.run(["GET /b", "GET /c"], seconds: 5, count: 2),
        ])
        #expect(merged.description.endpoints == ["GET /a", "GET /b", "GET /c"])
        #expect(merged.series.windows.count == 5 && merged.series.totals.requests == 22)
        let first = try #require(merged.series.windows.first)
        #expect(first.times[.response].totalCount == 6 && first.concurrentSessions == 6)
        #expect(first.endpoints.map(\.endpoint) == [0, 1, 2] && first.endpoints.map(\.requests) == [4, 6, 2])
        #expect(merged.description.plannedSessions == 4 && merged.description.end?.peakOpenConnections == 8)
        #expect(merged.durationNs == 5_000_000_000)
    }

    @Test func windowsOfOtherLengthsAreMadeAsLong() throws {
        let merged = RunRecord(merging: [
            try Self.run(["GET /a"], seconds: 4, count: 1),
            try Self.run(["GET /a"], seconds: 2, count: 1, length: 2_000_000_000),
        ])
        #expect(merged.series.windows.map(\.startNs) == [0, 2_000_000_000])
        #expect(merged.series.windows.map(\.times[.response].totalCount) == [3, 3])
        #expect(merged.series.windows.map(\.concurrentSessions) == [6, 6])
    }

    @Test func theMostOfARunsOwnWindowsCountsNotTheLast() throws {
        var fine = try Self.run(["GET /a"], seconds: 4, count: 1)
        var series = WindowSeries()
        for (window, sessions) in zip(fine.series.windows, [9, 2, 1, 7]) {
            var own = window
            own.concurrentSessions = sessions
            own.openConnections = 2 * sessions
            series.append(own)
        }
        fine.series = series
        let coarse = try Self.run(["GET /a"], seconds: 2, count: 1, length: 2_000_000_000)
        for runs in [[fine, coarse], [coarse, fine]] {
            let windows = RunRecord(merging: runs).series.windows
            #expect(windows.map(\.concurrentSessions) == [12, 10], "3 of the coarse run, 9 and 7 of the fine one")
            #expect(windows.map(\.openConnections) == [18, 14])
        }
    }
}
