import Formats

/// A run divided at instants of its plan, so that each part has its own figures.
///
/// A request belongs to the stretch in which it was scheduled, whenever it was answered.
public struct RunStretches: Codable, Hashable, Sendable {

    /// The part between two neighbouring cuts.
    public struct Stretch: Codable, Hashable, Sendable {
        /// The phase it belongs to.
        public var phase: String
        /// Whether the load is still ramping to the phase's level.
        public var isRamp: Bool
        /// Active faults.
        public var during: [String]
        /// Faults that have been undone, including the most recent ones.
        public var after: [String]
        /// In nanoseconds since the run's start.
        public var beginNs: Int64
        /// In nanoseconds since the run's start; later than `beginNs`.
        public var endNs: Int64

        /// See the properties for the meaning of each parameter.
        public init(
            phase: String, isRamp: Bool, during: [String] = [], after: [String] = [], beginNs: Int64,
            endNs: Int64
        ) {
            self.phase = phase
            self.isRamp = isRamp
            self.during = during
            self.after = after
            self.beginNs = beginNs
            self.endNs = endNs
        }
    }

    /// The largest product of stretches and parts, which a tag can distinguish.
    public static let tagLimit = 1 << 14

    /// In order, each beginning where the previous one ends.
    public let stretches: [Stretch]
    /// The traffics of the run, by the plan's parts; at least one.
    public let parts: [String]
    /// The kinds of responses whose first occurrence in each clone is recorded; at most ``FirstResponseSearch/limit``.
    /// Not stored in run folders.
    public var firsts: [Set<ResponseKind>] = []

    private enum CodingKeys: CodingKey {
        case stretches, parts
    }

    /// Consecutive stretches.
    ///
    /// - Returns: nil when there are none, they are not consecutive, or their product with the parts exceeds
    ///   ``tagLimit``.
    public init?(_ stretches: [Stretch], parts: [String]) {
        guard !stretches.isEmpty, !parts.isEmpty, stretches.count * parts.count <= Self.tagLimit,
            stretches.allSatisfy({ $0.beginNs < $0.endNs }),
            zip(stretches, stretches.dropFirst()).allSatisfy({ $0.endNs == $1.beginNs })
        else { return nil }
        self.stretches = stretches
        self.parts = parts
    }

    /// A single stretch for a whole run, so that exact statuses are counted.
    ///
    /// - Parameter firsts: the kinds of responses whose first occurrence in each clone is recorded.
    public static func whole(firsts: [Set<ResponseKind>]) -> RunStretches? {
        let end: Int64 = 200_000_000 * Nanoseconds.perSecond
        var whole = RunStretches([Stretch(phase: "run", isRamp: false, beginNs: 0, endNs: end)], parts: [""])
        whole?.firsts = firsts
        return whole
    }

    /// Whether ``init(_:parts:)`` accepts them, and their times are within a run's bounds.
    var isPlausible: Bool {
        RunStretches(stretches, parts: parts) != nil
            && stretches.allSatisfy { RunBounds.holds($0.beginNs) && RunBounds.holds($0.endNs) }
    }

    /// The tag of a request.
    ///
    /// - Parameters:
    ///   - time: when it was scheduled; times before the first or after the last stretch belong to these.
    ///   - part: its traffic.
    @inline(__always)
    func tag(ofNs time: Int64, part: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: index(ofNs: time) * parts.count + part)
    }

    /// The stretch of a time, in nanoseconds since the run's start.
    public func index(ofNs time: Int64) -> Int {
        var low = 0
        var high = stretches.count - 1
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].endNs > time { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The stretch and the part of a tag.
    func place(ofTag tag: UInt16) -> (stretch: Int, part: Int) { (Int(tag) / parts.count, Int(tag) % parts.count) }
}
