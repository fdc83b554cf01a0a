import Measurement
import Plan
import Replay
import TestSupport
import Traffic

/// A replay on real sockets, and its result.
struct Replaying {
    var fates: [Fate: Int] = [:]
    var counts = WindowCounts()
    /// Response, service, lag and held times of all requests.
    var record: RunRecord
    var live = LiveCounts()
    var examples: [RequestExample] = []

    /// Replays `sessions` to the server at `url`, at full speed unless `change` says otherwise.
    init(
        _ sessions: [RecordedSession], to url: String, plan change: (inout PlanOptions) -> Void = { _ in },
        options adjust: (inout ReplayOptions) -> Void = { _ in }
    ) throws {
        var planOptions = PlanOptions()
        planOptions.speed = .max
        change(&planOptions)
        // One target for the recorded hosts, and one for token endpoints.
        let targets = [try ReplayTarget(parsing: url), try ReplayTarget(parsing: "\(TokenEndpoint.authority)=\(url)")]
        var options = ReplayOptions(targets: try TargetMap(targets))
        options.duration = planOptions.duration
        options.connections = planOptions.connections
        adjust(&options)
        let plan = try ReplayPlan(sessions: sessions, options: planOptions)
        let description = RunDescription(
            startedAt: 0, settings: [:], endpoints: plan.endpoints.map(\.label), plannedSessions: plan.plannedClones)
        var collector = RunCollector(
            description, workers: ReplayRun.workerCount(plan: plan, options: options), live: live, folder: nil)
        var elapsed = RunTime.zero
        var kept: [RequestExample] = []
        try ReplayRun(plan: plan, options: options, live: live).run { observation in
            elapsed = observation.elapsed
            kept = observation.examples ?? kept
            try collector.take(observation.windows)
            return .proceed
        }
        examples = kept
        record = collector.finish(
            RunDescription.End(
                durationNs: elapsed.nanoseconds, wasInterrupted: false,
                peakConcurrentSessions: live.peakConcurrentSessions, peakOpenConnections: live.peakOpenConnections,
                generator: GeneratorUse.now(processors: 1)))
        for window in record.series.windows { counts += window.counts }
        for fate in Fate.allCases where counts[fate] > 0 { fates[fate] = Int(counts[fate]) }
    }
}

extension RecordedSession {
    /// A session of `count` equal requests, `gap` milliseconds apart.
    static func steady(number: UInt32 = 1, count: Int, gap: Int64) -> RecordedSession {
        RecordedSession(
            number: number,
            exchanges: (0..<count).map { index in
                Exchange(path: "/tick", session: number, begin: Int64(index) * gap, end: Int64(index) * gap + 1)
            })
    }
}

extension SparseHistogram {
    /// The number of values in buckets that begin at `nanoseconds` or later.
    func count(above nanoseconds: UInt64) -> Int {
        zip(indices, counts).reduce(0) { sum, entry in
            TimeBuckets.lowestNs(ofIndex: entry.0) >= nanoseconds ? sum + Int(entry.1) : sum
        }
    }
}
