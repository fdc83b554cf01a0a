internal import Traffic

/// Identifies a request by its slot: used by the scheduler, the lifecycle and the transport.
struct RequestID: Hashable {
    /// The slot's number within its worker.
    var slot: Int
    /// Index of the request in the clone's script; indices past its end are those of renewal requests.
    var request: Int
}

/// A request whose turn has come.
struct DueRequest: Hashable {
    var id: RequestID
    /// Index of the script in the plan.
    var script: Int
    var scheduled: RunTime
    var ready: RunTime
    /// The part of ready − scheduled caused by the previous clone in the slot, in nanoseconds.
    var heldBySlotNs: Int64 = 0
    /// The part of ready − scheduled caused by the rate cap, in nanoseconds.
    var heldByRateNs: Int64 = 0
    /// Whether its clone has no other request left to start, and none in flight.
    var isLast = false
}
