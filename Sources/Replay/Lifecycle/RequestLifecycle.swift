internal import DequeModule
internal import Measurement
internal import Plan
internal import Traffic

/// Decides what happens to each request of a worker's slots, from its due time until its outcome is known.
///
/// Pure except for its clock: due times, responses and made tokens come in, actions come out. The state of a waiting
/// request is kept in its slot as a ``PendingRequest``; the ``CloneScheduler`` decides when a request is due.
///
///     due ─→ grant renewed? ─→ values made? ─→ send ─→ answered ─→ finish
///              hold, renew        hold, mint      ↑        │ 401
///                                              resend ←────┘ (hold, renew)
struct RequestLifecycle<Clock: ReplayClock> {
    let plan: ReplayPlan
    let table: RequestTable
    let options: ReplayOptions
    let mintTable: MintTable
    let clock: Clock
    var scheduler: CloneScheduler
    var slots: [Slot]
    var mints: MintSchedule
    /// When the worker last stalled. Requests that were due or in flight then are late because of it.
    private var stall: Range<Int64> = 0..<0
    private let worker: UInt64
    private var orders: UInt64 = 0
    private var actions: Deque<LifecycleAction> = []

    /// - Parameters:
    ///   - planSlots: the slots of the plan that belong to this worker; slot `i` here is `planSlots[i]`.
    ///   - worker: the worker's number, from 0, of `workers`.
    init(
        plan: ReplayPlan, table: RequestTable, mintTable: MintTable, planSlots: [Int], options: ReplayOptions,
        worker: Int = 0, workers: Int = 1, clock: Clock
    ) {
        self.plan = plan
        self.table = table
        self.options = options
        self.mintTable = mintTable
        self.clock = clock
        self.worker = UInt64(worker)
        scheduler = CloneScheduler(
            plan: plan, table: table, planSlots: planSlots, options: options, workers: workers)
        slots = Array(repeating: Slot(), count: planSlots.count)
        mints = MintSchedule(table: mintTable)
    }

    /// Whether everything is done.
    var isDone: Bool { actions.isEmpty && scheduler.isDone }

    /// When ``next(now:)`` next has something to do; nil when it only waits for responses, or is done.
    var nextDeadline: RunTime? {
        guard actions.isEmpty else { return .zero }
        guard let token = mints.next else { return scheduler.nextDeadline }
        return min(scheduler.nextDeadline ?? token, token)
    }

    /// The next action that is due at `now`; nil if there is none.
    mutating func next(now: RunTime) -> LifecycleAction? {
        while true {
            if let action = actions.popFirst() { return action }
            guard let action = scheduler.next(now: now) else { return nil }
            switch action {
            case .send(let due): begin(due)
            case .begin(let slot, let turn): begin(slot: slot, turn)
            case .end(let slot, _, let how): end(slot: slot, how)
            }
        }
    }

    func row(_ id: RequestID, _ script: Int) -> UnsafePointer<RequestTable.Row> {
        table.row(id.request, ofScript: script)
    }

    mutating func add(_ action: LifecycleAction) { actions.append(action) }

    mutating func count(_ tally: LifecycleAction.Tally, at time: RunTime) { actions.append(.count(tally, at: time)) }

    /// A number that makes the next token of this worker differ from its others.
    mutating func nextUniquifier() -> UInt64 {
        orders += 1
        return CloneValues.uniquifier(seed: plan.options.seed, minted: worker << 40 | orders)
    }

    private mutating func begin(slot: Int, _ turn: CloneTurn) {
        let script = plan.scripts[turn.script]
        var values = CloneValues(
            script: script, clone: turn.clone, seed: plan.options.seed, now: clock.epochSeconds,
            row: plan.row(of: turn))
        table.setOrigins(in: &values, ofScript: turn.script)
        slots[slot].begin(values, grants: script.grants.count)
        slots[slot].numberInPart = plan.numberInPart(of: turn)
        for (value, token) in mints.begin(turn.clone, script: turn.script) {
            slots[slot].values?.take(token, for: value)
        }
        if !mintTable.isEmpty, let next = plan.turn(after: turn) { mints.expect(next, slot: slot) }
        count(.sessionStarted, at: clock.now)
    }

