internal import Formats
internal import Measurement
internal import Plan
internal import Traffic

/// Tokens for the worker's clones: ordered before they are needed, and waited for where they are late.
extension RequestLifecycle {
    /// Orders the tokens that are due to be made.
    mutating func orderDueTokens(now: RunTime) {
        while let item = mints.take(until: now) {
            guard isWanted(item) else {
                mints.made(item.key, nil, isKept: false, again: nil)
                continue
            }
            order(item)
        }
    }

    /// Whether the clone of `item` is still running and still needs the token.
    private func isWanted(_ item: MintSchedule.Item) -> Bool {
        let slot = scheduler.slots[item.slot]
        guard !scheduler.isStopped || slot.isRunning else { return false }
        guard let running = slots[item.slot].values, running.clone == item.key.clone else {
            return item.key.clone > slots[item.slot].begun
        }
        guard let entry = mintTable.entry(item.key.value, ofScript: item.script) else { return false }
        return slot.progress.hasUnsent(upTo: entry.lastRequest) && (item.isRenewal || running[item.key.value] == nil)
    }

    private mutating func order(_ item: MintSchedule.Item) {
        guard let entry = mintTable.entry(item.key.value, ofScript: item.script) else { return }
        let turn = scheduler.slots[item.slot].turn
        let own = CloneTurn(
            slot: turn.slot, turn: turn.turn, clone: item.key.clone, script: item.script, due: item.needed)
        let order = TokenMinter.Order(
            slot: item.slot, clone: item.key.clone, script: item.script, value: item.key.value, maker: entry.maker,
            session: plan.scripts[item.script].sessionNumber, row: plan.row(of: own), seed: plan.options.seed,
            uniquifier: nextUniquifier())
        add(.mint(order, needed: item.needed))
    }

    /// Whether the values made for a request are available.
    enum MadeValues { case none, ready, late }

    /// Makes the values of a request that are fast to make, and orders the others.
    mutating func madeValues(of due: DueRequest) -> MadeValues {
        let state = makeValues(slot: due.id.slot, script: due.script, request: due.id.request)
        return state != .late && mintTable.hasSignatures && !hasSignatures(due) ? .late : state
    }

    /// - Parameter isUrgent: whether slow signatures are made immediately on this thread.
    @discardableResult
    mutating func makeValues(slot: Int, script number: Int, request: Int, isUrgent: Bool = false) -> MadeValues {
        let script = plan.scripts[number]
        var state = MadeValues.none
        for value in script.request(request).neededValues {
            guard case .minted(let recipe) = script.values[value], isUrgent || !recipe.algorithm.isSlow else {
                guard MintTable.Maker(script.values[value]) != nil else { continue }
                let isThere = hasToken(value, slot: slot, script: number)
                state = isThere && state != .late ? .ready : .late
                continue
            }
            let seconds = clock.epochSeconds
            let isFresh = slots[slot].values?[value] != nil
            if isFresh {
                guard let expiry = slots[slot].values?.expiry(of: value),
                    expiry - seconds <= MintLead.margin(lifetimeSeconds: recipe.lifetimeSeconds)
                else { continue }
            }
            let began = clock.now
            slots[slot].values?.mint(value, of: script, now: seconds)
            let ended = clock.now
            count(
                .tokenMade(isFresh ? .refreshed : .minted, nanoseconds: ended.nanoseconds(since: began)), at: ended)
        }
        return state
    }

    /// Whether the token at `value` of the clone in `slot` can be sent; if not, it has been ordered.
    private mutating func hasToken(_ value: Int, slot: Int, script: Int) -> Bool {
        let values = slots[slot].values
        if values?[value] != nil, values?.expiry(of: value).map({ $0 > clock.epochSeconds }) ?? true { return true }
        let key = MintSchedule.Key(clone: values?.clone ?? 0, value: value)
        if mints.order(key) {
            order(MintSchedule.Item(slot: slot, script: script, key: key, needed: clock.now, isRenewal: false))
        }
        return false
    }

