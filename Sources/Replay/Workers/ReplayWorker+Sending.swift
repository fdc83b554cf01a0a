internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// Requests on their way out: their values, their bytes, and what keeps them back.
extension ReplayWorker where Network: ~Copyable {
    mutating func send(_ dispatch: CloneScheduler.Dispatch) {
        let flags = table.row(dispatch.ticket.request, ofScript: dispatch.script).pointee.flags
        if flags.contains(.renewsGrant)
            || flags.contains(.carriesGrant) && !renewals[dispatch.ticket.slot].isQuiet(now: Int64(time(nil)))
        {
            guard !hasToWait(dispatch) else { return }
        }
        sendNow(dispatch)
    }

    /// Sends a request whose tokens are there.
    mutating func sendNow(_ dispatch: CloneScheduler.Dispatch) {
        let ticket = dispatch.ticket
        let row = table.row(ticket.request, ofScript: dispatch.script)
        if row.pointee.flags.contains(.needsMinting) {
            var tokens = mintTokens(slot: ticket.slot, script: dispatch.script, request: ticket.request)
            if tokens != .late, minting.hasSignatures, !hasSignatures(dispatch) { tokens = .late }
            switch tokens {
            case .late:
                minting.parked[ticket.slot, default: []].append(dispatch)
                return
            case .ready: recorder.tokenAwaited(nanoseconds: 0, at: clock.now)
            case .none: break
            }
        }
        if row.pointee.boundCount > 0 {
            recorder.tokens(.bound, count: Int(row.pointee.boundCount), at: clock.now)
        }
        dispatchNow(dispatch)
    }

    /// Sends a request that has its tokens, or will not get them.
    mutating func dispatchNow(_ dispatch: CloneScheduler.Dispatch) {
        let ticket = dispatch.ticket
        outgoing.closesConnection = dispatch.isLast
        guard let refusal = send(ticket, script: dispatch.script, firstTried: nil, connectionFree: nil) else { return }
        guard refusal == .missingValue, options.onMissing == .send else { return refuse(dispatch, refusal) }
        sentWithoutValues.insert(ticket)
        if let refusal = send(ticket, script: dispatch.script, firstTried: nil, connectionFree: nil) {
            sentWithoutValues.remove(ticket)
            refuse(dispatch, refusal)
        }
    }

    /// Sends a request that has been on its way before.
    mutating func send(_ ticket: Ticket, firstTried: RunTime?, connectionFree: RunTime?) {
        let script = scheduler.slots[ticket.slot].turn.script
        outgoing.closesConnection = false
        guard send(ticket, script: script, firstTried: firstTried, connectionFree: connectionFree) != nil else {
            return
        }
        // A value that was good has been replaced in the meantime, by one that cannot stand where it should.
        guard !isRenewal(ticket) else { return stepRefused(ticket) }
        let now = clock.now
        endRenewer(ticket, script: script, at: now)
        guard let dispatch = scheduler.finished(ticket, at: now) else { return }
        hasFailed[ticket.slot] = true
        recorder.record(
            RequestOutcome(
                endpoint: Int(table.row(ticket.request, ofScript: script).pointee.endpoint), status: 0,
                fate: .missingBinding,
                times: .unsent(scheduled: dispatch.scheduled, ready: dispatch.ready, at: now),
                held: held(dispatch, until: connectionFree), wasSent: false))
    }

    /// - Returns: why it does not go out; nil when it does.
    mutating func send(
        _ ticket: Ticket, script: Int, firstTried: RunTime?, connectionFree: RunTime?
    ) -> RequestRenderer.Refusal? {
        let row = table.row(ticket.request, ofScript: script)
        guard row.pointee.target >= 0 else { return .unmapped }
        outgoing.target = Int(row.pointee.target)
        outgoing.connection =
            ticket.request < table.count(ofScript: script)
            ? row.pointee.connection
            : renewals[ticket.slot].connection(ofStep: ticket.request - table.count(ofScript: script))
        outgoing.flags = row.pointee.flags
        outgoing.framingMethod = row.pointee.method
        outgoing.firstTried = firstTried
        outgoing.connectionFree = connectionFree
        if let message = row.pointee.message {
            outgoing.message = UnsafeRawBufferPointer(start: message, count: Int(row.pointee.messageBytes))
            outgoing.isMessageLasting = true
            network.send(outgoing, for: ticket, at: clock.now)
            return nil
        }
        values[ticket.slot]?.now = Int64(time(nil))
        if plan.options.awsKeys != nil { sign(ticket, script: script) }
        guard var values = values[ticket.slot] else { preconditionFailure("a slot that sends has a clone") }
        if !sentWithoutValues.isEmpty, sentWithoutValues.contains(ticket) {
            values.fillMissing(of: plan.scripts[script].request(ticket.request), script: plan.scripts[script])
        }
        return row.pointee.template >= 0
            ? send(table.templates[Int(row.pointee.template)], values, for: ticket)
            : sendByCurl(ticket, script: script, values)
    }

