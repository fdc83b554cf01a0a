internal import Traffic

/// Which request of which slot: what the scheduler, the lifecycle and the transport name a request by.
struct RequestID: Hashable {
    /// The slot, numbered within its worker.
    var slot: Int
    /// Index of the request in the clone's script; behind those, of one of its renewal requests.
    var request: Int
}

/// A request whose turn has come.
struct DueRequest: Hashable {
    var id: RequestID
    /// Index of its script in the plan.
    var script: Int
    var scheduled: RunTime
    var ready: RunTime
    /// The part of ready − scheduled that the clone before it in its slot caused, in nanoseconds.
    var heldBySlotNs: Int64 = 0
    /// The part that a cap on the rate caused, in nanoseconds.
    var heldByRateNs: Int64 = 0
    /// Whether its clone has no other request left to begin, and none under way.
    var isLast = false
}
