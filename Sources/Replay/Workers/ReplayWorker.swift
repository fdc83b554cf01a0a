internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// One thread of a replay: it owns its slots for life, their values and connections, and what it measures.
struct ReplayWorker<Network: Transport & ~Copyable>: ~Copyable {
    let plan: ReplayPlan
    let table: RequestTable
    let options: ReplayOptions
    let clock: RunClock
    private let mailbox: WorkerMailbox
    let renderer: RequestRenderer
    var messages = MessageRenderer()
    var network: Network
    var scheduler: CloneScheduler
    var recorder: WorkerRecorder
    var values: [CloneValues?]
    var hasFailed: [Bool]
    /// Requests under way that went out with recorded values, because live ones were missing.
    var sentWithoutValues: Set<Ticket> = []
    /// What each slot's clone does to keep its tokens good.
    var renewals: [CloneRenewals]
    /// When those tokens were there that requests under way had waited for.
    var tokenReady: [Ticket: RunTime] = [:]
    /// The answers 401 to requests that wait for a fresh token.
    var refusedResults: [Ticket: TransferResult] = [:]
    /// Requests under way that were sent once more.
    var resent: Set<Ticket> = []
    var outgoing = OutgoingRequest()
    var minting: WorkerMinting
    private var connectionsOpened = 0
    private var connectionsClosed = 0
    private var result = TransferResult()
    private var examples: ExampleReservoir
    private var nextExamples = RunTime.zero
    private var nextReport = RunTime.zero
    private var abandonAt: RunTime?

    /// How often windows and counters are told to the run's thread.
    private static var reportInterval: Int64 { 200_000_000 }
    /// How often examples are.
    private static var examplesInterval: Int64 { 5_000_000_000 }

    /// A worker for the given slots of `plan`, whose slot `i` in the transport is `planSlots[i]` of the plan.
    init(
        plan: ReplayPlan, table: RequestTable, planSlots: [Int], options: ReplayOptions, workers: Int, clock: RunClock,
        mailbox: WorkerMailbox, live: LiveCounts, minting: WorkerMinting, network: consuming Network
    ) {
        self.minting = minting
        self.plan = plan
        self.table = table
        self.options = options
        self.clock = clock
        self.mailbox = mailbox
        self.network = network
        renderer = RequestRenderer(plan: plan, targets: options.targets, keepsHost: options.keepsHost)
        scheduler = CloneScheduler(
            plan: plan, table: table, planSlots: planSlots, options: options, workers: workers)
        recorder = WorkerRecorder(endpointCount: plan.endpoints.count, live: live)
        examples = ExampleReservoir(seed: plan.options.seed &+ UInt64(planSlots.first ?? 0))
        values = Array(repeating: nil, count: planSlots.count)
        hasFailed = Array(repeating: false, count: planSlots.count)
        renewals = Array(repeating: CloneRenewals(), count: planSlots.count)
    }

    /// Runs until every clone has ended, or the run is stopped; posts what it measured to the mailbox.
    consuming func run() {
        do throws(SystemCallError) {
            takePrepared()
            while !scheduler.isDone { try step() }
        } catch {
            mailbox.post { $0.failure = error }
            stop(.abandon)
            performDue(now: clock.now)
        }
        countConnections()
        let mailbox = mailbox
        let windows = recorder.finish()
        let kept = examples.taken()
        mailbox.post { report in
            report.examples = kept
            report.windows.append(contentsOf: windows)
            report.isDone = true
        }
    }

    private mutating func step() throws(SystemCallError) {
        let now = clock.now
        checkForStop(now: now)
        orderDueTokens(now: now)
        performDue(now: now)
        if now >= nextReport {
            let windows = recorder.takeClosedWindows(before: now)
            mailbox.post { $0.windows.append(contentsOf: windows) }
            nextReport = RunTime(nanoseconds: now.nanoseconds + ReplayWorker.reportInterval)
            if now >= nextExamples, examples.hasChanged {
                let kept = examples.taken()
                mailbox.post { $0.examples = kept }
                nextExamples = RunTime(nanoseconds: now.nanoseconds + ReplayWorker.examplesInterval)
            }
        }
        guard !scheduler.isDone else { return }
        var deadline = min(scheduler.nextDeadline ?? nextReport, nextReport)
        if let abandonAt { deadline = min(deadline, abandonAt) }
        if let end = options.duration, !scheduler.isStopped {
            deadline = min(deadline, RunTime(nanoseconds: end.wholeNanoseconds))
        }
        if let token = minting.agenda.next { deadline = min(deadline, token) }
        try network.wait(until: deadline)
        takeMinted()
        while network.next(&result) {
            take(result)
            performDue(now: clock.now)
        }
        countConnections()
    }

