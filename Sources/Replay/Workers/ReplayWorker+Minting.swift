internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// Tokens that are made for the worker's clones: ordered ahead of their need, and waited for where they are late.
extension ReplayWorker where Network: ~Copyable {
    /// Orders the tokens whose time has come.
    mutating func orderDueTokens(now: RunTime) {
        while let item = minting.agenda.take(until: now) {
            guard isWanted(item) else {
                minting.agenda.made(item.key, nil, isKept: false, again: nil)
                continue
            }
            order(item)
        }
    }

    /// Whether the clone of `item` has not ended, and needs the token still.
    private func isWanted(_ item: TokenAgenda.Item) -> Bool {
        let slot = scheduler.slots[item.slot]
        guard !scheduler.isStopped || slot.isRunning else { return false }
        guard let running = values[item.slot], running.clone == item.key.clone else {
            return item.key.clone > minting.begun[item.slot]
        }
        guard let entry = minting.table.entry(item.key.value, ofScript: item.script) else { return false }
        return slot.progress.hasUnsent(upTo: entry.lastRequest) && (item.isRenewal || running[item.key.value] == nil)
    }

    private mutating func order(_ item: TokenAgenda.Item) {
        guard let minter = minting.minter,
            let entry = minting.table.entry(item.key.value, ofScript: item.script)
        else { return }
        let turn = scheduler.slots[item.slot].turn
        let own = CloneTurn(
            slot: turn.slot, turn: turn.turn, clone: item.key.clone, script: item.script, due: item.needed)
        minter.add(
            TokenMinter.Order(
                slot: item.slot, clone: item.key.clone, script: item.script, value: item.key.value,
                maker: entry.maker,
                session: plan.scripts[item.script].sessionNumber, row: plan.row(of: own), seed: plan.options.seed,
                uniquifier: minting.nextUniquifier(seed: plan.options.seed)),
            due: item.needed, for: minting.inbox)
    }

    /// Whether the token at `value` of the clone in `slot` can be sent; if not, it is on its way.
    mutating func hasToken(_ value: Int, slot: Int, script: Int) -> Bool {
        let now = Int64(time(nil))
        if values[slot]?[value] != nil, values[slot]?.expiry(of: value).map({ $0 > now }) ?? true { return true }
        let key = TokenAgenda.Key(clone: values[slot]?.clone ?? 0, value: value)
        if minting.agenda.order(key) {
            order(TokenAgenda.Item(slot: slot, script: script, key: key, needed: clock.now, isRenewal: false))
        }
        return false
    }

    /// Takes what was made, and sends what waited for it.
    mutating func takeMinted() {
        for answer in minting.inbox.take() {
            count(answer)
            take(answer)
        }
    }

    /// Takes what was made before the run began, whose slots are those of the plan.
    mutating func takePrepared() {
        let made = minting.made
        minting.made = []
        // Slots without a clone have no number here.
        let places = Dictionary(uniqueKeysWithValues: scheduler.slots.enumerated().map { ($1.turn.slot, $0) })
        for var answer in made {
            guard let place = places[answer.slot] else { continue }
            answer.slot = place
            recorder.tokenMade(.minted, nanoseconds: answer.nanoseconds, at: clock.now)
            keep(answer, isKept: true)
        }
        for (slot, entry) in scheduler.slots.enumerated() { minting.agenda.expect(entry.turn, slot: slot) }
    }

    private mutating func count(_ answer: MintAnswer) {
        let now = clock.now
        guard answer.token != nil else { return recorder.tokens(.failed, at: now) }
        let isRenewal =
            values[answer.slot]?.clone == answer.clone
            && (values[answer.slot]?[answer.value] != nil || minting.refusals[answer.slot]?.knows(answer.value) == true)
        recorder.tokenMade(isRenewal ? .refreshed : .minted, nanoseconds: answer.nanoseconds, at: now)
    }

    private mutating func take(_ answer: MintAnswer) {
        guard values[answer.slot]?.clone == answer.clone else {
            return keep(answer, isKept: answer.clone > minting.begun[answer.slot])
        }
        if let token = answer.token { values[answer.slot]?.take(token, for: answer.value) }
        keep(answer, isKept: false)
        sendParked(slot: answer.slot, hasFailed: answer.token == nil)
    }

