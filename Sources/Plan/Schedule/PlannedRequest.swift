public import Traffic

/// A request of a plan, with its time.
public struct PlannedRequest: Hashable, Sendable {
    /// The clone that sends it.
    public var turn: CloneTurn
    /// Which of the script's requests it is.
    public var request: Int
    /// When it is due.
    public var due: RunTime
}

extension ReplayPlan {
    /// The requests that are due first, in the order in which they are; at one instant, those of lower clones first.
    ///
    /// - Parameter count: how many, at most 100,000.
    /// - Returns: nothing in a closed loop, where the target decides.
    public func firstRequests(_ count: Int) -> [PlannedRequest] {
        let count = min(count, 100_000)
        guard count > 0, isOpenLoop else { return [] }
        var found: [PlannedRequest] = []
        var horizon = Int64.max
        for slot in 0..<slotCount {
            var next = firstTurn(ofSlot: slot)
            while let turn = next, turn.due.nanoseconds <= horizon {
                for (index, request) in scripts[turn.script].requests.enumerated() {
                    let due = due(request, in: turn)
                    if due.nanoseconds > horizon { break }
                    found.append(PlannedRequest(turn: turn, request: index, due: due))
                }
                if found.count >= 4 * count {
                    ReplayPlan.trim(&found, to: count)
                    horizon = found[count - 1].due.nanoseconds
                }
                next = self.turn(after: turn)
            }
        }
        ReplayPlan.trim(&found, to: count)
        return found
    }

    private static func trim(_ requests: inout [PlannedRequest], to count: Int) {
        requests.sort {
            ($0.due.nanoseconds, $0.turn.clone, $0.request) < ($1.due.nanoseconds, $1.turn.clone, $1.request)
        }
        requests.removeLast(max(0, requests.count - count))
    }
}
