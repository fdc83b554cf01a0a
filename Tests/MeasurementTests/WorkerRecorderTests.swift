import Measurement
import Testing
import Traffic

@Suite struct WorkerRecorderTests {
    @Test func aRequestBelongsToTheWindowOfItsFinish() {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        recorder.record(outcome(end: 2100, service: 1500))
        let windows = recorder.takeClosedWindows(before: at(3000))
        #expect(windows.map(\.index) == [0, 1, 2])
        #expect(windows.map(\.counts.requests) == [0, 0, 1])
        #expect(windows[2].lastFinishNs == 2_100_000_000)
    }

    @Test func whatIsSentAheadIsCountedApart() {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        for (end, fate) in [(100.0, Fate.answered), (200, .unexpectedStatus), (300, .cut)] {
            var outcome = outcome(end: end, service: 20, fate: fate)
            outcome.isPrelude = true
            recorder.record(outcome)
        }
        recorder.record(outcome(end: 400))
        let counts = recorder.finish().map(\.counts)
        #expect(counts.map(\.requests) == [1])
        #expect(counts.map(\.failures) == [0])
        #expect(counts.map(\.preludeRequests) == [2])
        #expect(counts.map(\.preludeFailures) == [1])
    }

    @Test func theOpenWindowStays() {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        recorder.record(outcome(end: 1100))
        #expect(recorder.takeClosedWindows(before: at(1999)).map(\.index) == [0])
        #expect(recorder.takeClosedWindows(before: at(1999)).isEmpty)
        #expect(recorder.finish().map(\.counts.requests) == [1])
    }

    @Test func whatIsNotedLateIsASupplement() {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        recorder.record(outcome(end: 500))
        _ = recorder.takeClosedWindows(before: at(2000))
        recorder.record(outcome(end: 999))
        recorder.record(outcome(end: 998))
        let windows = recorder.takeClosedWindows(before: at(2500))
        #expect(windows.map(\.index) == [0])
        #expect(windows.first?.counts.requests == 2)
        #expect(windows.first?.concurrentSessions == nil)
    }

    @Test func sessionsAndConnectionsAreCounted() {
        let live = LiveCounts()
        var first = WorkerRecorder(endpointCount: 1, live: live)
        var second = WorkerRecorder(endpointCount: 1, live: live)
        for clone in 0..<3 {
            first.sessionStarted(at: at(Double(clone)))
            first.connectionOpened(at: at(Double(clone)))
        }
        second.sessionStarted(at: at(10))
        first.sessionEnded(.completed, at: at(1500))
        first.sessionEnded(.behind, givenUp: 4, at: at(1600))
        first.connectionClosed(at: at(1600))
        #expect(live.concurrentSessions == 2 && live.peakConcurrentSessions == 4)
        #expect(live.openConnections == 2 && live.peakOpenConnections == 3)
        let windows = first.finish()
        #expect(windows.map(\.concurrentSessions) == [3, 1])
        #expect(windows.map(\.openConnections) == [3, 2])
        #expect(windows[1].counts.sessionsCompleted == 1 && windows[1].counts.sessionsBehind == 1)
        #expect(windows[1].counts.requestsGivenUp == 4)
    }

    @Test func aBoundOnRecordsKeepsTheCounts() {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        let sample = outcome(end: 10)
        for _ in 0..<(WorkerRecorder.pendingLimit + 7) { recorder.record(sample) }
        let windows = recorder.finish()
        #expect(windows[0].counts.requests == UInt64(WorkerRecorder.pendingLimit + 7))
        #expect(windows[0].counts.unsampledRequests == 7)
    }

    @Test func aRequestCutOffIsNotARequest() {
        var recorder = WorkerRecorder(endpointCount: 1, live: LiveCounts())
        for fate in Fate.allCases { recorder.record(outcome(end: 10, fate: fate)) }
        let counts = recorder.finish()[0].counts
        #expect(counts.requests == UInt64(Fate.allCases.count - 1))
        #expect(counts.failures == UInt64(Fate.allCases.count(where: \.isFailure)))
        #expect(counts[.cut] == 1)
    }

    @Test func fatesHaveDistinctLabelsAndDenseNumbers() {
        #expect(Set(Fate.allCases.map(\.label)).count == Fate.allCases.count)
        #expect(Fate.allCases.map { Int($0.rawValue) } == Array(Fate.allCases.indices))
    }
}
