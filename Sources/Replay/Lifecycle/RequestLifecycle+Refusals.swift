internal import Measurement
internal import Plan
internal import Traffic

/// Requests with a token that were answered 401: they are sent again with a fresh one.
extension RequestLifecycle {
    /// Renews the grant of a request that was answered 401, and withholds the response until then.
    ///
    /// - Returns: false when it does not, so that the response counts.
    mutating func renewsAndTriesAgain(_ result: borrowing TransferResult, _ pending: PendingRequest) -> Bool {
        let (id, script) = (result.id, pending.due.script)
        let row = row(id, script)
        guard row.pointee.flags.contains(.carriesGrant), row.pointee.expectedStatus != 401,
            let index = plan.scripts[script].requests[id.request].grants.first
        else { return false }
        guard !pending.isResent else {
            slots[id.slot].renewals.renewalDidNotHelp(index)
            return false
        }
        let decision = slots[id.slot].renewals.refused(
            id, index, of: plan.scripts[script].grants[index], sent: result.sent, policy: options.onUnauthorized,
            connection: row.pointee.connection, at: clock.now)
        guard let decision else { return false }
        count(.tokens(.rejected, 1), at: result.finished)
        if decision == .go {
            sendOnceMore(pending.due)
            return true
        }
        let kept = WithheldResponse(result)
        slots[id.slot].change(id.request) { $0.phase = .refused(kept) }
        add(.hold(id))
        if case .renew(let steps) = decision { sendStep(steps.lowerBound, slot: id.slot) }
        return true
    }

    /// Sends a refused request again with the fresh token.
    mutating func sendOnceMore(_ due: DueRequest) {
        let now = clock.now
        slots[due.id.slot].change(due.id.request) { pending in
            pending.tokenReady = now
            pending.isResent = true
        }
        count(.requestResent, at: now)
        sendWithValues(due, isResent: true)
    }

    /// Mints the tokens of a request that was answered 401 again, and sends it again.
    ///
    /// - Returns: false when it does not, so that the response counts.
    mutating func mintsAndTriesAgain(_ result: borrowing TransferResult, _ pending: PendingRequest) -> Bool {
        let (id, script) = (result.id, pending.due.script)
        let row = row(id, script)
        guard row.pointee.flags.contains(.needsMinting), row.pointee.expectedStatus != 401, !pending.isResent else {
            return false
        }
        var isFresh = false
        for value in mintedValues(id, script: script) {
            switch slots[id.slot].mintRefusals.refused(value, sent: result.sent, at: clock.now) {
            case .send: isFresh = true
            case .mint: if makeAgain(value, slot: id.slot, script: script) { isFresh = true }
            case .giveUp: break
            }
        }
        guard isFresh else { return false }
        count(.tokens(.rejected, 1), at: result.finished)
        sendOnceMore(pending.due)
        return true
    }

    /// Notes the response to a request that was sent again.
    mutating func noteResent(_ result: borrowing TransferResult, script: Int) {
        guard result.fate == .answered, !slots[result.id.slot].mintRefusals.isEmpty else { return }
        for value in mintedValues(result.id, script: script) {
            slots[result.id.slot].mintRefusals.sentOnceMore(value, wasRefused: result.status == 401)
        }
    }

    /// The values of a request that are signed here or made by the user's command.
    private func mintedValues(_ id: RequestID, script: Int) -> [Int] {
        let script = plan.scripts[script]
        return script.requests[id.request].neededValues.filter { value in
            switch script.values[value] {
            case .minted, .asked: true
            case .bound, .identity, .aws, .signature, .origin: false
            }
        }
    }

    /// Makes a token again, or has it made.
    ///
    /// - Returns: false when the new one equals the old one: a signature of the same claims in the same second may.
    private mutating func makeAgain(_ value: Int, slot: Int, script number: Int) -> Bool {
        let script = plan.scripts[number]
        guard case .minted(let recipe) = script.values[value], !recipe.algorithm.isSlow else {
            // The next one is made once for all requests that need it.
            slots[slot].values?[value] = nil
            return true
        }
        let old = slots[slot].values?[value]
        let (began, seconds) = (clock.now, clock.epochSeconds)
        slots[slot].values?.mint(value, of: script, now: seconds)
        guard slots[slot].values?[value] != old else { return false }
        let ended = clock.now
        count(.tokenMade(.refreshed, nanoseconds: ended.nanoseconds(since: began)), at: ended)
        return true
    }
}
