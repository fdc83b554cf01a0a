import Formats
public import Measurement
import Traffic

/// Follows the gates of a running run: whether the rest of the run could still change their results.
public struct RunWatch: Sendable {
    /// One for each gate, in order.
    public private(set) var gates: [GateProgress]

    private let parsed: [Criterion]
    private let plannedSeconds: Double?
    private var looks = VerdictSchedule()
    private var lastLook = 0.0

    /// A watch of a run that has not begun.
    ///
    /// - Parameters:
    ///   - gates: the run's gates.
    ///   - plannedSeconds: the planned length of the run; nil if unknown.
    public init(gates: [Criterion], plannedSeconds: Double?) {
        parsed = gates
        self.plannedSeconds = plannedSeconds
        self.gates = gates.map { GateProgress(gate: $0.text, state: .open, figure: "not evaluated yet") }
    }

    /// Whether the next look is due: looks are a few percent of the elapsed time apart.
    public func isDue(at seconds: Double) -> Bool { !parsed.isEmpty && looks.isDue(at: seconds) }

    /// Evaluates the run so far.
    public mutating func look(at record: RunRecord, seconds: Double) {
        looks.looked(at: seconds)
        lastLook = seconds
        let outlook = GateOutlook(record, plannedSeconds: plannedSeconds, seconds: seconds)
        gates = parsed.map(outlook.progress(of:))
    }

    /// Why the run may end now: every gate is settled, with the time saved; nil while one is open.
    public var settled: String? {
        guard !gates.isEmpty, gates.allSatisfy({ $0.state != .open }) else { return nil }
        let failing = gates.count { $0.state == .willFail }
        let what =
            failing == 0
            ? "every gate is sure to pass"
            : failing == gates.count ? "every gate is sure to fail" : "every gate is settled, \(failing) of them failed"
        let saved = plannedSeconds.map { max(0, $0 - lastLook) }.flatMap { $0 >= 1 ? $0 : nil }
        return what
            + (saved.map {
                ": \(MemoryTrend.duration($0)) of the planned \(MemoryTrend.duration(plannedSeconds ?? 0)) saved"
            } ?? "")
    }
}

/// The state of a gate so far.
public struct GateProgress: Hashable, Sendable {
    /// Whether the rest of the run could change its result.
    public enum State: String, Codable, Hashable, Sendable {
        case open
        /// Passes unless the run changes.
        case willPass
        case willFail
    }

    /// The gate as the user wrote it.
    public var gate: String
    /// Whether it is settled, and how.
    public var state: State
    /// The figure so far, with its unit, or a sentence.
    public var figure: String

    /// See the properties for the meaning of each parameter.
    public init(gate: String, state: State, figure: String) {
        self.gate = gate
        self.state = state
        self.figure = figure
    }
}

/// Evaluates the gates of an unfinished run.
struct GateOutlook {
    private let record: RunRecord
    private let evaluation: GateEvaluation
    private let seconds: Double

    /// The probability that a settled gate ends with another result if the run does not change.
    private static let level = 0.01

    init(_ record: RunRecord, plannedSeconds: Double?, seconds: Double) {
        let rest = GeneratorDelay(of: record).rest
        let planned = max(plannedSeconds ?? seconds, seconds)
        let soak = SoakFindings.all(of: rest, certainty: .ongoing(plannedSeconds: planned))
        self.record = record
        self.seconds = seconds
        evaluation = GateEvaluation(record, soak: soak, isSaturated: false, advisor: .silent)
    }

    func progress(of gate: Criterion) -> GateProgress {
        let now = evaluation.result(of: gate)
        let state: GateProgress.State =
            switch (gate.figure, now.outcome) {
            case (_, .inconclusive): .open
            case (.noLeak, .failed), (.noDrift, .failed): .willFail
            case (.noLeak, .passed), (.noDrift, .passed): .willPass
            default: self.state(of: gate, now.outcome)
            }
        return GateProgress(gate: gate.text, state: state, figure: now.figure)
    }