    private mutating func end(slot: Int, _ how: CloneScheduler.CloneEnd) {
        slots[slot].values = nil
        add(.release(slot: slot))
        let now = clock.now
        if let kinds = options.stretches?.firsts.count, kinds > 0 {
            for first in slots[slot].firsts.end(lookingFor: kinds, atNs: now.nanoseconds) {
                count(.firstResponse(first), at: now)
            }
        }
        switch how {
        case .completed:
            count(.sessionEnded(slots[slot].hasFailed ? .failed : .completed, givenUp: 0), at: now)
        case .cut(let unsent): count(.sessionEnded(.cut, givenUp: unsent), at: now)
        case .behind(let unsent): count(.sessionEnded(.behind, givenUp: unsent), at: now)
        case .aborted(let unsent): count(.sessionEnded(.failed, givenUp: unsent), at: now)
        }
    }

    private mutating func begin(_ due: DueRequest) {
        slots[due.id.slot].add(due)
        proceed(due)
    }

    /// Sends a request, unless one of its grants has to be renewed first.
    mutating func proceed(_ due: DueRequest) {
        let flags = row(due.id, due.script).pointee.flags
        if flags.contains(.renewsGrant)
            || flags.contains(.carriesGrant) && !slots[due.id.slot].renewals.isQuiet(now: clock.epochSeconds)
        {
            guard !waitsForGrant(due) else { return }
        }
        sendWithValues(due)
    }

    /// Sends a request whose grants are valid, unless values have to be made for it first.
    mutating func sendWithValues(_ due: DueRequest, isResent: Bool = false) {
        let row = row(due.id, due.script)
        if row.pointee.flags.contains(.needsMinting) {
            switch madeValues(of: due) {
            case .late:
                slots[due.id.slot].change(due.id.request) { $0.phase = .waitsForValues }
                return add(.hold(due.id))
            case .ready: count(.tokenAwaited(nanoseconds: 0), at: clock.now)
            case .none: break
            }
        }
        sendNow(due, isResent: isResent)
    }

    /// Sends a request that has its values or will not get them.
    mutating func sendNow(_ due: DueRequest, isResent: Bool = false) {
        slots[due.id.slot].change(due.id.request) { $0.phase = .sent }
        var sending = LifecycleAction.Sending(
            id: due.id, script: due.script, connection: row(due.id, due.script).pointee.connection)
        sending.closesConnection = due.isLast
        add(isResent ? .resend(sending) : .send(sending))
    }

    /// Handles a request that cannot be rendered.
    mutating func couldNotSend(_ sending: LifecycleAction.Sending, _ refusal: RequestRenderer.Refusal) {
        let (id, script) = (sending.id, sending.script)
        guard !isRenewal(id) else { return stepRefused(id) }
        guard let pending = slots[id.slot][id.request] else { return }
        let isFirst = sending.firstTried == nil && sending.connectionFree == nil
        let cause = refusal == .missingValue ? causeOfMissing(id, script) : nil
        if refusal == .missingValue, options.onMissing == .send, isFirst, !sending.usesRecordedValues {
            slots[id.slot].change(id.request) { pending in
                pending.usesRecordedValues = true
                pending.cause = cause
            }
            var again = sending
            again.usesRecordedValues = true
            return add(.send(again))
        }
        let now = max(clock.now, pending.due.ready)
        _ = slots[id.slot].remove(id.request)
        switch refusal {
        case .unmapped, .foreignTarget: count(.requestSkipped, at: now)
        case .missingValue:
            slots[id.slot].hasFailed = true
            if row(id, script).pointee.flags.contains(.keepsResponse), let cause {
                slots[id.slot].shortfalls[id.request] = MissingValueCause(end: .unsent(cause))
            }
            finish(
                pending,
                with: pending.unsent(
                    .missingBinding, endpoint: row(id, script).pointee.endpoint,
                    connectionFree: sending.connectionFree, at: now), cause: cause)
        }
        if row(id, script).pointee.flags.contains(.renewsGrant) {
            renewerEnded(id, script: script, succeeded: false, at: now)
        }
        if refusal == .missingValue, isFirst, options.onMissing == .abortSession { scheduler.abort(slot: id.slot) }
        scheduler.finished(id, at: now)
    }