    private mutating func keep(_ answer: MintAnswer, isKept: Bool) {
        let key = TokenAgenda.Key(clone: answer.clone, value: answer.value)
        minting.agenda.made(key, answer.token, isKept: isKept, again: renewal(of: answer, key))
    }

    /// When a token is made again: as long before its expiry as it was made before its need.
    private func renewal(of answer: MintAnswer, _ key: TokenAgenda.Key) -> (TokenAgenda.Item, at: RunTime)? {
        guard let expiry = answer.token?.expiresAt,
            let entry = minting.table.entry(answer.value, ofScript: answer.script)
        else { return nil }
        let leftNs = RunClock.nanoseconds(untilEpoch: expiry)
        let lifetime = entry.lifetimeSeconds ?? leftNs / 1_000_000_000
        guard lifetime > 2 else { return nil }
        let now = clock.now.nanoseconds
        let expires = RunTime(nanoseconds: now + leftNs)
        let at = RunTime(
            nanoseconds: max(now, expires.nanoseconds - MintLead.ahead(lifetimeSeconds: lifetime) * 1_000_000_000))
        let item = TokenAgenda.Item(
            slot: answer.slot, script: answer.script, key: key, needed: expires, isRenewal: true)
        return (item, at)
    }

    private mutating func sendParked(slot: Int, hasFailed: Bool) {
        guard let waiting = minting.parked.removeValue(forKey: slot) else { return }
        for dispatch in waiting {
            guard hasFailed || hasTokens(dispatch) else {
                minting.parked[slot, default: []].append(dispatch)
                continue
            }
            let now = clock.now
            // One that is sent once more has waited since it was refused.
            let since = tokenReady[dispatch.ticket] ?? dispatch.ready
            tokenReady[dispatch.ticket] = now
            recorder.tokenAwaited(nanoseconds: max(0, now.nanoseconds(since: since)), at: now)
            dispatchNow(dispatch)
        }
    }

    private mutating func hasTokens(_ dispatch: CloneScheduler.Dispatch) -> Bool {
        var areThere = true
        for entry in minting.table[dispatch.script] {
            guard plan.scripts[dispatch.script].requests[dispatch.ticket.request].neededValues.contains(entry.value)
            else { continue }
            if !hasToken(entry.value, slot: dispatch.ticket.slot, script: dispatch.script) { areThere = false }
        }
        return areThere && hasSignatures(dispatch)
    }

    /// Whether a request whose other values are there has its signatures; if not, they are on their way.
    mutating func hasSignatures(_ dispatch: CloneScheduler.Dispatch) -> Bool {
        let (slot, script) = (dispatch.ticket.slot, plan.scripts[dispatch.script])
        var areThere = true
        for value in script.requests[dispatch.ticket.request].neededValues {
            guard case .signature(let name) = script.values[value], values[slot]?[value] == nil else { continue }
            areThere = false
            let key = TokenAgenda.Key(clone: values[slot]?.clone ?? 0, value: value)
            guard minting.agenda.order(key) else { continue }
            minting.minter?.sign(
                dispatch.ticket, clone: key.clone, script: dispatch.script, value: value,
                members: signatureQuestion(name, dispatch), for: minting.inbox)
        }
        return areThere
    }

    private func signatureQuestion(_ name: String, _ dispatch: CloneScheduler.Dispatch) -> String {
        let script = plan.scripts[dispatch.script]
        let request = script.requests[dispatch.ticket.request]
        guard var filled = values[dispatch.ticket.slot] else { preconditionFailure("a slot that sends has a clone") }
        for value in request.neededValues {
            if case .signature = script.values[value], filled[value] == nil { filled[value] = [] }
        }
        var probe = OutgoingRequest()
        // What cannot be rendered is refused when it is sent.
        try? renderer.render(dispatch.ticket.request, ofScript: dispatch.script, values: filled, into: &probe)
        return MintQuestion.signature(
            name: name, clone: filled.clone, session: script.sessionNumber, authority: authority(of: request),
            request: probe)
    }
}
