internal import Formats
internal import Traffic

/// The slots of one pool: which script each runs next, and when.
struct PoolSlots: Sendable {
    /// The pool's first slot among those of the plan.
    let first: Int
    let count: Int
    private let course: LoadPool.Course
    private let pattern: SharePattern
    /// The scripts of each share.
    private let scripts: [Range<Int>]
    /// How many of the slots each share has.
    private let slotsOfShare: [Int]

    /// How much longer than planned a session holds its slot, where sessions begin at a rate: a later one waits for it then.
    private static let patienceNs: Int64 = 75_000_000_000

    /// - Parameter longestNs: the longest planned length of a session.
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

    /// Clones that run where their number does not depend on time; nil where it does.
    var plannedClones: Int? {
        guard case .passes(let passes, _, _) = course else { return nil }
        return scripts.indices.reduce(0) { sum, share in
            slotsOfShare[share] == 0 ? sum : sum + max(slotsOfShare[share], passes * scripts[share].count)
        }
    }

    /// The script of a slot's turn, and when it is due at `time` or later; nil when the slot is done.
    ///
    /// - Parameter slot: from 0 in this pool.
    func turn(_ turn: Int, ofSlot slot: Int, from time: Int64) -> (script: Int, due: Int64)? {
        switch course {
        case .sessions(let levels):
            let (share, ordinal) = pattern.share(of: slot)
            guard let due = levels.begin(ofSlot: slot, from: time) else { return nil }
            return (script(share, number: ordinal + turn * slotsOfShare[share]), due)
        case .arrivals(let arrivals):
            let number = slot + turn * count
            guard let due = arrivals.time(ofArrival: number) else { return nil }
            let (share, ordinal) = pattern.share(of: number)
            return (script(share, number: ordinal), due)
        case .passes(let passes, let slots, let rampNs):
            let (share, ordinal) = pattern.share(of: slot)
            let number = ordinal + turn * slotsOfShare[share]
            guard turn == 0 || number < passes * scripts[share].count else { return nil }
            let begin = Int64((Double(rampNs) * (Double(slot) / Double(slots))).rounded())
            return (script(share, number: number), max(time, begin))
        }
    }

    private func script(_ share: Int, number: Int) -> Int {
        scripts[share].lowerBound + number % scripts[share].count
    }
}
