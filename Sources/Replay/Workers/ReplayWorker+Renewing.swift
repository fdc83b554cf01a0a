internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// Requests that no recording has in their place: those that get a clone fresh tokens, and what waits for them.
///
/// Their tickets count on from the requests of the script. The scheduler knows nothing of them: the requests that wait are
/// under way for it, so that their clone neither ends nor is overtaken.
extension ReplayWorker where Network: ~Copyable {
    /// Whether a ticket is one of a renewal.
    func isRenewal(_ ticket: Ticket) -> Bool {
        ticket.request >= table.count(ofScript: scheduler.slots[ticket.slot].turn.script)
    }

    /// Whether a request that is due has to wait for a token; begins to renew it where nobody else does.
    mutating func hasToWait(_ dispatch: CloneScheduler.Dispatch) -> Bool {
        let ticket = dispatch.ticket
        let script = dispatch.script
        let now = Int64(time(nil))
        let connection = table.row(ticket.request, ofScript: script).pointee.connection
        for index in plan.scripts[script].requests[ticket.request].grants {
            let grant = plan.scripts[script].grants[index]
            let isDue = renewals[ticket.slot].isDue(
                index, of: grant, ownRenewal: secondsToOwnRenewal(of: grant, after: ticket.request, script: script),
                now: now)
            let decision = renewals[ticket.slot].admit(
                ticket, index, of: grant, isDue: isDue, connection: connection, at: clock.now)
            switch decision {
            case .go: continue
            case .wait: return true
            case .renew(let steps):
                sendStep(steps.lowerBound, slot: ticket.slot)
                return true
            }
        }
        guard let own = plan.scripts[script].requests[ticket.request].renews else { return false }
        return renewals[ticket.slot].admitOwn(ticket, own) != .go
    }

    /// How long it takes, as planned, until the session itself renews a grant.
    private func secondsToOwnRenewal(of grant: Grant, after request: Int, script: Int) -> Int64? {
        guard let next = grant.renewers.first(where: { $0 > request }) else { return nil }
        let gap =
            table.row(next, ofScript: script).pointee.offsetNs - table.row(request, ofScript: script).pointee.offsetNs
        return plan.options.speed.scaled(gap) / 1_000_000_000 + 1
    }

    /// Sends a request of a renewal.
    private mutating func sendStep(_ step: Int, slot: Int) {
        let script = scheduler.slots[slot].turn.script
        let ticket = Ticket(slot: slot, request: table.count(ofScript: script) + step)
        if table.row(ticket.request, ofScript: script).pointee.flags.contains(.needsMinting) {
            mintTokens(slot: slot, script: script, request: ticket.request, isUrgent: true)
        }
        outgoing.closesConnection = false
        if send(ticket, script: script, firstTried: nil, connectionFree: nil) != nil { stepRefused(ticket) }
    }

    /// A step that cannot go out, as what it needs is missing.
    mutating func stepRefused(_ ticket: Ticket) {
        let now = clock.now
        recorder.renewal(isFailure: true, serviceNanoseconds: nil, at: now)
        stepEnded(ticket, succeeded: false, at: now)
    }

    /// Takes the answer to a request of a renewal.
    mutating func finishStep(_ result: borrowing TransferResult) {
        let slot = result.ticket.slot
        let script = scheduler.slots[slot].turn.script
        let step = result.ticket.request - table.count(ofScript: script)
        guard let index = renewals[slot].grant(renewingBy: step) else { return }
        if result.fate == .answered { bind(result, script: script) }
        let isGiven = gives(result, script: script, grant: index)
        recorder.renewal(
            isFailure: !isGiven, serviceNanoseconds: result.finished.nanoseconds(since: result.sent),
            at: result.finished)
        if result.status == 401 || result.status == 403 { recorder.tokens(.rejected, at: result.finished) }
        stepEnded(result.ticket, succeeded: isGiven, result.decodedBody, at: result.finished)
    }

    private mutating func stepEnded(_ ticket: Ticket, succeeded: Bool, _ body: [UInt8] = [], at time: RunTime) {
        let slot = ticket.slot
        let script = scheduler.slots[slot].turn.script
        let step = ticket.request - table.count(ofScript: script)
        guard let index = renewals[slot].grant(renewingBy: step) else { return }
        let grant = plan.scripts[script].grants[index]
        let wasGiven = renewals[slot].states[index].isGiven
        let way = renewals[slot].states[index].running?.way
        let now = Int64(Glibc.time(nil))
        switch renewals[slot].stepEnded(index, of: grant, succeeded: succeeded, now: now, at: time) {
        case .step(let next): sendStep(next, slot: slot)
        case .over(let succeeded):
            if succeeded {
                noteGiven(ticket, script: script, grant: index, body)
                recorder.tokens(wasGiven ? .refreshed : .minted, at: time)
                if way == .login, !grant.isFetched { recorder.loginReplayed(at: time) }
            }
            wake(slot: slot, grant: index, succeeded: succeeded)
        }
    }

