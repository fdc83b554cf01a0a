import Analysis
public import Measurement
public import Plan
public import Scenario
import Traffic

/// The load of a run from a scenario's phases: its traffic parts, their levels, and the stretches of the run.
public struct CampaignLoad: Hashable, Sendable {

    /// A traffic with the options of some phases.
    public struct Part: Hashable, Sendable {
        /// The traffic's name; empty for everything in the logs.
        public var traffic: String
        /// The options of those phases.
        public var options: ReplayOptionValues
    }

    /// The parts of the run, each with its own plan; a traffic that phases send differently has several parts.
    public let parts: [Part]
    /// The levels of these parts.
    public let pools: [LoadPool]
    /// The run's phases, cut where faults begin and end.
    public let stretches: RunStretches
    /// How long clones are started; nil if passes end the run.
    public let duration: Duration?

    /// The end of a phase that is ended by passes: later than the end of any run.
    private static let farAway = Duration.seconds(200_000_000)

    /// Plans the load of a scenario.
    ///
    /// - Throws: the first thing in the phases that cannot be run, with its place
    public init(_ scenario: ScenarioDefinition, in file: ScenarioFile) throws(ScenarioError) {
        let phases = scenario.phases
        if let phase = phases.first(where: { $0.passes != nil }), phases.count > 1 {
            throw ScenarioError("a phase with 'passes' must be the only one of its scenario", at: phase.place)
        }
        var kinds: [PoolKind] = []
        for phase in phases {
            for kind in PoolKind.all(of: phase, scenario: scenario) where !kinds.contains(kind) { kinds.append(kind) }
        }
        var parts: [Part] = []
        var pools: [LoadPool] = []
        for kind in kinds {
            let shares = file.shares(of: kind.traffic).map { share in
                let part = Part(traffic: share.traffic, options: kind.options)
                let place = parts.firstIndex(of: part) ?? parts.count
                if place == parts.count { parts.append(part) }
                return LoadPool.Share(part: place, weight: share.share)
            }
            if let pool = Self.pool(kind, phases, scenario, shares) { pools.append(pool) }
        }
        guard parts.count <= 64 else {
            throw ScenarioError("a scenario can have at most 64 kinds of traffic", at: scenario.place)
        }
        guard !pools.isEmpty else { throw ScenarioError("no phase has any load", at: scenario.place) }
        guard var stretches = RunStretches(Self.stretches(scenario), parts: parts.map(\.traffic)) else {
            throw ScenarioError(
                "a scenario can have at most \(RunStretches.tagLimit / parts.count) phases", at: scenario.place)
        }
        stretches.firsts = try Self.firsts(scenario)
        self.parts = parts
        self.pools = pools
        self.stretches = stretches
        duration = scenario.length
    }

    /// The kinds of responses whose first occurrence criteria need.
    private static func firsts(_ scenario: ScenarioDefinition) throws(ScenarioError) -> [Set<ResponseKind>] {
        var firsts: [Set<ResponseKind>] = []
        for criterion in scenario.criteria {
            guard let kinds = criterion.firsts, !firsts.contains(kinds) else { continue }
            guard firsts.count < FirstResponseSearch.limit else {
                throw ScenarioError(
                    "a scenario can have at most \(FirstResponseSearch.limit) kinds of 'before'", at: criterion.place)
            }
            firsts.append(kinds)
        }
        return firsts
    }

    /// The largest planned number of concurrent sessions; each has at least one connection. nil if sessions arrive at a
    /// rate.
    public var most: Int? {
        pools.reduce(Int?.some(0)) { sum, pool in
            switch pool.course {
            case .sessions(let levels): sum.map { $0 + levels.slotCount }
            case .passes(_, let slots, _): sum.map { $0 + slots }
            case .arrivals: nil
            }
        }
    }

