import Measurement
import Report
import Traffic

@testable import Live

/// A run measured second by second, as the recorder of a worker and the collector make it of requests.
struct MeasuredRun: ~Copyable {
    let description: RunDescription
    private var recorder: WorkerRecorder
    private var collector: RunCollector

    init(
        endpoints: [String] = ["GET /items", "POST /login"], stretches: RunStretches? = nil, startedAt: Double = 1_000,
        plannedNs: Int64? = 60_000_000_000
    ) {
        var description = RunDescription(
            startedAt: startedAt, settings: ["target": "http://127.0.0.1:8080"], endpoints: endpoints,
            plannedSessions: nil, plannedNs: plannedNs)
        description.stretches = stretches
        self.description = description
        let live = LiveCounts()
        recorder = WorkerRecorder(endpointCount: endpoints.count, live: live, stretches: stretches)
        collector = RunCollector(description, workers: 1, live: live, folder: nil)
        collector.followUpdates(LiveRun(title: "shop", description: description, phases: []).stretches)
    }

    /// The run as passed to the page.
    var liveRun: LiveRun {
        LiveRun(
            title: "shop", description: description,
            phases: [.init(name: "shop", isRamp: false, begin: 0, end: 60)])
    }

    /// A request by the second it was due at and the milliseconds it took.
    mutating func request(
        at second: Double, ms: Double, endpoint: Int = 0, fate: Fate = .answered, status: UInt16 = 200,
        lagMs: Double = 0
    ) {
        let due = RunTime(nanoseconds: Int64(second * 1e9))
        let sent = due.advanced(byNs: Int64(lagMs * 1e6))
        let outcome = RequestOutcome(
            endpoint: endpoint, status: status, fate: fate,
            times: RequestTimes(
                scheduled: due, ready: due, started: sent, sent: sent, firstByte: nil,
                finished: due.advanced(byNs: Int64(ms * 1e6))))
        recorder.record(outcome)
    }

    mutating func begin(_ sessions: Int) {
        for _ in 0..<sessions { recorder.sessionStarted(at: .zero) }
    }

    /// What came in up to a second, as a update.
    mutating func look(at second: Double) throws -> RunUpdate {
        let now = RunTime(nanoseconds: Int64(second * 1e9))
        try collector.take(recorder.takeClosedWindows(before: now))
        guard let update = collector.takeUpdate(now: now) else { preconditionFailure("updates are followed") }
        return update
    }

    /// The last update, and the record of the run.
    consuming func finish(at second: Double) throws -> (update: RunUpdate, record: RunRecord) {
        var collector = collector
        try collector.take(recorder.finish())
        let record = collector.finish(
            RunDescription.End(
                durationNs: Int64(second * 1e9), wasInterrupted: false, peakConcurrentSessions: 0,
                peakOpenConnections: 0,
                generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1)))
        guard let update = collector.takeUpdate(now: RunTime(nanoseconds: Int64(second * 1e9))) else {
            preconditionFailure("updates are followed")
        }
        return (update, record)
    }
}
