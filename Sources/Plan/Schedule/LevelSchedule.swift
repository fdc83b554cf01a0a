internal import Formats

/// When each slot runs, if the number of sessions changes during a run.
///
/// Slot `k` runs while the level is above `k`: a level that rises from 0 to N in R starts slot `k` at R·k/N, as a ramp
/// does. When the level falls below it, the slot begins no other clone until the level rises again, and its current
/// clone has the segment's ``Segment/grace`` to finish.
public struct LevelSchedule: Hashable, Sendable {

    /// A segment in which the level changes linearly. Times are in nanoseconds from the run's start.
    public struct Segment: Hashable, Sendable {
        /// When it begins.
        public var begin: Int64
        /// When it ends; later than it begins.
        public var end: Int64
        /// The level at its start.
        public var from: Double
        /// The level at its end.
        public var to: Double
        /// How long a clone continues after the level has fallen below its slot, in nanoseconds.
        public var grace: Int64

        /// A segment. It is a programming error if it ends before it begins or has a negative level.
        public init(begin: Int64, end: Int64, from: Double, to: Double, grace: Int64 = 0) {
            precondition(begin < end && from >= 0 && to >= 0 && grace >= 0, "a stretch of time with levels")
            (self.begin, self.end, self.from, self.to, self.grace) = (begin, end, from, to, grace)
        }

        /// The level at a time of the segment.
        func level(at time: Int64) -> Double {
            from + (to - from) * (Double(time - begin) / Double(end - begin))
        }
    }

    /// The segments in order, without gaps.
    public let segments: [Segment]
    /// Whether the level ever falls.
    let canFall: Bool

    /// The level of a run. It is a programming error if there are no segments or gaps between them.
    public init(_ segments: [Segment]) {
        precondition(!segments.isEmpty, "a run has a level")
        precondition(zip(segments, segments.dropFirst()).allSatisfy { $0.end == $1.begin }, "segments meet")
        self.segments = segments
        canFall =
            segments.contains { $0.to < $0.from } || zip(segments, segments.dropFirst()).contains { $0.to > $1.from }
    }

    /// The most slots that run at the same time.
    public var slotCount: Int { Int(segments.reduce(0) { max($0, $1.from, $1.to) }.rounded(.up)) }

    /// When the schedule ends: nothing begins from then on.
    public var end: Int64 { segments[segments.count - 1].end }

    /// The first time from `time` on when `slot` runs; nil when it no longer does.
    func begin(ofSlot slot: Int, from time: Int64) -> Int64? {
        let threshold = Double(slot)
        for segment in segments.dropFirst(firstSegment(endingAfter: time)) {
            let start = max(segment.begin, time)
            let level = segment.level(at: start)
            // A level that starts rising from exactly the slot's number starts the slot immediately.
            if level > threshold || (level == threshold && segment.to > threshold) { return start }
            if segment.to > threshold {
                let share = (threshold - segment.from) / (segment.to - segment.from)
                var crossing = segment.begin + Int64((share * Double(segment.end - segment.begin)).rounded())
                // Rounding must not leave the level a little below the slot: its clone would leave at once, forever.
                var step: Int64 = 1
                while crossing < segment.end, segment.level(at: crossing) < threshold {
                    crossing += step
                    step *= 2
                }
                if crossing < segment.end { return max(crossing, start) }
            }
        }
        return nil
    }

    /// When a clone that runs in `slot` at `time` must leave it; nil if the level stays above the slot, or rises above
    /// it again within the grace.
    func leave(ofSlot slot: Int, from time: Int64) -> Int64? {
        guard canFall else { return nil }
        var time = time
        while let fall = fall(belowSlot: slot, from: time) {
            let leave = fall.time.addingClamped(fall.grace)
            guard leave > fall.time, begin(ofSlot: slot, from: leave) == leave else { return leave }
            time = leave
        }
        return nil
    }

    /// The first time from `time` on at which the level is not above the slot, and the grace of its clone then.
    private func fall(belowSlot slot: Int, from time: Int64) -> (time: Int64, grace: Int64)? {
        let threshold = Double(slot)
        for segment in segments.dropFirst(firstSegment(endingAfter: time)) {
            let start = max(segment.begin, time)
            let level = segment.level(at: start)
            if level < threshold || (level == threshold && segment.to <= threshold) { return (start, segment.grace) }
            if segment.to < threshold {
                let share = (threshold - segment.from) / (segment.to - segment.from)
                var crossing =
                    segment.begin + Int64((share * Double(segment.end - segment.begin)).rounded(.up))
                // Rounding must not leave the level a little above the slot: the slot would begin again at once.
                var step: Int64 = 1
                while crossing < segment.end, segment.level(at: crossing) > threshold {
                    crossing += step
                    step *= 2
                }
                return (max(min(crossing, segment.end), start), segment.grace)
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

    /// Binary search: a run may have many phases, and every clone looks its segment up.
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
