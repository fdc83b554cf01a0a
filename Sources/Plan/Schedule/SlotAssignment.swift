import Formats
import Traffic

/// The sessions that each slot runs, and when they are due. Times are in nanoseconds from the run's start.
struct SlotAssignment: Sendable {
    /// The number of concurrent slots.
    let slotCount: Int
    private let population: Population
    /// Each script's arrival, scaled, the earliest at 0.
    private let arrivals: [Int64]
    /// Each script's planned length, scaled; 0 if the target determines how long it takes.
    private let lengths: [Int64]
    /// The time from one pass over the recording to the next, scaled; 0 at speed `max`.
    private let passNs: Int64
    /// The span that the slots' starts are spread over, or the range of the copies' jitter.
    let rampNs: Int64
    /// When no more clones start.
    private let endNs: Int64?
    private let seed: UInt64
    /// Clones from this number on do not start; nil for no limit.
    private let cloneLimit: Int?
    /// The slots of each pool; empty for other populations.
    private let pools: [PoolSlots]

    /// The shortest duration of a turn, so that a slot with zero-length sessions still ends.
    static let shortestTurnNs = Nanoseconds.perMicrosecond
    /// The longest ramp chosen by default.
    static let longestDefaultRampNs = 10 * Nanoseconds.perSecond

    /// - Parameters:
    ///   - arrivals: recorded arrivals of the scripts, from any origin, ascending; at least one.
    ///   - lengths: recorded lengths of the scripts.
    ///   - parts: the parts of the plan, which give the scaling of arrivals and lengths.
    ///   - cloneLimit: the number of clones that there are values for; nil for any number.
    init(
        arrivals: [CaptureTime], lengths: [Int64], parts: [PlanPart], options: PlanOptions, cloneLimit: Int? = nil
    ) {
        self.cloneLimit = cloneLimit
        let origin = arrivals[0]
        let speed = options.speed
        let shortest = speed == .max ? 0 : SlotAssignment.shortestTurnNs
        self.arrivals =
            options.arrivals.offsets(arrivals.count, seed: options.seed)
            ?? arrivals.map { speed.scaled($0.nanoseconds.subtractingClamped(origin.nanoseconds)) }
        let scaled = parts.flatMap { part in
            lengths[part.scripts].map {
                part.hasPlannedLengths ? max(part.speed.scaled($0), SlotAssignment.shortestTurnNs) : 0
            }
        }
        self.lengths = scaled
        passNs = zip(self.arrivals, scaled).reduce(shortest) { max($0, $1.0.addingClamped($1.1)) }
        population = options.population
        switch options.population {
        case .asRecorded: (slotCount, pools) = (arrivals.count, [])
        case .slots(let count): (slotCount, pools) = (count, [])
        case .copies(let count): (slotCount, pools) = (count * arrivals.count, [])
        case .pools(let wanted):
            let longest = scaled.max() ?? 0
            pools = wanted.reduce(into: []) { pools, pool in
                let first = pools.last.map { $0.first + $0.count } ?? 0
                pools.append(PoolSlots(pool, first: first, parts: parts, longestNs: longest))
            }
            slotCount = pools.last.map { $0.first + $0.count } ?? 0
        }
        rampNs =
            options.ramp?.wholeNanoseconds
            ?? SlotAssignment.defaultRamp(options.population, arrivals: self.arrivals, lengths: scaled)
        endNs = options.duration?.wholeNanoseconds
        seed = options.seed
    }

    /// The number of clones; nil when the plan ends by time.
    var plannedClones: Int? {
        guard endNs == nil else { return nil }
        if case .pools = population {
            return min(cloneLimit ?? .max, pools.reduce(0) { $0 + ($1.plannedClones ?? 0) })
        }
        return min(cloneLimit ?? .max, max(slotCount, arrivals.count))
    }

    func firstTurn(ofSlot slot: Int) -> CloneTurn? {
        precondition((0..<slotCount).contains(slot), "a slot of the plan")
        if let cloneLimit, slot >= cloneLimit { return nil }
        if case .pools = population { return pooledTurn(slot: slot, turn: 0, from: .zero) }
        let due = RunTime(nanoseconds: firstDue(ofSlot: slot))
        if let endNs, due.nanoseconds >= endNs { return nil }
        return CloneTurn(
            slot: slot, turn: 0, clone: slot, script: slot % arrivals.count, due: due)
    }