    /// The planned number of sessions at a time; nil if sessions arrive at a rate.
    public func sessions(at nanoseconds: Int64) -> Double? {
        var sum = 0.0
        for pool in pools {
            switch pool.course {
            case .sessions(let levels): sum += levels.level(at: nanoseconds)
            case .passes(_, let slots, _): sum += Double(slots)
            case .arrivals: return nil
            }
        }
        return sum
    }

    private static func pool(
        _ kind: PoolKind, _ phases: [Phase], _ scenario: ScenarioDefinition, _ shares: [LoadPool.Share]
    ) -> LoadPool? {
        if let passes = phases[0].passes {
            let slots = Int(kind.level(in: phases[0], scenario: scenario))
            return slots > 0
                ? LoadPool(
                    .passes(passes, slots: slots, rampNs: phases[0].ramp.wholeNanoseconds), shares: shares) : nil
        }
        let segments = LoadCurve(phases) { kind.level(in: $0, scenario: scenario) }.segments.map { segment in
            LevelSchedule.Segment(
                begin: segment.begin.wholeNanoseconds, end: segment.end.wholeNanoseconds, from: segment.from,
                to: segment.to, grace: phases[segment.phase].graceful.wholeNanoseconds)
        }
        guard segments.contains(where: { $0.from > 0 || $0.to > 0 }) else { return nil }
        let levels = LevelSchedule(segments)
        return LoadPool(kind.isRate ? .arrivals(ArrivalSchedule(levels)) : .sessions(levels), shares: shares)
    }

    private static func stretches(_ scenario: ScenarioDefinition) -> [RunStretches.Stretch] {
        var spans: [(phase: Phase, isRamp: Bool, begin: Duration, end: Duration)] = []
        var at = Duration.zero
        for phase in scenario.phases {
            if phase.ramp > .zero {
                spans.append((phase, true, at, at + phase.ramp))
                at += phase.ramp
            }
            let hold = phase.hold ?? farAway
            spans.append((phase, false, at, at + hold))
            at += hold
        }
        let cuts = Set(scenario.faults.flatMap { [$0.at, $0.at + ($0.length ?? .zero)] }).sorted()
        return spans.flatMap { span in
            let inner = [span.begin] + cuts.filter { $0 > span.begin && $0 < span.end } + [span.end]
            return zip(inner, inner.dropFirst()).map { begin, end in
                RunStretches.Stretch(
                    phase: span.phase.name, isRamp: span.isRamp,
                    during: scenario.faults.filter { $0.isInEffect(at: begin) }.map(\.name),
                    after: scenario.faults.filter { $0.isOver(at: begin) }.map(\.name),
                    beginNs: begin.wholeNanoseconds, endNs: end.wholeNanoseconds)
            }
        }
    }
}

extension FaultDefinition {
    fileprivate func isInEffect(at time: Duration) -> Bool { at <= time && time < at + (length ?? .zero) }
    fileprivate func isOver(at time: Duration) -> Bool { time >= at + (length ?? .zero) }
}

/// The source of a pool's level: the phases' concurrent sessions, or sessions per second, of one traffic.
private struct PoolKind: Hashable {
    var traffic: String
    var isRate: Bool
    var options: ReplayOptionValues

    static func all(of phase: Phase, scenario: ScenarioDefinition) -> [PoolKind] {
        let usual = phase.traffic ?? scenario.traffic ?? ""
        return switch phase.level {
        case .sessions: [PoolKind(traffic: usual, isRate: false, options: phase.options)]
        case .rate: [PoolKind(traffic: usual, isRate: true, options: phase.options)]
        case .byTraffic(let counts):
            counts.map { PoolKind(traffic: $0.traffic, isRate: false, options: phase.options) }
        }
    }

    func level(in phase: Phase, scenario: ScenarioDefinition) -> Double {
        guard Self.all(of: phase, scenario: scenario).contains(self) else { return 0 }
        return switch phase.level {
        case .sessions(let count): Double(count)
        case .rate(let perSecond): perSecond
        case .byTraffic(let counts): counts.reduce(0) { $1.traffic == traffic ? $0 + Double($1.sessions) : $0 }
        }
    }
}