    private func state(of gate: Criterion, _ outcome: GateResult.Outcome) -> GateProgress.State {
        guard let comparison = gate.comparison, gate.scope == .run || gate.endpoint != nil else { return .open }
        let (endpoint, relation, limit) = (gate.endpoint, comparison.relation, comparison.limit.value)
        let isUpperLimit = !relation.wantsMore
        let isCount = if case .number = comparison.limit { true } else { false }
        switch gate.figure {
        case .longest,
            .failures where isCount:
            // These figures only rise.
            return isUpperLimit == (outcome == .failed) ? (isUpperLimit ? .willFail : .willPass) : .open
        case .quantile(let quantile):
            let place = endpoint.map { record.description.endpoints.firstIndex(of: $0) ?? -1 }
            let failing = sequence(isShare: true) { window in
                let times = GateOutlook.times(window, place)
                let beyond = zip(times.indices, times.counts).reduce(0.0) { sum, bucket in
                    let time = Nanoseconds.inMilliseconds(TimeBuckets.highestNs(ofIndex: bucket.0))
                    return relation.holds(time, limit) ? sum : sum + Double(bucket.1)
                }
                return (beyond, Double(times.totalCount))
            }
            return settled(failing, .atMost, isUpperLimit ? 1 - quantile : quantile, outcome)
        case .mean:
            let place = endpoint.map { record.description.endpoints.firstIndex(of: $0) ?? -1 }
            let mean = sequence(isShare: false) { window in
                let times = GateOutlook.times(window, place)
                let sum = zip(times.indices, times.counts).reduce(0.0) { sum, bucket in
                    sum + Nanoseconds.inMilliseconds(TimeBuckets.middleNs(ofIndex: bucket.0)) * Double(bucket.1)
                }
                return (sum, Double(times.totalCount))
            }
            return settled(mean, relation, limit, outcome)
        case .failures, .answered, .requestRate([]):
            let place = endpoint.map { record.description.endpoints.firstIndex(of: $0) ?? -1 }
            let share = sequence(isShare: gate.figure != .requestRate([])) { window in
                let (requests, failures, answers) = GateOutlook.counts(window, place)
                return switch gate.figure {
                case .failures: (failures, requests)
                case .answered: (answers, requests)
                default: (answers, Nanoseconds.inSeconds(window.lengthNs))
                }
            }
            return settled(share, relation, limit, outcome)
        default: return .open
        }
    }

    /// Whether the whole interval lies on one side of the limit, the side of the current figure.
    private func settled(
        _ sequence: ConfidenceSequence, _ relation: Criterion.Relation, _ limit: Double, _ outcome: GateResult.Outcome
    ) -> GateProgress.State {
        guard let interval = sequence.interval(level: GateOutlook.level) else { return .open }
        let ends = (relation.holds(interval.lowerBound, limit), relation.holds(interval.upperBound, limit))
        return switch (ends, outcome) {
        case ((true, true), .passed): .willPass
        case ((false, false), .failed): .willFail
        default: .open
        }
    }

    private func sequence(
        isShare: Bool, _ sums: (RunWindow) -> (numerator: Double, denominator: Double)
    ) -> ConfidenceSequence {
        // The ramp is not representative of the rest, but the gate applies to the whole run.
        let all = record.series.windows.map(sums)
        return ConfidenceSequence(
            numerators: all.map(\.numerator), denominators: all.map(\.denominator), seconds: seconds,
            isShare: isShare)
    }

    private static func times(_ window: RunWindow, _ endpoint: Int?) -> SparseHistogram {
        guard let endpoint else { return window.times[.response] }
        return window.endpoints.first { $0.endpoint == endpoint }?.times[.turnaround] ?? SparseHistogram()
    }

    private static func counts(
        _ window: RunWindow, _ endpoint: Int?
    ) -> (requests: Double, failures: Double, answers: Double) {
        guard let endpoint else {
            let counts = window.counts
            return (Double(counts.requests), Double(counts.failures), Double(counts.answers))
        }
        guard let own = window.endpoints.first(where: { $0.endpoint == endpoint }) else { return (0, 0, 0) }
        return (Double(own.requests), Double(own.failures), Double(own.times[.turnaround].totalCount))
    }
}