    private mutating func countConnections() {
        let (opened, open) = network.connections
        let closed = opened - open
        guard connectionsOpened < opened || connectionsClosed < closed else { return }
        let now = clock.now
        while connectionsOpened < opened || connectionsClosed < closed {
            // A connection that makes room for another is closed first.
            if connectionsClosed < closed, connectionsClosed < connectionsOpened {
                recorder.connectionClosed(at: now)
                connectionsClosed += 1
            } else {
                recorder.connectionOpened(at: now)
                connectionsOpened += 1
            }
        }
    }

    private mutating func checkForStop(now: RunTime) {
        switch mailbox.requested {
        case .none: break
        case .drain: stop(.drain)
        case .abandon: stop(.abandon)
        }
        if let duration = options.duration, now.nanoseconds >= duration.wholeNanoseconds { stop(.drain) }
        if let abandonAt, now >= abandonAt { stop(.abandon) }
    }

    private mutating func stop(_ request: WorkerMailbox.StopRequest) {
        if !scheduler.isStopped {
            scheduler.stop(now: clock.now)
            abandonAt = RunTime(nanoseconds: clock.now.nanoseconds + options.drain.wholeNanoseconds)
        }
        guard request == .abandon else { return }
        network.cancelAll()
        forgetRenewals()
        minting.parked.removeAll()
        let now = clock.now
        for dispatch in scheduler.abandonAll(now: now) {
            let row = table.row(dispatch.ticket.request, ofScript: dispatch.script)
            recorder.record(
                RequestOutcome(
                    endpoint: Int(row.pointee.endpoint), status: 0, fate: .cut,
                    times: .unsent(scheduled: dispatch.scheduled, ready: dispatch.ready, at: now), wasSent: false))
        }
    }

    private mutating func performDue(now: RunTime) {
        while let action = scheduler.next(now: now) {
            switch action {
            case .send(let dispatch): send(dispatch)
            case .begin(let slot, let turn): begin(slot: slot, turn)
            case .end(let slot, _, let how): end(slot: slot, how)
            }
        }
    }

    private mutating func begin(slot: Int, _ turn: CloneTurn) {
        values[slot] = CloneValues(
            script: plan.scripts[turn.script], clone: turn.clone, seed: plan.options.seed, now: Int64(time(nil)),
            row: plan.row(of: turn))
        minting.begun[slot] = turn.clone
        if !minting.refusals.isEmpty { minting.refusals[slot] = nil }
        for (value, token) in minting.agenda.begin(turn.clone, script: turn.script) {
            values[slot]?.take(token, for: value)
        }
        if minting.minter != nil, let next = plan.turn(after: turn) { minting.agenda.expect(next, slot: slot) }
        hasFailed[slot] = false
        renewals[slot].begin(grants: plan.scripts[turn.script].grants.count)
        recorder.sessionStarted(at: clock.now)
    }

    private mutating func end(slot: Int, _ how: CloneScheduler.CloneEnd) {
        values[slot] = nil
        network.release(slot: slot)
        switch how {
        case .completed: recorder.sessionEnded(hasFailed[slot] ? .failed : .completed, at: clock.now)
        case .cut(let unsent): recorder.sessionEnded(.cut, givenUp: unsent, at: clock.now)
        case .behind(let unsent): recorder.sessionEnded(.behind, givenUp: unsent, at: clock.now)
        case .aborted(let unsent): recorder.sessionEnded(.failed, givenUp: unsent, at: clock.now)
        }
    }

    private mutating func take(_ result: borrowing TransferResult) {
        switch result.kind {
        case .ended: finish(result)
        case .sendAgain:
            send(result.ticket, firstTried: result.started, connectionFree: result.connectionFree)
        case .connectionFree:
            send(result.ticket, firstTried: nil, connectionFree: result.connectionFree)
        }
    }

    private mutating func finish(_ result: borrowing TransferResult) {
        if isRenewal(result.ticket) { return finishStep(result) }
        if !resent.isEmpty { noteResent(result) }
        if result.status == 401, options.onUnauthorized != .count, !scheduler.isStopped,
            triesAgain(result) || mintsAgain(result)
        {
            return
        }
        finish(result, at: result.finished, wasRefused: false)
    }