    /// Lets go on what waited for a grant.
    private mutating func wake(slot: Int, grant: Int, succeeded: Bool) {
        for ticket in renewals[slot].takeWaiting(grant) {
            guard let dispatch = scheduler.dispatch(of: ticket) else { continue }
            let now = clock.now
            if let refused = refusedResults.removeValue(forKey: ticket) {
                guard succeeded, !scheduler.isStopped else {
                    finish(refused, at: now, wasRefused: true)
                    continue
                }
                sendOnceMore(dispatch)
            } else if scheduler.isStopped {
                scheduler.finished(ticket, at: now)
                recorder.record(
                    RequestOutcome(
                        endpoint: Int(table.row(ticket.request, ofScript: dispatch.script).pointee.endpoint), status: 0,
                        fate: .cut,
                        times: .unsent(scheduled: dispatch.scheduled, ready: dispatch.ready, at: now), wasSent: false))
            } else {
                tokenReady[ticket] = now
                send(dispatch)
            }
        }
    }

    /// Sends a request whose answer was kept back, with what it has been got anew.
    mutating func sendOnceMore(_ dispatch: CloneScheduler.Dispatch) {
        tokenReady[dispatch.ticket] = clock.now
        resent.insert(dispatch.ticket)
        recorder.requestResent(at: clock.now)
        sendNow(dispatch)
    }

    /// Keeps back the answer 401 to a request that has a token, to try once more with a fresh one.
    ///
    /// - Returns: whether it does; else the answer counts.
    mutating func triesAgain(_ result: borrowing TransferResult) -> Bool {
        let ticket = result.ticket
        let script = scheduler.slots[ticket.slot].turn.script
        let row = table.row(ticket.request, ofScript: script)
        guard row.pointee.flags.contains(.carriesGrant), row.pointee.expectedStatus != 401,
            let index = plan.scripts[script].requests[ticket.request].grants.first,
            let dispatch = scheduler.dispatch(of: ticket)
        else { return false }
        guard !resent.contains(ticket) else {
            renewals[ticket.slot].renewalDidNotHelp(index)
            return false
        }
        let decision = renewals[ticket.slot].refused(
            ticket, index, of: plan.scripts[script].grants[index], sent: result.sent, policy: options.onUnauthorized,
            connection: row.pointee.connection, at: clock.now)
        guard let decision else { return false }
        recorder.tokens(.rejected, at: result.finished)
        if decision == .go {
            sendOnceMore(dispatch)
            return true
        }
        var kept = copy result
        kept.body = []
        // Its bytes are gone by then.
        kept.glimpse = UnsafeRawBufferPointer(start: nil, count: 0)
        refusedResults[ticket] = kept
        if case .renew(let steps) = decision { sendStep(steps.lowerBound, slot: ticket.slot) }
        return true
    }

    /// Notes the end of one of the session's own requests that give a grant.
    mutating func renewerEnded(_ ticket: Ticket, script: Int, succeeded: Bool, body: [UInt8] = [], at time: RunTime) {
        guard let index = plan.scripts[script].requests[ticket.request].renews else { return }
        let had = renewals[ticket.slot].ownEnded(index, succeeded: succeeded)
        if succeeded {
            noteGiven(ticket, script: script, grant: index, body)
            if had { recorder.tokens(.refreshed, at: time) }
        }
        wake(slot: ticket.slot, grant: index, succeeded: succeeded)
    }

    private mutating func noteGiven(_ ticket: Ticket, script: Int, grant index: Int, _ body: [UInt8]) {
        guard let values = values[ticket.slot] else { return }
        let grant = plan.scripts[script].grants[index]
        let now = Int64(Glibc.time(nil))
        let expiries = [
            plan.scripts[script].request(ticket.request).expiry(of: grant, values: values, body: body, now: now),
            grant.cookies.isEmpty ? nil : values.jar.expiry(ofAny: grant.cookies),
        ]
        renewals[ticket.slot].given(
            index, expiresAt: expiries.compactMap(\.self).min(), margin: options.renewalMargin, now: now)
    }

    /// Follows cookies that every response sets anew, with a new expiry.
    mutating func followCookies(slot: Int, script: Int) {
        for (index, grant) in plan.scripts[script].grants.enumerated()
        where !grant.cookies.isEmpty && grant.credentials.isEmpty {
            renewals[slot].slid(
                index, expiresAt: values[slot]?.jar.expiry(ofAny: grant.cookies), margin: options.renewalMargin,
                now: Int64(time(nil)))
        }
    }

    /// Whether a response gives what the request was sent for.
    func gives(_ result: borrowing TransferResult, script: Int, grant: Int) -> Bool {
        let request = plan.scripts[script].request(result.ticket.request)
        guard result.fate == .answered,
            request.expectedStatus.map({ $0 / 100 == result.status / 100 }) ?? (200..<400).contains(result.status)
        else { return false }
        let credentials = plan.scripts[script].grants[grant].credentials
        let wanted = request.sources.filter { credentials.contains($0.value) }
        guard !wanted.isEmpty else { return true }
        let body = result.decodedBody
        return wanted.contains { $0.value(head: result.head, body: body) != nil }
    }

    /// Forgets what waits: nothing will be heard of it.
    mutating func forgetRenewals() {
        for slot in renewals.indices { renewals[slot].begin(grants: renewals[slot].states.count) }
        tokenReady.removeAll()
        refusedResults.removeAll()
        resent.removeAll()
    }
}
