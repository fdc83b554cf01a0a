import Analysis
import Testing

@testable import Measurement

/// Data that pages draw about a run: phases, faults, heat map, and Apdex.
@Suite struct RunPictureTests {
    private static let second: Int64 = 1_000_000_000

    /// A run with `seconds` windows, each with requests of these durations in milliseconds.
    private static func record(
        seconds: Int, milliseconds: (Int) -> [Double], failedAnswers: Int = 0, timeouts: Int = 0,
        stretches: RunStretches? = nil, durationSeconds: Int? = nil
    ) -> RunRecord {
        var series = WindowSeries()
        for index in 0..<seconds {
            var window = RunWindow(startNs: Int64(index) * second, lengthNs: second)
            let times = milliseconds(index)
            window.times[.response] = SparseHistogram(
                unsorted: times.map { TimeBuckets.index(ofNs: Int64($0 * 1e6)) })
            window.counts.byFate[Int(Fate.answered.rawValue)] = UInt64(max(0, times.count - failedAnswers))
            window.counts.byFate[Int(Fate.unexpectedStatus.rawValue)] = UInt64(failedAnswers)
            window.counts.byFate[Int(Fate.timeout.rawValue)] = UInt64(timeouts)
            series.append(window)
        }
        var description = RunDescription(
            startedAt: 0, settings: [:], endpoints: ["GET /a"], plannedSessions: 1)
        description.stretches = stretches
        description.end = RunDescription.End(
            durationNs: Int64(durationSeconds ?? seconds) * second, wasInterrupted: false, peakConcurrentSessions: 1,
            peakOpenConnections: 1, generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1))
        return RunRecord(description: description, series: series, targets: [])
    }

    private static func stretches() throws -> RunStretches {
        func stretch(_ phase: String, _ from: Int64, _ to: Int64, ramp: Bool = false, during: [String] = [])
            -> RunStretches.Stretch
        {
            RunStretches.Stretch(
                phase: phase, isRamp: ramp, during: during, beginNs: from * second, endNs: to * second)
        }
        return try #require(
            RunStretches(
                [
                    stretch("a", 0, 2, ramp: true), stretch("a", 2, 5), stretch("a", 5, 7, during: ["redis"]),
                    stretch("a", 7, 8), stretch("b", 8, 20, during: ["net"]),
                ], parts: [""]))
    }

    @Test func neighboursOfOnePhaseAreOne() throws {
        let record = Self.record(seconds: 20, milliseconds: { _ in [1] }, stretches: try Self.stretches())
        let series = RunSeries(of: record)
        #expect(
            series.phases == [
                .init(name: "a", isRamp: true, from: 0, to: 2), .init(name: "a", isRamp: false, from: 2, to: 8),
                .init(name: "b", isRamp: false, from: 8, to: 20),
            ])
        #expect(series.faults == [.init(name: "redis", from: 5, to: 7), .init(name: "net", from: 8, to: 20)])
    }

    @Test func aRunThatEndedEarlyHasThePhasesItReached() throws {
        let record = Self.record(
            seconds: 6, milliseconds: { _ in [1] }, stretches: try Self.stretches(), durationSeconds: 6)
        let series = RunSeries(of: record)
        #expect(series.phases.map(\.name) == ["a", "a"] && series.phases.last?.to == 6)
        #expect(series.faults == [.init(name: "redis", from: 5, to: 6)])
    }

    @Test(arguments: [2, 119, 121, 1500]) func theHeatMapHoldsEveryAnswer(seconds: Int) throws {
        let record = Self.record(seconds: seconds, milliseconds: { [0.3, 5, 5, Double(1 + $0 % 900)] })
        let map = try #require(ResponseHeatMap(of: record))
        #expect(map.columns.reduce(0) { $0 + $1.total } == UInt64(4 * seconds))
        #expect(map.columns.count <= ResponseHeatMap.columnLimit && map.edgesMs.count <= 38)
        #expect(map.columns.allSatisfy { $0.counts.count == map.edgesMs.count - 1 && $0.from < $0.to })
        #expect(zip(map.edgesMs, map.edgesMs.dropFirst()).allSatisfy { $0 < $1 })
        #expect(map.edgesMs[0] <= 0.3 && map.edgesMs[map.edgesMs.count - 1] >= Double(min(seconds, 900)))
        let thin = map.thinned(to: 40)
        #expect(thin.columns.count <= 40 && thin.columns.reduce(0) { $0 + $1.total } == UInt64(4 * seconds))
    }

    @Test func oneWindowIsNotAPicture() {
        #expect(ResponseHeatMap(of: Self.record(seconds: 1, milliseconds: { _ in [1] })) == nil)
        #expect(ResponseHeatMap(of: Self.record(seconds: 9, milliseconds: { _ in [] })) == nil)
    }

    @Test func theApdexCountsToleratedHalfAndFailuresNot() throws {
        // 10 s of: 6 within 100 ms, 2 within 400 ms, 1 slower, 1 timeout.
        let record = Self.record(
            seconds: 10, milliseconds: { _ in [10, 20, 30, 40, 50, 60, 200, 300, 900] }, timeouts: 1)
        let apdex = try #require(Apdex(of: record, thresholdMs: 100))
        #expect(apdex.requests == 100 && apdex.satisfied == 60 && apdex.tolerated == 20)
        #expect(apdex.score == 0.7 && apdex.rating == "fair" && !apdex.isLowerBound)
    }

    @Test func failedAnswersAreTakenFromTheFastest() throws {
        let record = Self.record(seconds: 1, milliseconds: { _ in [10, 20, 200, 900] }, failedAnswers: 3)
        let apdex = try #require(Apdex(of: record, thresholdMs: 100))
        #expect(apdex.requests == 4 && apdex.satisfied == 0 && apdex.tolerated == 0 && apdex.isLowerBound)
        #expect(Apdex(of: Self.record(seconds: 1, milliseconds: { _ in [] }), thresholdMs: 100) == nil)
    }
}
