import Analysis
import Foundation
import Measurement
import Traffic

/// The error rates of findings on runs with several endpoints: rises that all have in common, and rises of one endpoint
/// against the others.
struct EndpointBench {
    let runs: Int
    let seed: UInt64
    /// Lengths of runs in seconds.
    let lengths: [Int]
    /// Requests per second of an endpoint.
    let rates: [Double]

    private static let endpoints = 6
    /// The endpoint that changes if one does.
    private static let changed = 2

    /// What changes during a run.
    private enum Change: String, CaseIterable {
        case none = "no change"
        case step = "one +10 % step"
        case gradual = "one +20 % gradual"
        case othersFaster = "the others −10 %"
        case all = "all +10 % step"
    }

    /// Variation that the endpoints share.
    private static let kinds: [LatencyKind] = [
        LatencyKind("plain") { _ in },
        LatencyKind("OU 30 s, 5 %") { $0.addNoise(30, scale: 0.05) },
        LatencyKind("OU 100 s, 5 %") { $0.addNoise(100, scale: 0.05) },
        LatencyKind("cycles") { $0.addCycle(periods: $0.random.between(1.5, 4), height: 0.1) },
        LatencyKind("load in waves") { $0.addLoad(.waves) },
        LatencyKind("noisy neighbours") { $0.addNeighbours() },
    ]

    /// The findings of a run.
    private struct Outcome: Sendable {
        /// Whether a finding names the changed endpoint, and whether the others were needed for it.
        var namesChanged = false
        var isRelative = false
        /// Whether a finding names another endpoint.
        var namesOther = false
        var isCommon = false
    }

    func run() {
        for length in lengths {
            for rate in rates { run(length, rate) }
        }
    }

    private func run(_ length: Int, _ rate: Double) {
        var table = Table([
            "\(length / 60) min, \(String(format: "%g", rate))/s", "changed endpoint %", "only against others",
            "other endpoint %", "all together %",
        ])
        for change in Change.allCases {
            let cases = Self.kinds.flatMap { kind in (0..<runs).map { (kind, $0) } }
            let outcomes = parallelMap(cases) { outcome($0.0, change, length, rate, $0.1) }
            let share = { (holds: (Outcome) -> Bool) in
                Share(count: outcomes.count(where: holds), all: outcomes.count).text
            }
            table.append([
                change.rawValue, share(\.namesChanged), share(\.isRelative), share(\.namesOther), share(\.isCommon),
            ])
        }
        table.printed()
        say("\(Self.kinds.count * runs) runs with \(Self.endpoints) endpoints for each line\n")
    }

    private func outcome(
        _ kind: LatencyKind, _ change: Change, _ length: Int, _ rate: Double, _ number: Int
    ) -> Outcome {
        var random = Random(
            "endpoints \(kind.name) \(change.rawValue)", UInt64(number), UInt64(length), UInt64(rate), seed)
        var shared = LatencyScene(seconds: length, requestsPerSecond: rate, random: Random(seed: random.next()))
        kind.make(&shared)
        let at = Int(random.between(0.3, 0.75) * Double(length))
        var times: [[[UInt16: UInt32]]] = []
        for endpoint in 0..<Self.endpoints {
            var scene = shared
            scene.random = Random(seed: random.next())
            scene.addNoise(20, scale: 0.02)
            for second in 0..<length {
                scene.level[second] += Self.shift(change, endpoint, Double(second) / Double(length), second >= at)
            }
            times.append(Self.times(of: scene.requests(), seconds: length))
        }
        return Self.outcome(RunSummary(of: record(times, length)).soak)
    }

    private static func shift(_ change: Change, _ endpoint: Int, _ progress: Double, _ isAfter: Bool) -> Double {
        switch change {
        case .none: 0
        case .step: endpoint == changed && isAfter ? log(1.1) : 0
        case .gradual: endpoint == changed ? log(1 + 0.2 * progress) : 0
        case .othersFaster: endpoint != changed && isAfter ? log(0.9) : 0
        case .all: isAfter ? log(1.1) : 0
        }
    }

    /// Buckets and their counts by second.
    private static func times(of requests: OtherMethods.Requests, seconds: Int) -> [[UInt16: UInt32]] {
        var times = [[UInt16: UInt32]](repeating: [:], count: seconds)
        for request in requests where Int(request.second) < seconds {
            times[Int(request.second)][TimeBuckets.index(ofNs: Int64(request.milliseconds * 1e6)), default: 0] += 1
        }
        return times
    }

    private func record(_ times: [[[UInt16: UInt32]]], _ seconds: Int) -> RunRecord {
        var series = WindowSeries()
        for second in 0..<seconds {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            window.endpoints = times.indices.map { endpoint in
                let sorted = times[endpoint][second].sorted { $0.key < $1.key }
                let own = SparseHistogram(indices: sorted.map(\.key), counts: sorted.map(\.value)) ?? SparseHistogram()
                return EndpointWindow(
                    endpoint: endpoint, requests: own.totalCount, failures: 0,
                    times: [.turnaround: own, .service: own])
            }
            window.counts.byFate[Int(Fate.answered.rawValue)] = window.endpoints.reduce(0) { $0 + $1.requests }
            window.lastFinishNs = window.endNs - 1
            series.append(window)
        }
        var description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: times.indices.map { "GET /\($0)" }, plannedSessions: 1)
        description.end = RunDescription.End(
            durationNs: Int64(seconds) * 1_000_000_000, wasInterrupted: false, peakConcurrentSessions: 1,
            peakOpenConnections: 1, generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 1, processors: 2))
        return RunRecord(description: description, series: series, targets: [])
    }

    private static func outcome(_ findings: [SoakFinding]) -> Outcome {
        var outcome = Outcome()
        for finding in findings where finding.kind == .latency && finding.verdict == .growing {
            if finding.subject.hasPrefix("all endpoints") {
                outcome.isCommon = true
            } else if finding.subject.hasPrefix("GET /\(changed) ") {
                outcome.namesChanged = true
                outcome.isRelative = finding.explanation.contains(" rose against the other ")
            } else {
                outcome.namesOther = true
            }
        }
        return outcome
    }
}
