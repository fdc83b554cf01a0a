/// Which slots run at which times, when the number of sessions changes during a run.
///
/// Slot `k` runs while the level is above `k`: a level that rises from 0 to N in R starts slot `k` at R·k/N, as a ramp does. When
/// the level falls, a slot's clone continues to the end of its session, and the slot begins no other until the level
/// rises again.
public struct LevelSchedule: Hashable, Sendable {

    /// A stretch in which the level moves linearly. Times are in nanoseconds from the run's start.
    public struct Segment: Hashable, Sendable {
        /// When it begins.
        public var begin: Int64
        /// When it ends; later than its begin.
        public var end: Int64
        /// The level at its begin.
        public var from: Double
        /// The level at its end.
        public var to: Double

        /// A stretch; out of order or with a negative level it is the caller's bug.
        public init(begin: Int64, end: Int64, from: Double, to: Double) {
            precondition(begin < end && from >= 0 && to >= 0, "a stretch of time with levels")
            (self.begin, self.end, self.from, self.to) = (begin, end, from, to)
        }

        /// The level at a time of the segment.
        func level(at time: Int64) -> Double {
            from + (to - from) * (Double(time - begin) / Double(end - begin))
        }
    }

    /// In their order, without gaps.
    public let segments: [Segment]

    /// The level of a run; no segments, or gaps between them, are the caller's bug.
    public init(_ segments: [Segment]) {
        precondition(!segments.isEmpty, "a run has a level")
        precondition(zip(segments, segments.dropFirst()).allSatisfy { $0.end == $1.begin }, "segments meet")
        self.segments = segments
    }

    /// The most slots that run at once.
    public var slotCount: Int { Int(segments.reduce(0) { max($0, $1.from, $1.to) }.rounded(.up)) }

    /// When the schedule ends: nothing begins from then on.
    public var end: Int64 { segments[segments.count - 1].end }

    /// The first time from `time` on at which `slot` runs; nil when it runs no more.
    func begin(ofSlot slot: Int, from time: Int64) -> Int64? {
        let threshold = Double(slot)
        for segment in segments.dropFirst(firstSegment(endingAfter: time)) {
            let start = max(segment.begin, time)
            let level = segment.level(at: start)
            // A level that begins to rise from exactly the slot's number starts the slot at once.
            if level > threshold || (level == threshold && segment.to > threshold) { return start }
            if segment.to > threshold {
                let share = (threshold - segment.from) / (segment.to - segment.from)
                let crossing = segment.begin + Int64((share * Double(segment.end - segment.begin)).rounded())
                if crossing < segment.end { return max(crossing, start) }
            }
        }
        return nil
    }

    /// The planned number of sessions at a time; 0 before and after the schedule.
    public func level(at time: Int64) -> Double {
        let index = firstSegment(endingAfter: time)
        guard index < segments.count, segments[index].begin <= time else { return 0 }
        return segments[index].level(at: time)
    }

    /// Binary search: a run may have many phases, and each clone asks.
    private func firstSegment(endingAfter time: Int64) -> Int {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].end > time { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
