/// Slots that run one traffic, or a mix of several, at a level that changes during the run.
public struct LoadPool: Hashable, Sendable {

    /// The course of the level.
    public enum Course: Hashable, Sendable {
        /// The number of sessions that run concurrently.
        case sessions(LevelSchedule)
        /// Sessions that begin per second, regardless of how many are running.
        case arrivals(ArrivalSchedule)
        /// A number of slots, whose starts are spread over a span in nanoseconds, until each recorded session has run
        /// that many times.
        case passes(Int, slots: Int, rampNs: Int64)
    }

    /// A part of the plan's scripts, and its share of the load.
    public struct Share: Hashable, Sendable {
        /// Index into ``ReplayPlan/parts``.
        public var part: Int
        /// Its weight relative to the others; above 0.
        public var weight: Double

        /// A share.
        public init(part: Int, weight: Double) {
            self.part = part
            self.weight = weight
        }
    }

    /// Its level.
    public var course: Course
    /// The shares of its slots; at least one.
    public var shares: [Share]

    /// A pool.
    public init(_ course: Course, shares: [Share]) {
        precondition(!shares.isEmpty, "a pool runs something")
        self.course = course
        self.shares = shares
    }
}

extension LoadPool {
    /// Whether the number of slots limits the concurrent sessions, however slow the target is.
    var hasFixedSlots: Bool { if case .arrivals = course { false } else { true } }
}

/// Assigns slots or sessions to shares, so that any prefix of them is split by the weights, to within one.
struct SharePattern: Sendable {

    /// The repeating sequence of shares.
    private let pattern: [UInt8]
    /// For each position of the pattern, the number of earlier positions with the same share.
    private let ordinals: [Int]
    /// The number of positions of each share.
    private let counts: [Int]

    /// The length of the pattern: weights are exact to a thousandth.
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

    /// The share of `number` (from 0), and how many earlier numbers have the same one.
    func share(of number: Int) -> (share: Int, ordinal: Int) {
        let place = number % pattern.count
        let share = Int(pattern[place])
        return (share, number / pattern.count * counts[share] + ordinals[place])
    }

    /// How many of the first `total` numbers belong to a share.
    func count(of share: Int, among total: Int) -> Int {
        let whole = total / pattern.count * counts[share]
        return whole + pattern[..<(total % pattern.count)].count { Int($0) == share }
    }
}
