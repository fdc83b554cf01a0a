internal import Formats
internal import Traffic

/// The slots of one pool: the next script of each, and when it is due.
struct PoolSlots: Sendable {
    /// The index of the pool's first slot in the plan.
    let first: Int
    let count: Int
    private let course: LoadPool.Course
    private let pattern: SharePattern
    /// The scripts of each share.
    private let scripts: [Range<Int>]
    /// The number of slots of each share.
    private let slotsOfShare: [Int]

    /// How much longer than planned a session may hold its slot when sessions begin at a rate; beyond that, a later
    /// session waits for the slot.
    private static let patienceNs: Int64 = 75_000_000_000

    /// - Parameter longestNs: the planned length of the longest session.
    init(_ pool: LoadPool, first: Int, parts: [PlanPart], longestNs: Int64) {
        self.first = first
        course = pool.course
        pattern = SharePattern(pool.shares)
        scripts = pool.shares.map { parts[$0.part].scripts }
        let count =
            switch pool.course {
            case .sessions(let levels): levels.slotCount
            case .arrivals(let arrivals): arrivals.most(within: longestNs.addingClamped(Self.patienceNs))
            case .passes(_, let slots, _): slots
            }
        self.count = count
        slotsOfShare = pool.shares.indices.map { [pattern] in pattern.count(of: $0, among: count) }
    }

    /// The number of clones where it does not depend on time; nil if it does.
    var plannedClones: Int? {
        guard case .passes(let passes, _, _) = course else { return nil }
        return scripts.indices.reduce(0) { sum, share in
            slotsOfShare[share] == 0 ? sum : sum + max(slotsOfShare[share], passes * scripts[share].count)
        }
    }

    /// The script of a slot's turn, and its due time at `time` or later; nil when the slot is done.
    ///
    /// - Parameter slot: counted from 0 in this pool.
    func turn(_ turn: Int, ofSlot slot: Int, from time: Int64) -> (script: Int, due: Int64)? {
        let (share, number) = number(turn, ofSlot: slot)
        switch course {
        case .sessions(let levels):
            guard let due = levels.begin(ofSlot: slot, from: time) else { return nil }
            return (script(share, number: number), due)
        case .arrivals(let arrivals):
            guard let due = arrivals.time(ofArrival: slot + turn * count) else { return nil }
            return (script(share, number: number), due)
        case .passes(let passes, let slots, let rampNs):
            guard turn == 0 || number < passes * scripts[share].count else { return nil }
            let begin = Int64((Double(rampNs) * (Double(slot) / Double(slots))).rounded())
            return (script(share, number: number), max(time, begin))
        }
    }

    /// The share that a slot's turn belongs to, and the turn's number among those of that share, from 0.
    ///
    /// - Parameter slot: counted from 0 in this pool.
    func number(_ turn: Int, ofSlot slot: Int) -> (share: Int, number: Int) {
        if case .arrivals = course {
            let (share, ordinal) = pattern.share(of: slot + turn * count)
            return (share, ordinal)
        }
        let (share, ordinal) = pattern.share(of: slot)
        return (share, ordinal + turn * slotsOfShare[share])
    }

    /// Whether sessions may have to leave their slots.
    var canFall: Bool { if case .sessions(let levels) = course { levels.canFall } else { false } }

    /// When a clone that runs in a slot at `time` must leave it because the level falls below the slot; nil if it need
    /// not.
    func leave(ofSlot slot: Int, from time: Int64) -> Int64? {
        guard case .sessions(let levels) = course else { return nil }
        return levels.leave(ofSlot: slot, from: time)
    }

    private func script(_ share: Int, number: Int) -> Int {
        scripts[share].lowerBound + number % scripts[share].count
    }
}
