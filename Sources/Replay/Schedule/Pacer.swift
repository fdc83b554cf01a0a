internal import Formats
internal import Plan
internal import Traffic

/// Computes the scheduled times of requests from the pacing and speed of their part.
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

    /// Whether requests are scheduled from earlier responses, so that nothing can be late.
    var isClosedLoop: Bool { speed == .max || pacing == .think }

    /// The scheduled time of a request.
    ///
    /// - Parameters:
    ///   - turn: the turn of its clone.
    ///   - previousEnd: the latest end of the exchanges it waits for; nil when it waits for none.
    ///   - request: its index in the session, from 0.
    @inline(__always)
    func scheduled(
        _ row: UnsafePointer<RequestTable.Row>, turn: CloneTurn, previousEnd: RunTime?, request: Int
    ) -> RunTime {
        let due = turn.due
        if think != nil {
            guard let previousEnd else {
                // A slot also pauses between two sessions: a user with a single request pauses before the next session.
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
        // Pauses differ within a clone, and are the same in every run with the same seed.
        let bits = SplitMix64.value(
            seed: SplitMix64.value(seed: seed, index: UInt64(truncatingIfNeeded: clone)),
            index: UInt64(truncatingIfNeeded: number))
        return think?.nanoseconds(random: bits) ?? 0
    }
}