    /// - Parameter earliest: the earliest start, such as the end of `turn` in a closed loop; nil for no such bound.
    func turn(after turn: CloneTurn, notBefore earliest: RunTime? = nil) -> CloneTurn? {
        let next = turn.turn + 1
        let clone = turn.clone + slotCount
        if let cloneLimit, clone >= cloneLimit { return nil }
        var due: RunTime
        let script: Int
        switch population {
        case .pools:
            let over = min(end(of: turn), leave(ofSlot: turn.slot, from: turn.due) ?? .distantFuture)
            return pooledTurn(slot: turn.slot, turn: next, from: max(over, earliest ?? .distantPast))
        case .slots:
            due = end(of: turn)
            script = clone % arrivals.count
        case .asRecorded, .copies:
            due = turn.due.advanced(byNs: passNs)
            script = turn.script
        }
        if let endNs {
            guard due.nanoseconds < endNs else { return nil }
        } else {
            guard case .slots = population, clone < arrivals.count else { return nil }
        }
        due = max(due, earliest ?? due)
        return CloneTurn(slot: turn.slot, turn: next, clone: clone, script: script, due: due)
    }

    private func pooledTurn(slot: Int, turn: Int, from time: RunTime) -> CloneTurn? {
        guard let pool = pools.first(where: { slot < $0.first + $0.count }),
            let (script, due) = pool.turn(turn, ofSlot: slot - pool.first, from: time.nanoseconds)
        else { return nil }
        if let endNs, due >= endNs { return nil }
        return CloneTurn(
            slot: slot, turn: turn, clone: slot + turn * slotCount, script: script, due: RunTime(nanoseconds: due))
    }

    /// A clone's number among those of its share of its pool, from 0; of other populations its number in the run.
    func numberInShare(_ turn: CloneTurn) -> Int {
        guard let pool = pools.first(where: { turn.slot < $0.first + $0.count }) else { return turn.clone }
        return pool.number(turn.turn, ofSlot: turn.slot - pool.first).number
    }

    /// Whether the number of sessions ever falls.
    var levelsFall: Bool { pools.contains(where: \.canFall) }

    /// When a clone that runs in a slot at `time` must leave it before its session is over; nil if it need not.
    func leave(ofSlot slot: Int, from time: RunTime) -> RunTime? {
        guard case .pools = population, let pool = pools.first(where: { slot < $0.first + $0.count }),
            let leave = pool.leave(ofSlot: slot - pool.first, from: time.nanoseconds)
        else { return nil }
        // At the end of the run no clone leaves: all have time to finish.
        if let endNs, leave >= endNs { return nil }
        return RunTime(nanoseconds: leave)
    }

    /// The planned end of `turn`: when its slot is free again.
    func end(of turn: CloneTurn) -> RunTime { turn.due.advanced(byNs: lengths[turn.script]) }

    private func firstDue(ofSlot slot: Int) -> Int64 {
        switch population {
        case .asRecorded: return arrivals[slot]
        case .slots: return Int64((Double(rampNs) * (Double(slot) / Double(slotCount))).rounded())
        case .copies:
            let arrival = arrivals[slot % arrivals.count]
            guard slot >= arrivals.count, rampNs > 0 else { return arrival }
            let jitter = SplitMix64.value(seed: seed, index: UInt64(slot)) % UInt64(rampNs)
            return arrival.addingClamped(Int64(jitter))
        case .pools: preconditionFailure("a pool says when its slots begin")
        }
    }

    private static func defaultRamp(_ population: Population, arrivals: [Int64], lengths: [Int64]) -> Int64 {
        let mean: Double
        switch population {
        case .asRecorded, .pools: return 0
        case .copies where arrivals.count > 1:
            mean = Double(arrivals[arrivals.count - 1]) / Double(arrivals.count - 1)
        case .slots, .copies:
            mean = lengths.reduce(0.0) { $0 + Double($1) } / Double(lengths.count)
        }
        return Int64(min(mean.rounded(), Double(longestDefaultRampNs)))
    }
}
