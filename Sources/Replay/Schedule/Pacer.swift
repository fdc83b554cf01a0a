internal import Formats
internal import Plan
internal import Traffic

/// When the plan has a request, by the pacing and speed of its part.
struct Pacer {
    private let speed: Speed
    private let pacing: Pacing
    private let think: ThinkTime?
    private let seed: UInt64

    init(_ part: PlanPart, seed: UInt64) {
        speed = part.speed
        pacing = part.pacing
        think = part.think
        self.seed = seed
    }

    /// Whether requests are scheduled from the answers before them, so that nothing can be late.
    var isClosedLoop: Bool { speed == .max || pacing == .think }

    /// The scheduled time of a request.
    ///
    /// - Parameters:
    ///   - turn: its clone's.
    ///   - previousEnd: the latest end of the exchanges it waits for; nil when it waits for none.
    ///   - request: its place in the session, from 0.
    @inline(__always)
    func scheduled(
        _ row: UnsafePointer<RequestTable.Row>, turn: CloneTurn, previousEnd: RunTime?, request: Int
    ) -> RunTime {
        let due = turn.due
        if think != nil {
            guard let previousEnd else {
                // There is one between two sessions of a slot too: who sends a single request pauses before the next.
                return turn.turn == 0
                    ? due : due.advanced(byNs: pause(clone: turn.clone, number: -1))
            }
            guard !row.pointee.flags.contains(.isPrelude) else { return previousEnd }
            return previousEnd.advanced(byNs: pause(clone: turn.clone, number: request))
        }
        return switch (speed, pacing) {
        case (.max, _):
            previousEnd ?? due
        case (_, .timeline):
            due.advanced(byNs: speed.scaled(row.pointee.offsetNs))
        case (_, .think):
            (previousEnd ?? due).advanced(
                byNs: speed.scaled(previousEnd == nil ? row.pointee.offsetNs : row.pointee.thinkNs))
        }
    }

    private func pause(clone: Int, number: Int) -> Int64 {
        // A clone's pauses differ, and are the same in each run with the seed.
        let bits = SplitMix64.value(
            seed: SplitMix64.value(seed: seed, index: UInt64(truncatingIfNeeded: clone)),
            index: UInt64(truncatingIfNeeded: number))
        return think?.nanoseconds(random: bits) ?? 0
    }
}
