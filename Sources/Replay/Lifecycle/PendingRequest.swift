internal import Measurement
internal import Traffic

/// A request from the time it is due until its outcome is known: everything its slot keeps of it.
struct PendingRequest {
    /// What it waits for.
    enum Phase {
        /// A grant that it carries is renewed, or it gives one that is.
        case waitsForGrant
        /// Values that are made for it elsewhere.
        case waitsForValues
        /// Its response.
        case sent
        /// Its answer 401 is kept back while its grant is renewed.
        case refused(KeptAnswer)
    }

    let due: DueRequest
    var phase = Phase.sent
    /// When the tokens were there that it waited for; nil when it waited for none.
    var tokenReady: RunTime?
    /// Whether it was sent again, with fresh tokens.
    var isResent = false
    /// Whether recorded values go out where live ones are missing.
    var usesRecordedValues = false
    /// What is missing of its values, and why.
    var cause: FailureCause?

    /// A request whose turn has come.
    init(_ due: DueRequest) { self.due = due }

    /// When it had its tokens and, at `connectionFree`, its connection, if it waited for one.
    func ready(connectionFree: RunTime?) -> RunTime {
        max(due.ready, tokenReady ?? due.ready, connectionFree ?? due.ready)
    }

    /// What the time between scheduled and ready was spent on; the causes add up to it.
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

    /// What is recorded of it when it ends at `now` without having been sent.
    func unsent(_ fate: Fate, endpoint: Int32, connectionFree: RunTime? = nil, at now: RunTime) -> RequestOutcome {
        RequestOutcome(
            endpoint: Int(endpoint), status: 0, fate: fate,
            times: .unsent(scheduled: due.scheduled, ready: ready(connectionFree: connectionFree), at: now),
            held: fate == .cut ? HeldCauses() : held(connectionFree: connectionFree), wasSent: false)
    }
}

/// An answer that is kept back; its body and its bytes on the wire are not.
final class KeptAnswer {
    let result: TransferResult

    init(_ result: borrowing TransferResult) {
        var kept = copy result
        kept.body = []
        kept.glimpse = UnsafeRawBufferPointer(start: nil, count: 0)
        self.result = kept
    }
}
