internal import Formats
internal import Measurement
internal import Plan
internal import Traffic

/// Requests that are inserted into the recorded sequence: they get fresh tokens for a clone, while others wait.
///
/// Their indices follow those of the script's requests. The scheduler does not know them: for the scheduler the waiting
/// requests are in flight, so that their clone neither ends nor is overtaken.
extension RequestLifecycle {
    /// Whether a request belongs to a renewal.
    func isRenewal(_ id: RequestID) -> Bool {
        id.request >= table.count(ofScript: scheduler.slots[id.slot].turn.script)
    }

    /// The recorded connection that a request continues; a renewal uses that of the request that triggered it.
    func connection(of id: RequestID, _ script: Int) -> UInt16 {
        let count = table.count(ofScript: script)
        return id.request < count
            ? row(id, script).pointee.connection : slots[id.slot].renewals.connection(ofStep: id.request - count)
    }

    /// Whether a due request has to wait for a token; starts the renewal if none is running.
    mutating func waitsForGrant(_ due: DueRequest) -> Bool {
        let (id, script) = (due.id, due.script)
        let now = clock.epochSeconds
        let connection = row(id, script).pointee.connection
        for index in plan.scripts[script].requests[id.request].grants {
            let grant = plan.scripts[script].grants[index]
            let isDue = slots[id.slot].renewals.isDue(
                index, of: grant, ownRenewal: secondsToOwnRenewal(of: grant, after: id.request, script: script),
                now: now)
            let decision = slots[id.slot].renewals.admit(
                id, index, of: grant, isDue: isDue, connection: connection, at: clock.now)
            switch decision {
            case .go: continue
            case .wait: hold(id)
            case .renew(let steps):
                hold(id)
                sendStep(steps.lowerBound, slot: id.slot)
            }
            return true
        }
        guard let own = plan.scripts[script].requests[id.request].renews,
            slots[id.slot].renewals.admitOwn(id, own) != .go
        else { return false }
        hold(id)
        return true
    }

    private mutating func hold(_ id: RequestID) {
        slots[id.slot].change(id.request) { $0.phase = .waitsForGrant }
        add(.hold(id))
    }

    /// The planned time until the session itself renews a grant.
    private func secondsToOwnRenewal(of grant: Grant, after request: Int, script: Int) -> Int64? {
        guard let next = grant.renewers.first(where: { $0 > request }) else { return nil }
        let gap =
            table.row(next, ofScript: script).pointee.offsetNs - table.row(request, ofScript: script).pointee.offsetNs
        return plan.options.speed.scaled(gap) / Nanoseconds.perSecond + 1
    }

    /// Sends a request of a renewal.
    mutating func sendStep(_ step: Int, slot: Int) {
        let script = scheduler.slots[slot].turn.script
        let id = RequestID(slot: slot, request: table.count(ofScript: script) + step)
        if row(id, script).pointee.flags.contains(.needsMinting) {
            makeValues(slot: slot, script: script, request: id.request, isUrgent: true)
        }
        add(.renew(LifecycleAction.Sending(id: id, script: script, connection: connection(of: id, script))))
    }

    /// Ends a step that cannot be sent because a value is missing.
    mutating func stepRefused(_ id: RequestID) {
        let now = clock.now
        count(.renewal(isFailure: true, serviceNs: nil), at: now)
        stepEnded(id, succeeded: false, at: now)
    }

    /// Handles the response to a renewal request.
    mutating func stepAnswered(_ result: borrowing TransferResult) {
        let slot = result.id.slot
        let script = scheduler.slots[slot].turn.script
        let step = result.id.request - table.count(ofScript: script)
        guard let index = slots[slot].renewals.grant(renewingBy: step) else { return }
        if result.fate == .answered { bind(result, script: script) }
        let isGiven = gives(result, script: script, grant: index)
        count(
            .renewal(isFailure: !isGiven, serviceNs: result.finished.nanoseconds(since: result.sent)),
            at: result.finished)
        if result.status == 401 || result.status == 403 { count(.tokens(.rejected, 1), at: result.finished) }
        stepEnded(result.id, succeeded: isGiven, result.decodedBody, at: result.finished)
    }

