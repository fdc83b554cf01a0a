/// A run cut at instants of its plan, so that each part of it has its own figures.
///
/// A request belongs to the stretch that it was scheduled in, whenever it was answered.
public struct RunStretches: Codable, Hashable, Sendable {

    /// From one cut to the next.
    public struct Stretch: Codable, Hashable, Sendable {
        /// The phase that it is of.
        public var phase: String
        /// Whether the load is on its way to the phase's level.
        public var isRamp: Bool
        /// Faults that are in effect.
        public var during: [String]
        /// Faults that have been undone, the last ones included.
        public var after: [String]
        /// In nanoseconds since the run's start.
        public var beginNs: Int64
        /// In nanoseconds since the run's start; later than the begin.
        public var endNs: Int64

        /// A stretch; see the properties for the meaning of each.
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

    /// Stretches and parts together at most: what a tag can tell apart.
    public static let tagLimit = 1 << 14

    /// In their order, each beginning where the one before ends.
    public let stretches: [Stretch]
    /// The traffics of the run, by the plan's parts; at least one.
    public let parts: [String]
    /// The kinds of answers of which it is noted when each clone had the first; at most ``FirstAnswerSearch/limit``. In no
    /// run folder.
    public var firsts: [Set<AnswerKind>] = []

    private enum CodingKeys: CodingKey {
        case stretches, parts
    }

    /// Stretches that follow one another.
    ///
    /// - Returns: nil when there are none, they do not follow one another, or there are more than ``tagLimit`` with parts.
    public init?(_ stretches: [Stretch], parts: [String]) {
        guard !stretches.isEmpty, !parts.isEmpty, stretches.count * parts.count <= Self.tagLimit,
            stretches.allSatisfy({ $0.beginNs < $0.endNs }),
            zip(stretches, stretches.dropFirst()).allSatisfy({ $0.endNs == $1.beginNs })
        else { return nil }
        self.stretches = stretches
        self.parts = parts
    }

    /// One stretch for a whole run, so that it is told apart by exact statuses.
    ///
    /// - Parameter firsts: the kinds of answers of which it is noted when each clone had the first
    public static func whole(firsts: [Set<AnswerKind>]) -> RunStretches? {
        let end: Int64 = 200_000_000 * 1_000_000_000
        var whole = RunStretches([Stretch(phase: "run", isRamp: false, beginNs: 0, endNs: end)], parts: [""])
        whole?.firsts = firsts
        return whole
    }

    /// Whether they are what ``init(_:parts:)`` makes, and their times are times of a run.
    var isPlausible: Bool {
        RunStretches(stretches, parts: parts) != nil
            && stretches.allSatisfy { RunBounds.holds($0.beginNs) && RunBounds.holds($0.endNs) }
    }

    /// Where a request belongs.
    ///
    /// - Parameters:
    ///   - time: when it was scheduled; before the first stretch and after the last it belongs to those.
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
