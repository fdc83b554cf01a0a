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
    /// What the clone does to keep its tokens good.
    var renewals = CloneRenewals()
    /// What the target refused of the tokens that were made for the clone.
    var mintRefusals = MintedRefusals()
    /// What came of requests that did not give all that others take from them, by their index.
    var shortfalls: [Int: Shortfall] = [:]
    /// The clone that began last; -1 before the first.
    var begun = -1
    /// The clone's requests that are due and not over, in the order in which they were due.
    private(set) var pending: [PendingRequest] = []
    /// When the clone had its first answers of the kinds that the run looks for.
    var firsts = FirstAnswerSearch()

    /// Starts over for a clone.
    mutating func begin(_ values: CloneValues, grants: Int) {
        begun = values.clone
        self.values = values
        hasFailed = false
        firsts = FirstAnswerSearch()
        renewals.begin(grants: grants)
        mintRefusals.forget()
        if !shortfalls.isEmpty { shortfalls.removeAll() }
        pending.removeAll(keepingCapacity: true)
    }

    /// Notes a request whose turn has come.
    mutating func add(_ due: DueRequest) { pending.append(PendingRequest(due)) }

    /// The place of `request` in ``pending``; nil when it is over.
    private func place(of request: Int) -> Int? {
        for index in pending.indices where pending[index].due.id.request == request { return index }
        return nil
    }

    /// A pending request; nil when it is over.
    subscript(request: Int) -> PendingRequest? { place(of: request).map { pending[$0] } }

    /// Whether a pending request was sent again; nil when it is over.
    func isResent(_ request: Int) -> Bool? { place(of: request).map { pending[$0].isResent } }

    /// Changes a pending request; nothing happens when it is over.
    mutating func change(_ request: Int, _ body: (inout PendingRequest) -> Void) {
        if let place = place(of: request) { body(&pending[place]) }
    }

    /// Takes a request that is over; nil when it was not pending.
    mutating func remove(_ request: Int) -> PendingRequest? { place(of: request).map { pending.remove(at: $0) } }

    /// Forgets all requests: nothing will be heard of them.
    mutating func removeAll() {
        pending.removeAll()
        renewals.begin(grants: renewals.states.count)
    }
}
