internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// Tokens that were made here, or by the user's command, and that the target refused: made once more.
extension ReplayWorker where Network: ~Copyable {
    /// Makes the tokens of a request that was answered 401 anew, and sends it once more.
    ///
    /// - Returns: whether it does; else the answer counts.
    mutating func mintsAgain(_ result: borrowing TransferResult) -> Bool {
        let ticket = result.ticket
        let script = scheduler.slots[ticket.slot].turn.script
        let row = table.row(ticket.request, ofScript: script)
        guard row.pointee.flags.contains(.needsMinting), row.pointee.expectedStatus != 401, !resent.contains(ticket),
            let dispatch = scheduler.dispatch(of: ticket)
        else { return false }
        var isFresh = false
        for value in mintedValues(ticket, script: script) {
            let now = clock.now
            switch minting.refusals[ticket.slot, default: MintedRefusals()].refused(value, sent: result.sent, at: now) {
            case .send: isFresh = true
            case .mint: if mintAgain(value, slot: ticket.slot, script: script) { isFresh = true }
            case .giveUp: break
            }
        }
        guard isFresh else { return false }
        recorder.tokens(.rejected, at: result.finished)
        sendOnceMore(dispatch)
        return true
    }

    /// Notes the answer to a request that was sent once more.
    mutating func noteResent(_ result: borrowing TransferResult) {
        let ticket = result.ticket
        guard resent.contains(ticket), result.fate == .answered, minting.refusals[ticket.slot] != nil else { return }
        let script = scheduler.slots[ticket.slot].turn.script
        for value in mintedValues(ticket, script: script) {
            minting.refusals[ticket.slot]?.sentOnceMore(value, wasRefused: result.status == 401)
        }
    }

    /// The values of a request that are signed here, or that the user's command makes.
    private func mintedValues(_ ticket: Ticket, script: Int) -> [Int] {
        let script = plan.scripts[script]
        return script.requests[ticket.request].neededValues.filter { value in
            switch script.values[value] {
            case .minted, .asked: true
            case .bound, .identity, .aws, .signature: false
            }
        }
    }

    /// Makes a token anew, or has it made.
    ///
    /// - Returns: false when the new one is the old one: a signature of the same claims in the same second can be.
    private mutating func mintAgain(_ value: Int, slot: Int, script number: Int) -> Bool {
        let script = plan.scripts[number]
        guard case .minted(let recipe) = script.values[value], !recipe.algorithm.isSlow else {
            // Whoever needs it waits for the next one, which is made once for all of them.
            values[slot]?[value] = nil
            return true
        }
        let old = values[slot]?[value]
        let began = clock.now
        values[slot]?.mint(value, of: script, now: Int64(time(nil)))
        guard values[slot]?[value] != old else { return false }
        let ended = clock.now
        recorder.tokenMade(.refreshed, nanoseconds: ended.nanoseconds(since: began), at: ended)
        return true
    }
}
