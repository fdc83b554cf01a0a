internal import Measurement
internal import Plan

/// A slot of a worker: the clone that runs in it, and that clone's requests.
struct Slot {
    /// The clone's values; nil while none runs.
    var values: CloneValues?
    /// Whether a request of the clone failed.
    var hasFailed = false
    /// Whether the slot is behind its plan because the generator stalled.
    var isDelayed = false
    /// Keeps the clone's tokens valid.
    var renewals = CloneRenewals()
    /// Refusals by the target of tokens made for the clone.
    var mintRefusals = MintedRefusals()
    /// Requests that did not give all the values that others need, by index.
    var shortfalls: [Int: MissingValueCause] = [:]
    /// The number of the clone that began last; -1 before the first.
    var begun = -1
    /// The number of that clone among those of its part, by which it takes its local address.
    var numberInPart = 0
    /// The clone's requests that are due and unfinished, in due order.
    private(set) var pending: [PendingRequest] = []
    /// Searches for the clone's first responses of the kinds that the run looks for.
    var firsts = FirstResponseSearch()

    /// Resets the slot for a clone.
    mutating func begin(_ values: CloneValues, grants: Int) {
        begun = values.clone
        self.values = values
        hasFailed = false
        firsts = FirstResponseSearch()
        renewals.begin(grants: grants)
        mintRefusals.forget()
        if !shortfalls.isEmpty { shortfalls.removeAll() }
        pending.removeAll(keepingCapacity: true)
    }

    /// Adds a request whose turn has come.
    mutating func add(_ due: DueRequest) { pending.append(PendingRequest(due)) }

    /// The index of `request` in ``pending``; nil when it is finished.
    private func place(of request: Int) -> Int? {
        for index in pending.indices where pending[index].due.id.request == request { return index }
        return nil
    }

    /// A pending request; nil when it is finished.
    subscript(request: Int) -> PendingRequest? { place(of: request).map { pending[$0] } }

    /// Whether a pending request was sent again; nil when it is finished.
    func isResent(_ request: Int) -> Bool? { place(of: request).map { pending[$0].isResent } }

    /// Changes a pending request; does nothing when it is finished.
    mutating func change(_ request: Int, _ body: (inout PendingRequest) -> Void) {
        if let place = place(of: request) { body(&pending[place]) }
    }

    /// Removes and returns a finished request; nil when it was not pending.
    mutating func remove(_ request: Int) -> PendingRequest? { place(of: request).map { pending.remove(at: $0) } }

    /// Drops all requests: their results are not delivered any more.
    mutating func removeAll() {
        pending.removeAll()
        renewals.begin(grants: renewals.states.count)
    }
}
