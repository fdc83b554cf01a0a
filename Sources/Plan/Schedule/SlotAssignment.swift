import Formats
import Traffic

/// Which session each slot runs next, and when it is due. Times are in nanoseconds since the run's start.
struct SlotAssignment: Sendable {
    /// How many slots run at once.
    let slotCount: Int
    private let population: Population
    /// Each script's arrival, scaled, the earliest at 0.
    private let arrivals: [Int64]
    /// Each script's planned length, scaled; 0 at speed `max`.
    private let lengths: [Int64]
    /// From one pass over the recording to the next, scaled; 0 at speed `max`.
    private let passNs: Int64
    /// The span that slots' starts are spread over, or the range of the jitter of copies.
    let rampNs: Int64
    /// When nothing new starts any more.
    private let endNs: Int64?
    private let seed: UInt64
    /// Clones with this number and above do not begin; nil for no such bound.
    private let cloneLimit: Int?

    /// The shortest time a turn takes, so that a slot whose sessions took no time comes to an end.
    static let shortestTurnNs = Nanoseconds.perMicrosecond
    /// The longest span that is chosen where the user names none.
    static let longestDefaultRampNs = 10 * Nanoseconds.perSecond

    /// - Parameters:
    ///   - arrivals: recorded arrivals of the scripts, in any unit of origin, ascending; at least one.
    ///   - lengths: recorded lengths of the scripts.
    ///   - cloneLimit: how many clones there are values for; nil for any number.
    init(arrivals: [CaptureTime], lengths: [Int64], options: PlanOptions, cloneLimit: Int? = nil) {
        self.cloneLimit = cloneLimit
        let origin = arrivals[0]
        let speed = options.speed
        let shortest = speed == .max ? 0 : SlotAssignment.shortestTurnNs
        self.arrivals =
            options.arrivals.offsets(arrivals.count, seed: options.seed)
            ?? arrivals.map { speed.scaled($0.nanoseconds.subtractingClamped(origin.nanoseconds)) }
        self.lengths = lengths.map { max(speed.scaled($0), shortest) }
        passNs = zip(self.arrivals, self.lengths).reduce(shortest) { max($0, $1.0.addingClamped($1.1)) }
        population = options.population
        slotCount =
            switch options.population {
            case .asRecorded: arrivals.count
            case .slots(let count): count
            case .copies(let count): count * arrivals.count
            }
        rampNs =
            options.ramp?.wholeNanoseconds
            ?? SlotAssignment.defaultRamp(options.population, arrivals: self.arrivals, lengths: self.lengths)
        endNs = options.duration?.wholeNanoseconds
        seed = options.seed
    }

    /// How many clones run; nil when the plan ends by time.
    var plannedClones: Int? {
        guard endNs == nil else { return nil }
        return min(cloneLimit ?? .max, max(slotCount, arrivals.count))
    }

    func firstTurn(ofSlot slot: Int) -> CloneTurn? {
        precondition((0..<slotCount).contains(slot), "a slot of the plan")
        let due = RunTime(nanoseconds: firstDue(ofSlot: slot))
        if let endNs, due.nanoseconds >= endNs { return nil }
        if let cloneLimit, slot >= cloneLimit { return nil }
        return CloneTurn(
            slot: slot, turn: 0, clone: slot, script: slot % arrivals.count, due: due)
    }

    func turn(after turn: CloneTurn) -> CloneTurn? {
        let next = turn.turn + 1
        let clone = turn.clone + slotCount
        if let cloneLimit, clone >= cloneLimit { return nil }
        let due: RunTime
        let script: Int
        switch population {
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
        return CloneTurn(slot: turn.slot, turn: next, clone: clone, script: script, due: due)
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
        }
    }

    private static func defaultRamp(_ population: Population, arrivals: [Int64], lengths: [Int64]) -> Int64 {
        let mean: Double
        switch population {
        case .asRecorded: return 0
        case .copies where arrivals.count > 1:
            mean = Double(arrivals[arrivals.count - 1]) / Double(arrivals.count - 1)
        case .slots, .copies:
            mean = lengths.reduce(0.0) { $0 + Double($1) } / Double(lengths.count)
        }
        return Int64(min(mean.rounded(), Double(longestDefaultRampNs)))
    }
}
