/// Slots that run one traffic, or a mix of several, at a level that changes during the run.
public struct LoadPool: Hashable, Sendable {

    /// What the level is.
    public enum Course: Hashable, Sendable {
        /// Sessions that run at once.
        case sessions(LevelSchedule)
        /// Sessions that begin in a second, however many run.
        case arrivals(ArrivalSchedule)
        /// So many slots, whose starts are spread over a span in nanoseconds, until each recorded session has run so often.
        case passes(Int, slots: Int, rampNs: Int64)
    }

    /// A part of the plan's scripts, and how much of the load it is.
    public struct Share: Hashable, Sendable {
        /// Index into ``ReplayPlan/parts``.
        public var part: Int
        /// Its weight beside the others; above 0.
        public var weight: Double

        /// A share.
        public init(part: Int, weight: Double) {
            self.part = part
            self.weight = weight
        }
    }

    /// Its level.
    public var course: Course
    /// What its slots run; at least one share.
    public var shares: [Share]

    /// A pool.
    public init(_ course: Course, shares: [Share]) {
        precondition(!shares.isEmpty, "a pool runs something")
        self.course = course
        self.shares = shares
    }
}

extension LoadPool {
    /// Whether no more sessions run at once than there are slots, however slow the target is.
    var hasFixedSlots: Bool { if case .arrivals = course { false } else { true } }
}

/// Deals slots or sessions by share, so that any number of the first ones is split as the shares say, within one.
struct SharePattern: Sendable {

    /// Which share is next, again and again.
    private let pattern: [UInt8]
    /// How many of the same share are before each place of the pattern.
    private let ordinals: [Int]
    /// How often each share is in the pattern.
    private let counts: [Int]

    /// Shares are exact to a thousandth.
    private static let length = 1000

    init(_ shares: [LoadPool.Share]) {
        precondition(shares.count <= 256, "shares of a pool")
        let sum = shares.reduce(0) { $0 + $1.weight }
        var counts = [Int](repeating: 0, count: shares.count)
        var pattern: [UInt8] = []
        var ordinals: [Int] = []
        for place in 1...(shares.count == 1 ? 1 : Self.length) {
            let missing = shares.indices.map { shares[$0].weight / sum * Double(place) - Double(counts[$0]) }
            let next = missing.indices.max { missing[$0] < missing[$1] } ?? 0
            pattern.append(UInt8(next))
            ordinals.append(counts[next])
            counts[next] += 1
        }
        (self.pattern, self.ordinals, self.counts) = (pattern, ordinals, counts)
    }

    /// The share that `number` (from 0) belongs to, and how many before it do.
    func share(of number: Int) -> (share: Int, ordinal: Int) {
        let place = number % pattern.count
        let share = Int(pattern[place])
        return (share, number / pattern.count * counts[share] + ordinals[place])
    }

    /// How many of the first `total` belong to a share.
    func count(of share: Int, among total: Int) -> Int {
        let whole = total / pattern.count * counts[share]
        return whole + pattern[..<(total % pattern.count)].count { Int($0) == share }
    }
}