    private mutating func send(
        _ template: RequestTable.MessageTemplate, _ values: CloneValues, for ticket: Ticket
    ) -> RequestRenderer.Refusal? {
        guard messages.render(template, values: values) else { return .missingValue }
        outgoing.message = messages.bytes
        outgoing.isMessageLasting = false
        network.send(outgoing, for: ticket, at: clock.now)
        return nil
    }

    private mutating func sendByCurl(
        _ ticket: Ticket, script: Int, _ values: CloneValues
    ) -> RequestRenderer.Refusal? {
        do throws(RequestRenderer.Refusal) {
            try renderer.render(ticket.request, ofScript: script, values: values, into: &outgoing)
        } catch {
            return error
        }
        network.send(outgoing, for: ticket, at: clock.now)
        return nil
    }

    /// A request that does not go out is over at once, so that what waits for it goes on.
    private mutating func refuse(_ dispatch: CloneScheduler.Dispatch, _ refusal: RequestRenderer.Refusal) {
        let now = max(clock.now, dispatch.ready)
        endRenewer(dispatch.ticket, script: dispatch.script, at: now)
        switch refusal {
        case .unmapped: recorder.requestsSkipped(1, at: now)
        case .missingValue:
            let row = table.row(dispatch.ticket.request, ofScript: dispatch.script)
            hasFailed[dispatch.ticket.slot] = true
            recorder.record(
                RequestOutcome(
                    endpoint: Int(row.pointee.endpoint), status: 0, fate: .missingBinding,
                    times: .unsent(scheduled: dispatch.scheduled, ready: dispatch.ready, at: now),
                    held: held(dispatch, until: nil), wasSent: false))
        }
        forget(dispatch.ticket)
        if refusal == .missingValue, options.onMissing == .abortSession { scheduler.abort(slot: dispatch.ticket.slot) }
        scheduler.finished(dispatch.ticket, at: now)
    }

    /// Notes that one of the session's own renewers gave nothing.
    private mutating func endRenewer(_ ticket: Ticket, script: Int, at now: RunTime) {
        guard table.row(ticket.request, ofScript: script).pointee.flags.contains(.renewsGrant) else { return }
        renewerEnded(ticket, script: script, succeeded: false, at: now)
    }

    /// Forgets what a request waited for; it is over.
    mutating func forget(_ ticket: Ticket) {
        if !tokenReady.isEmpty { tokenReady[ticket] = nil }
        if !resent.isEmpty { resent.remove(ticket) }
    }

    /// When a request had its token and its connection.
    func ready(_ dispatch: CloneScheduler.Dispatch, connectionFree: RunTime?) -> RunTime {
        var ready = max(dispatch.ready, connectionFree ?? dispatch.ready)
        if !tokenReady.isEmpty, let token = tokenReady[dispatch.ticket] { ready = max(ready, token) }
        return ready
    }

    /// What the time between scheduled and ready was spent on; at `connectionFree` a connection was there, if it waited for one.
    func held(_ dispatch: CloneScheduler.Dispatch, until connectionFree: RunTime?) -> HeldCauses {
        let token =
            tokenReady.isEmpty ? dispatch.ready : max(dispatch.ready, tokenReady[dispatch.ticket] ?? dispatch.ready)
        let total = dispatch.ready.nanoseconds(since: dispatch.scheduled)
        let byRate = min(total, dispatch.heldByRateNs)
        let bySlot = min(total - byRate, dispatch.heldBySlotNs)
        let byConnection = connectionFree.map { max(0, $0.nanoseconds(since: token)) } ?? 0
        return HeldCauses(
            orderNanoseconds: total - byRate - bySlot, tokenNanoseconds: token.nanoseconds(since: dispatch.ready),
            connectionNanoseconds: byConnection, rateNanoseconds: byRate,
            slotNanoseconds: bySlot)
    }

    /// Whether the tokens that a request needs are there.
    enum TokenState { case none, ready, late }

    /// - Parameter isUrgent: whether slow signatures are made here and now.
    @discardableResult
    mutating func mintTokens(slot: Int, script number: Int, request: Int, isUrgent: Bool = false) -> TokenState {
        let script = plan.scripts[number]
        var now: Int64?
        var state = TokenState.none
        for value in script.request(request).neededValues {
            guard case .minted(let recipe) = script.values[value], isUrgent || !recipe.algorithm.isSlow else {
                guard MintTable.Maker(script.values[value]) != nil else { continue }
                let isThere = hasToken(value, slot: slot, script: number)
                state = isThere && state != .late ? .ready : .late
                continue
            }
            let seconds = now ?? Int64(time(nil))
            now = seconds
            let isFresh = values[slot]?[value] != nil
            if isFresh {
                guard let expiry = values[slot]?.expiry(of: value),
                    expiry - seconds <= MintLead.margin(lifetimeSeconds: recipe.lifetimeSeconds)
                else { continue }
            }
            let began = clock.now
            values[slot]?.mint(value, of: script, now: seconds)
            let ended = clock.now
            recorder.tokenMade(
                isFresh ? .refreshed : .minted, nanoseconds: ended.nanoseconds(since: began), at: ended)
        }
        return state
    }
}