    /// The missing value or cookie of a request, the response that should have given it, and why it did not.
    private func causeOfMissing(_ id: RequestID, _ script: Int) -> FailureCause? {
        let script = plan.scripts[script]
        guard let missing = slots[id.slot].values?.missing(of: id.request, in: script) else {
            return nil
        }
        guard let source = missing.source else { return FailureCause(text: "\(missing.label) is missing") }
        let endpoint = script.request(source).endpoint
        let label = plan.endpoints[endpoint].label
        if let shortfall = slots[id.slot].shortfalls[source] {
            return shortfall.cause(of: missing, label: label, endpoint: endpoint)
        }
        return FailureCause(text: "\(missing.label) was not received from \(label)", rootEndpoint: endpoint)
    }

    /// Records the outcome of a finished request.
    ///
    /// - Parameter cause: why it failed, if that was because of a missing value.
    mutating func finish(
        _ pending: borrowing PendingRequest, with outcome: consuming RequestOutcome, kept: WithheldResponse? = nil,
        cause: FailureCause? = nil
    ) {
        let id = pending.due.id
        let row = row(id, pending.due.script)
        outcome.isPrelude = row.pointee.flags.contains(.isPrelude)
        outcome.expectedStatus = row.pointee.expectedStatus
        outcome.isDelayedByGenerator = isDelayed(outcome.times, slot: id.slot)
        slots[id.slot].isDelayed = outcome.isDelayedByGenerator
        outcome.part = plan.part(ofScript: pending.due.script)
        if let kinds = options.stretches?.firsts, !kinds.isEmpty {
            for first in slots[id.slot].firsts.take(outcome, lookingFor: kinds) {
                count(.firstResponse(first), at: outcome.times.finished)
            }
        }
        add(
            .finish(
                LifecycleAction.FinishedRequest(
                    id: id, script: pending.due.script, clone: slots[id.slot].begun, outcome: outcome,
                    kept: kept, cause: cause)))
    }

    /// Notes that the worker stalled from `start` until `end` although something was due.
    mutating func generatorStalled(from start: RunTime, until end: RunTime) {
        guard end > start else { return }
        stall = start.nanoseconds..<end.nanoseconds
    }

    /// Whether a request was late because the worker stalled: it was due or in flight then, or waited for one that was.
    private func isDelayed(_ times: RequestTimes, slot: Int) -> Bool {
        if times.scheduled.nanoseconds < stall.upperBound, times.finished.nanoseconds >= stall.lowerBound,
            !stall.isEmpty
        {
            return true
        }
        return slots[slot].isDelayed && times.ready > times.scheduled
    }

    /// Ends the run: nothing new starts, and requests in flight may still finish.
    mutating func stop(now: RunTime) { scheduler.stop(now: now) }

    /// Gives up requests in flight too; no responses to them are expected any more.
    mutating func abandon(now: RunTime) {
        // Pending sends are dropped, pending counts are kept.
        actions.removeAll { action in
            switch action {
            case .finish, .count, .release: false
            case .send, .resend, .renew, .hold, .mint, .sign: true
            }
        }
        for due in scheduler.abandonAll(now: now) {
            let pending = slots[due.id.slot].remove(due.id.request) ?? PendingRequest(due)
            finish(pending, with: pending.unsent(.cut, endpoint: row(due.id, due.script).pointee.endpoint, at: now))
        }
        for slot in slots.indices { slots[slot].removeAll() }
    }
}
