/// Requests by the tenth of a second in which they were scheduled: fine enough to measure the length of an outage.
public struct LoadTimeline: Hashable, Sendable {

    /// The requests scheduled in a tenth of a second.
    public struct Slice: Hashable, Sendable {
        /// Requests that ended, without those that the run's end cut off.
        public var requests: UInt32 = 0
        /// The number of those that failed.
        public var failures: UInt32 = 0
        /// Answered requests by response time; each class is √2 times as long as the one before.
        var classes = InlineArray<32, UInt16>(repeating: 0)

        /// No requests.
        public init() {}

        /// The response time in milliseconds at a quantile of the answered requests; nil if there are none. At most √2
        /// too long.
        public static func milliseconds(atQuantile quantile: Double, of slices: some Sequence<Slice>) -> Double? {
            var sums = [UInt64](repeating: 0, count: 32)
            for slice in slices {
                for index in sums.indices { sums[index] += UInt64(slice.classes[index]) }
            }
            let total = sums.reduce(0, +)
            guard total > 0 else { return nil }
            let rank = max(1, (quantile * Double(total)).rounded(.up))
            var below: UInt64 = 0
            for index in sums.indices {
                below += sums[index]
                if Double(below) >= rank { return LoadTimeline.upperMs(ofClass: index) }
            }
            return nil
        }

        /// Whether both have the same counts.
        public static func == (left: Slice, right: Slice) -> Bool {
            left.requests == right.requests && left.failures == right.failures
                && (0..<32).allSatisfy { left.classes[$0] == right.classes[$0] }
        }

        /// Hashes a part of what ``==(_:_:)`` compares.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(requests)
            hasher.combine(failures)
        }
    }

    /// The length of a slice, in nanoseconds.
    public static let sliceNs: Int64 = 100_000_000
    /// The most slices: four days.
    static let limit = 4 * 86_400 * 10

    /// From the run's start, without gaps.
    public private(set) var slices: [Slice] = []

    /// Nothing measured.
    public init() {}

    /// The slice of a time; times before the start belong to the first.
    static func index(ofNs time: Int64) -> UInt32 { UInt32(clamping: max(0, time) / sliceNs) }

    /// The longest time of a class: 0.25 ms for the first, 11.6 s for the last but one; the last is unbounded.
    static func upperMs(ofClass index: Int) -> Double {
        let octaves = Double(1 << (index / 2))
        return 0.25 * octaves * (index.isMultiple(of: 2) ? 1 : 2.0.squareRoot())
    }

    private static let uppers = (0..<31).map(upperMs)

    /// Counts a request that was scheduled in a slice.
    ///
    /// - Parameter milliseconds: its response time; nil if it was not answered.
    mutating func count(slice: UInt32, isFailure: Bool, milliseconds: Double?) {
        let index = Int(slice)
        guard index < Self.limit else { return }
        while slices.count <= index { slices.append(Slice()) }
        slices[index].requests += 1
        if isFailure { slices[index].failures += 1 }
        guard let milliseconds else { return }
        let place = Self.uppers.firstIndex { milliseconds <= $0 } ?? 31
        if slices[index].classes[place] < .max { slices[index].classes[place] += 1 }
    }

    /// The slices between two times, in nanoseconds since the run's start.
    public func slices(from begin: Int64, to end: Int64) -> ArraySlice<Slice> {
        let first = min(Int(Self.index(ofNs: begin)), slices.count)
        return slices[first..<max(first, min(Int(Self.index(ofNs: end)), slices.count))]
    }
}