    /// Notes what came of a request.
    ///
    /// - Parameters:
    ///   - end: when it is over for those that wait for it.
    ///   - wasRefused: whether its answer was kept back, and counted as a refusal, when it came.
    mutating func finish(_ result: borrowing TransferResult, at end: RunTime, wasRefused: Bool) {
        guard let dispatch = scheduler.finished(result.ticket, at: end) else { return }
        let row = table.row(result.ticket.request, ofScript: dispatch.script)
        let recorded = row.pointee.expectedStatus
        var fate = result.fate
        if fate == .answered,
            !options.expectation.accepts(result.status, recorded: recorded == 0 ? nil : recorded)
        {
            fate = .unexpectedStatus
        } else if fate == .answered, row.pointee.flags.contains(.comparesBody),
            !matchesRecordedBody(result, script: dispatch.script)
        {
            fate = .bodyDiffers
        }
        if result.status == 401 || result.status == 403, recorded != result.status, !wasRefused {
            recorder.tokens(.rejected, at: result.finished)
        }
        if sentWithoutValues.remove(result.ticket) != nil, fate == .answered || fate == .unexpectedStatus {
            fate = .missingBinding
        }
        if result.fate == .answered, row.pointee.flags.contains(.keepsResponse) {
            bind(result, script: dispatch.script)
        }
        if row.pointee.flags.contains(.renewsGrant) { endRenewer(result, script: dispatch.script) }
        if fate.isFailure { hasFailed[result.ticket.slot] = true }
        let outcome = RequestOutcome(
            endpoint: Int(row.pointee.endpoint), status: result.status, fate: fate,
            times: .raised(
                scheduled: dispatch.scheduled, ready: ready(dispatch, connectionFree: result.connectionFree),
                started: result.started, sent: result.sent, firstByte: result.firstByte, finished: result.finished),
            held: held(dispatch, until: result.connectionFree), requestBytes: result.requestBytes,
            responseBytes: result.responseBytes)
        forget(result.ticket)
        recorder.record(outcome)
        if examples.wants(outcome) { keepExample(outcome, result, script: dispatch.script) }
    }

    private func matchesRecordedBody(_ result: borrowing TransferResult, script: Int) -> Bool {
        let recorded = plan.scripts[script].requests[result.ticket.request].recordedBody
        return recorded?.matches(byteCount: result.bodyBytes, hash: result.bodyHash) ?? true
    }

    /// Takes values out of a response.
    mutating func bind(_ result: borrowing TransferResult, script: Int) {
        let request = plan.scripts[script].request(result.ticket.request)
        if request.takesCookies {
            let target = Int(table.row(result.ticket.request, ofScript: script).pointee.target)
            values[result.ticket.slot]?.now = Int64(time(nil))
            values[result.ticket.slot]?.takeCookies(
                result.head, of: request, targetHost: options.targets.targets[target].target.host)
            followCookies(slot: result.ticket.slot, script: script)
        }
        guard !request.sources.isEmpty else { return }
        let body = result.decodedBody
        for source in request.sources {
            guard let found = source.value(head: result.head, body: body) else { continue }
            values[result.ticket.slot]?[source.value] = found
        }
    }

    /// Notes the end of one of the session's own requests that give a grant.
    private mutating func endRenewer(_ result: borrowing TransferResult, script: Int) {
        guard let grant = plan.scripts[script].requests[result.ticket.request].renews else { return }
        renewerEnded(
            result.ticket, script: script, succeeded: gives(result, script: script, grant: grant),
            body: result.decodedBody, at: result.finished)
    }

    private mutating func keepExample(_ outcome: RequestOutcome, _ result: borrowing TransferResult, script: Int) {
        let request = plan.scripts[script].requests[result.ticket.request]
        let received =
            result.head.isEmpty ? MaskedText.text(of: result.glimpse) : MaskedText.text(of: result.head)
        examples.keep(
            RequestExample(
                outcome, kind: outcome.fate.isFailure ? outcome.fate.label : "slow",
                endpoint: plan.endpoints[request.endpoint].label,
                clone: values[result.ticket.slot]?.clone ?? 0, sent: MaskedText.text(of: request.head.outline),
                received: received),
            of: outcome)
    }
}