    /// Whether a request whose other values are available has its signatures; if not, they have been ordered.
    private mutating func hasSignatures(_ due: DueRequest) -> Bool {
        let (slot, script) = (due.id.slot, plan.scripts[due.script])
        var areThere = true
        for value in script.requests[due.id.request].neededValues {
            guard case .signature(let name) = script.values[value], slots[slot].values?[value] == nil else { continue }
            areThere = false
            let key = MintSchedule.Key(clone: slots[slot].values?.clone ?? 0, value: value)
            guard mints.order(key) else { continue }
            add(
                .sign(
                    LifecycleAction.SignatureOrder(
                        id: due.id, script: due.script, clone: key.clone, value: value, name: name)))
        }
        return areThere
    }

    /// Takes a made value, and sends the requests that waited for it.
    mutating func take(_ answer: MintAnswer) {
        let slot = answer.slot
        let isCurrent = slots[slot].values?.clone == answer.clone
        if answer.token == nil {
            count(.tokens(.failed, 1), at: clock.now)
        } else {
            let isRenewal =
                isCurrent
                && (slots[slot].values?[answer.value] != nil || slots[slot].mintRefusals.knows(answer.value))
            count(.tokenMade(isRenewal ? .refreshed : .minted, nanoseconds: answer.nanoseconds), at: clock.now)
        }
        guard isCurrent else { return keep(answer, isKept: answer.clone > slots[slot].begun) }
        if let token = answer.token { slots[slot].values?.take(token, for: answer.value) }
        keep(answer, isKept: false)
        sendWaiting(slot: slot, hasFailed: answer.token == nil)
    }

    /// Takes the values made before the run began, whose slots are those of the plan.
    mutating func takePrepared(_ made: [MintAnswer]) {
        // Slots without a clone are not numbered here.
        let places = Dictionary(uniqueKeysWithValues: scheduler.slots.enumerated().map { ($1.turn.slot, $0) })
        for var answer in made {
            guard let place = places[answer.slot] else { continue }
            answer.slot = place
            count(.tokenMade(.minted, nanoseconds: answer.nanoseconds), at: clock.now)
            keep(answer, isKept: true)
        }
        for (slot, entry) in scheduler.slots.enumerated() { mints.expect(entry.turn, slot: slot) }
    }

    private mutating func keep(_ answer: MintAnswer, isKept: Bool) {
        let key = MintSchedule.Key(clone: answer.clone, value: answer.value)
        mints.made(key, answer.token, isKept: isKept, again: renewal(of: answer, key))
    }

    /// When a token is made again: as long before its expiry as the first was made before it was needed.
    private func renewal(of answer: MintAnswer, _ key: MintSchedule.Key) -> (MintSchedule.Item, at: RunTime)? {
        guard let expiry = answer.token?.expiresAt,
            let entry = mintTable.entry(answer.value, ofScript: answer.script)
        else { return nil }
        let leftNs = clock.nanoseconds(untilEpoch: expiry)
        let lifetime = entry.lifetimeSeconds ?? leftNs / Nanoseconds.perSecond
        guard lifetime > 2 else { return nil }
        let now = clock.now
        let expires = now.advanced(byNs: leftNs)
        let at = max(now, expires.advanced(byNs: -MintLead.aheadNs(lifetimeSeconds: lifetime)))
        let item = MintSchedule.Item(
            slot: answer.slot, script: answer.script, key: key, needed: expires, isRenewal: true)
        return (item, at)
    }

    private mutating func sendWaiting(slot: Int, hasFailed: Bool) {
        for pending in slots[slot].pending {
            guard case .waitsForValues = pending.phase, hasFailed || hasValues(pending.due) else { continue }
            let now = clock.now
            // A request that is sent again has waited since it was refused.
            let since = pending.tokenReady ?? pending.due.ready
            slots[slot].change(pending.due.id.request) { $0.tokenReady = now }
            count(.tokenAwaited(nanoseconds: max(0, now.nanoseconds(since: since))), at: now)
            sendNow(pending.due, isResent: pending.isResent)
        }
    }

    private mutating func hasValues(_ due: DueRequest) -> Bool {
        var areThere = true
        for entry in mintTable[due.script] {
            guard plan.scripts[due.script].requests[due.id.request].neededValues.contains(entry.value) else { continue }
            if !hasToken(entry.value, slot: due.id.slot, script: due.script) { areThere = false }
        }
        return areThere && hasSignatures(due)
    }
}
