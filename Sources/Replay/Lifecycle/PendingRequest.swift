internal import Measurement
internal import Traffic

/// A request from its due time until its outcome is known: everything that its slot keeps about it.
struct PendingRequest {
    /// What it waits for.
    enum Phase {
        /// The renewal of a grant that it carries, or that its response gives.
        case waitsForGrant
        /// Values that are made elsewhere.
        case waitsForValues
        /// Its response.
        case sent
        /// The renewal of its grant, while its 401 response is withheld.
        case refused(WithheldResponse)
    }

    let due: DueRequest
    var phase = Phase.sent
    /// When the tokens that it waited for were available; nil when it waited for none.
    var tokenReady: RunTime?
    /// Whether it was sent again, with fresh tokens.
    var isResent = false
    /// Whether recorded values are sent in place of missing live ones.
    var usesRecordedValues = false
    /// Which value is missing, and why.
    var cause: FailureCause?

    /// A request whose turn has come.
    init(_ due: DueRequest) { self.due = due }

    /// When it had its tokens and, at `connectionFree`, the connection it waited for.
    func ready(connectionFree: RunTime?) -> RunTime {
        max(due.ready, tokenReady ?? due.ready, connectionFree ?? due.ready)
    }

    /// The time between scheduled and ready, split by cause.
    func held(connectionFree: RunTime?) -> HeldCauses {
        let token = max(due.ready, tokenReady ?? due.ready)
        let total = due.ready.nanoseconds(since: due.scheduled)
        let byRate = min(total, due.heldByRateNs)
        let bySlot = min(total - byRate, due.heldBySlotNs)
        return HeldCauses(
            orderNs: total - byRate - bySlot, tokenNs: token.nanoseconds(since: due.ready),
            connectionNs: max(0, (connectionFree ?? token).nanoseconds(since: token)),
            rateNs: byRate, slotNs: bySlot)
    }

    /// The outcome recorded when it ends at `now` without having been sent.
    func unsent(_ fate: Fate, endpoint: Int32, connectionFree: RunTime? = nil, at now: RunTime) -> RequestOutcome {
        RequestOutcome(
            endpoint: Int(endpoint), status: 0, fate: fate,
            times: .unsent(scheduled: due.scheduled, ready: ready(connectionFree: connectionFree), at: now),
            held: fate == .cut ? HeldCauses() : held(connectionFree: connectionFree), wasSent: false)
    }
}

/// A withheld response, without its body and its bytes on the wire.
final class WithheldResponse {
    let result: TransferResult

    init(_ result: borrowing TransferResult) {
        var kept = copy result
        kept.body = []
        kept.glimpse = UnsafeRawBufferPointer(start: nil, count: 0)
        self.result = kept
    }
}