    private mutating func stepEnded(_ id: RequestID, succeeded: Bool, _ body: [UInt8] = [], at time: RunTime) {
        let slot = id.slot
        let script = scheduler.slots[slot].turn.script
        let step = id.request - table.count(ofScript: script)
        guard let index = slots[slot].renewals.grant(renewingBy: step) else { return }
        let grant = plan.scripts[script].grants[index]
        let wasGiven = slots[slot].renewals.states[index].isGiven
        let way = slots[slot].renewals.states[index].running?.way
        let next = slots[slot].renewals.stepEnded(
            index, of: grant, succeeded: succeeded, now: clock.epochSeconds, at: time)
        switch next {
        case .step(let next): sendStep(next, slot: slot)
        case .over(let succeeded):
            if succeeded {
                noteGiven(id, script: script, grant: index, body)
                count(.tokens(wasGiven ? .refreshed : .minted, 1), at: time)
                if way == .login, !grant.isFetched { count(.loginReplayed, at: time) }
            }
            wake(slot: slot, grant: index, succeeded: succeeded)
        }
    }

    /// Resumes the requests that waited for a grant.
    private mutating func wake(slot: Int, grant: Int, succeeded: Bool) {
        for id in slots[slot].renewals.takeWaiting(grant) {
            guard let pending = slots[slot][id.request] else { continue }
            let now = clock.now
            if case .refused(let kept) = pending.phase {
                guard succeeded, !scheduler.isStopped else {
                    finish(kept.result, at: now, kept: kept)
                    continue
                }
                sendOnceMore(pending.due)
            } else if scheduler.isStopped {
                _ = slots[slot].remove(id.request)
                scheduler.finished(id, at: now)
                finish(
                    pending, with: pending.unsent(.cut, endpoint: row(id, pending.due.script).pointee.endpoint, at: now)
                )
            } else {
                slots[slot].change(id.request) { $0.tokenReady = now }
                proceed(pending.due)
            }
        }
    }

    /// Notes the end of one of the session's own requests that give a grant.
    mutating func renewerEnded(
        _ id: RequestID, script: Int, succeeded: Bool, body: [UInt8] = [], at time: RunTime
    ) {
        guard let index = plan.scripts[script].requests[id.request].renews else { return }
        let had = slots[id.slot].renewals.ownEnded(index, succeeded: succeeded)
        if succeeded {
            noteGiven(id, script: script, grant: index, body)
            if had { count(.tokens(.refreshed, 1), at: time) }
        }
        wake(slot: id.slot, grant: index, succeeded: succeeded)
    }

    private mutating func noteGiven(_ id: RequestID, script: Int, grant index: Int, _ body: [UInt8]) {
        guard let values = slots[id.slot].values else { return }
        let grant = plan.scripts[script].grants[index]
        let now = clock.epochSeconds
        let expiries = [
            plan.scripts[script].request(id.request).expiry(of: grant, values: values, body: body, now: now),
            grant.cookies.isEmpty ? nil : values.jar.expiry(ofAny: grant.cookies),
        ]
        slots[id.slot].renewals.given(
            index, expiresAt: expiries.compactMap(\.self).min(), margin: options.renewalMargin, now: now)
    }

    /// Follows cookies that each response sets again with a later expiry.
    mutating func followCookies(slot: Int, script: Int) {
        for (index, grant) in plan.scripts[script].grants.enumerated()
        where !grant.cookies.isEmpty && grant.credentials.isEmpty {
            slots[slot].renewals.slid(
                index, expiresAt: slots[slot].values?.jar.expiry(ofAny: grant.cookies), margin: options.renewalMargin,
                now: clock.epochSeconds)
        }
    }
}
