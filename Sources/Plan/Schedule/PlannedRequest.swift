public import Traffic

/// A request of a plan with its due time.
public struct PlannedRequest: Hashable, Sendable {
    /// The clone that sends it.
    public var turn: CloneTurn
    /// The index of the request in the script.
    public var request: Int
    /// When it is due.
    public var due: RunTime
}

extension ReplayPlan {
    /// The first due requests in order; at the same instant, those of lower clones first.
    ///
    /// - Parameter count: the number of requests, at most 100,000.
    /// - Returns: empty in a closed loop, where the target determines the due times.
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
