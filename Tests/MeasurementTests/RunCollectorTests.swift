import Formats
import Measurement
import TestSupport
import Testing
import Traffic

@Suite struct RunCollectorTests {
    static let description = RunDescription(
        startedAt: 1_700_000_000, settings: ["--speed": "10"], endpoints: ["GET /a", "GET /b", "POST /c"],
        plannedSessions: 10)

    static let end = RunDescription.End(
        durationNs: 5_000_000_000, wasInterrupted: false, peakConcurrentSessions: 4, peakOpenConnections: 5,
        generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 2, processors: 2))

    @Test func workersAddUpToWhatOneWouldHaveSeen() throws {
        var together = RunCollector(Self.description, workers: 1, live: LiveCounts(), folder: nil)
        var apart = RunCollector(Self.description, workers: 2, live: LiveCounts(), folder: nil)
        var one = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        var left = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        var right = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        var random = SplitMix64(seed: 3)
        for number in 0..<5000 {
            let sample = outcome(
                end: Double(number), endpoint: number % 3, held: Double.random(in: 0...5, using: &random),
                connect: number % 10 == 0 ? 1 : 0, service: Double.random(in: 0.1...90, using: &random),
                fate: number % 100 == 0 ? .timeout : .answered)
            one.record(sample)
            if number % 2 == 0 { left.record(sample) } else { right.record(sample) }
        }
        try together.take(one.finish())
        try apart.take(left.finish())
        try apart.take(right.finish())
        let whole = together.finish(Self.end)
        #expect(whole.series == apart.finish(Self.end).series)
        #expect(whole.series.windows.count == 5)
        #expect(whole.series.totals.requests == 5000 && whole.series.totals.failures == 50)
        #expect(whole.series.windows[0].times[.response].totalCount == 990, "those answered")
        #expect(whole.series.windows[0].times[.sendLag].totalCount == 1000, "all that were sent")
        #expect(whole.series.windows[0].times[.connect].totalCount == 100)
        #expect(whole.series.windows[0].endpoints.map(\.requests) == [334, 333, 333])
        #expect(whole.series.windows[0].allTimes[.service].totalCount == 990)
    }

    @Test func aRequestNeverSentHasNoTimes() throws {
        var collector = RunCollector(Self.description, workers: 1, live: LiveCounts(), folder: nil)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        recorder.record(outcome(end: 5, fate: .missingBinding, wasSent: false))
        try collector.take(recorder.finish())
        let window = collector.finish(Self.end).series.windows[0]
        #expect(
            window.times[.response].isEmpty && window.endpoints[0].failures == 1 && window.endpoints[0].requests == 1)
    }

    @Test func requestsCutOffAreInNoCountOfRequests() throws {
        var collector = RunCollector(Self.description, workers: 1, live: LiveCounts(), folder: nil)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        for (number, fate) in [Fate.answered, .cut, .timeout, .answered, .cut, .cut].enumerated() {
            recorder.record(outcome(end: 5 + Double(number), endpoint: number % 2, fate: fate))
        }
        try collector.take(recorder.finish())
        let window = collector.finish(Self.end).series.windows[0]
        #expect(window.counts.requests == 3 && window.counts[.cut] == 3 && window.counts.failures == 1)
        #expect(
            window.endpoints.map(\.requests) == [2, 1], "answered and timeout of the first, answered of the second")
        #expect(window.endpoints.map(\.failures) == [1, 0])
    }

    @Test func aSupplementAddsToItsWindowWhileThatIsOpen() throws {
        var collector = RunCollector(Self.description, workers: 1, live: LiveCounts(), folder: nil)
        try collector.take([randomWindow(index: 0, count: 10, seed: 1)])
        var late = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        _ = late.takeClosedWindows(before: at(3000))
        late.record(outcome(end: 500))
        try collector.take(late.finish())
        #expect(collector.finish(Self.end).series.windows[0].counts.requests == 11)
    }

    @Test func nothingIsLostThatComesAfterItsWindowWasWritten() throws {
        var collector = RunCollector(Self.description, workers: 1, live: LiveCounts(), folder: nil)
        for index in 0..<10 { try collector.take([randomWindow(index: index, count: 10, seed: 1)]) }
        var late = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        _ = late.takeClosedWindows(before: at(11_000))
        late.record(outcome(end: 500))
        try collector.take(late.finish())
        #expect(collector.finish(Self.end).series.totals.requests == 101)
    }

    @Test func progressReadsTheLastCompleteSeconds() throws {
        let live = LiveCounts()
        var collector = RunCollector(Self.description, workers: 2, live: live, folder: nil)
        for worker in 0..<2 {
            var recorder = WorkerRecorder(endpointCount: 1, live: live)
            recorder.sessionStarted(at: .zero)
            // Only worker 0 has the last second, so it is not complete.
            for end in stride(from: 5, to: worker == 0 ? 6000 : 5000, by: 10.0) {
                recorder.record(outcome(end: end, service: 2))
            }
            try collector.take(recorder.takeClosedWindows(before: at(worker == 0 ? 6000 : 5000)))
        }
        let progress = collector.progress(now: at(6100))
        #expect(progress.requests == 1100 && progress.failures == 0)
        #expect(progress.requestsPerSecond == 200)
        #expect(progress.concurrentSessions == 2)
        #expect(abs((progress.p95Ms ?? 0) - 2) < 0.01)
    }

    @Test func aWorkerThatEndedIsNotWaitedFor() throws {
        let live = LiveCounts()
        var collector = RunCollector(Self.description, workers: 2, live: live, folder: nil)
        let short = WorkerRecorder(endpointCount: 1, live: live)
        try collector.take(short.finish())
        var long = WorkerRecorder(endpointCount: 1, live: live)
        for second in 1...6 {
            long.record(outcome(end: Double(second) * 1000 - 500))
            try collector.take(long.takeClosedWindows(before: at(Double(second) * 1000)))
        }
        #expect(collector.progress(now: at(6000)).requestsPerSecond == 1)
    }

    @Test func sessionsOfWorkersAddUpInAWindow() throws {
        var collector = RunCollector(Self.description, workers: 2, live: LiveCounts(), folder: nil)
        for _ in 0..<2 {
            var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
            recorder.sessionStarted(at: .zero)
            recorder.connectionOpened(at: .zero)
            try collector.take(recorder.takeClosedWindows(before: at(3000)))
        }
        let windows = collector.finish(Self.end).series.windows
        #expect(windows.map(\.concurrentSessions) == [2, 2, 2])
        #expect(windows.map(\.openConnections) == [2, 2, 2])
    }

    @Test func requestsThatRenewTokensAreInNoOtherFigure() throws {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        recorder.record(outcome(end: 20))
        recorder.renewal(isFailure: false, serviceNs: 3_000_000, at: at(30))
        recorder.renewal(isFailure: true, serviceNs: nil, at: at(40))
        recorder.loginReplayed(at: at(30))
        recorder.requestResent(at: at(50))
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: nil)
        try collector.take(recorder.finish())
        let windows = collector.finish(RunCollectorTests.end).series.windows
        let counts = windows.reduce(into: WindowCounts()) { $0 += $1.counts }
        #expect(counts.requests == 1)
        #expect(counts.failures == 0)
        #expect(counts.renewalRequests == 2)
        #expect(counts.renewalFailures == 1)
        #expect(counts.renewalLogins == 1)
        #expect(counts.requestsResent == 1)
        #expect(windows.reduce(0) { $0 + $1.times[.response].totalCount } == 1)
        #expect(windows.reduce(0) { $0 + $1.allTimes[.service].totalCount } == 1)
        #expect(windows.reduce(0) { $0 + $1.renewal.totalCount } == 1)
    }
}
