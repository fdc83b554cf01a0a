internal import Formats
internal import Measurement
internal import Plan
internal import Redaction
internal import Threads
internal import Traffic

/// A thread of a replay: it carries out what the ``RequestLifecycle`` of its slots decides, waits for the network, and
/// records measurements.
struct ReplayWorker<Network: Transport & ~Copyable, Clock: ReplayClock>: ~Copyable {
    private let plan: ReplayPlan
    private let clock: Clock
    private let mailbox: WorkerMailbox
    private let minting: WorkerMinting
    private var lifecycle: RequestLifecycle<Clock>
    private var composer: RequestComposer
    private var network: Network
    private var recorder: WorkerRecorder
    private var limits: RunLimits
    private var examples: ExampleReservoir<KeptRequest>
    private let exchangeNumbers: ExchangeNumberTable
    private var result = TransferResult()
    private var connectionsOpened = 0
    private var connectionsClosed = 0
    private var nextExamples = RunTime.zero
    private var nextReport = RunTime.zero
    /// When the worker last returned from waiting; nil before the first time.
    private var wokeAt: RunTime?

    /// How often windows and counters are posted to the run's thread.
    private static var reportInterval: Duration { .milliseconds(200) }
    /// How often examples are posted.
    private static var examplesInterval: Duration { .seconds(5) }
    /// The lateness of the worker itself, in nanoseconds, from which on it is reported.
    private static var shortestStallNs: Int64 { 100 * Nanoseconds.perMillisecond }
    /// The most actions performed before the run's limits are checked again: at full speed, each action may be followed
    /// by another.
    private static var actionsAtOnce: Int { 4096 }

    /// A worker for the given slots of `plan`, where slot `i` in the transport is `planSlots[i]` of the plan.
    ///
    /// - Parameter number: the worker's number, from 0, of `workers`.
    init(
        plan: ReplayPlan, table: RequestTable, planSlots: [Int], options: ReplayOptions, number: Int = 0,
        workers: Int = 1, clock: Clock, mailbox: WorkerMailbox, live: LiveCounts, minting: WorkerMinting,
        network: consuming Network
    ) {
        self.plan = plan
        self.clock = clock
        self.mailbox = mailbox
        self.minting = minting
        self.network = network
        lifecycle = RequestLifecycle(
            plan: plan, table: table, mintTable: minting.table, planSlots: planSlots, options: options, worker: number,
            workers: workers, clock: clock)
        composer = RequestComposer(plan: plan, table: table, options: options)
        recorder = WorkerRecorder(
            endpointCount: plan.endpoints.count, live: live, stretches: options.stretches)
        limits = RunLimits(options)
        exchangeNumbers = ExchangeNumberTable(options.exchangeNumbers)
        examples = ExampleReservoir(seed: plan.options.seed &+ UInt64(planSlots.first ?? 0))
    }

    /// Runs until every clone has ended, or the run is stopped; posts its measurements to the mailbox.
    consuming func run() {
        do throws(SystemCallError) {
            lifecycle.takePrepared(minting.made)
            while !lifecycle.isDone { try step() }
        } catch {
            mailbox.post { $0.failure = error }
            stop(.abandon, at: clock.now)
            while !lifecycle.isDone { performDue(now: clock.now) }
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
        checkLimits(now: now)
        lifecycle.orderDueTokens(now: now)
        performDue(now: now)
        if now >= nextReport { report(now: now) }
        guard !lifecycle.isDone else { return }
        var deadline = nextReport
        if let due = lifecycle.nextDeadline { deadline = min(deadline, due) }
        if let end = limits.next { deadline = min(deadline, end) }
        let waitFrom = clock.now
        if let wokeAt { noteStall(from: wokeAt, until: waitFrom) }
        try network.wait(until: deadline)
        let woke = clock.now
        noteStall(from: max(deadline, waitFrom), until: woke)
        wokeAt = woke
        var last = woke
        for answer in minting.inbox.take() {
            lifecycle.take(answer)
            performDue(now: clock.now)
        }
        while network.next(&result) {
            let now = clock.now
            // If the process is stopped between two responses, later ones count as late.
            if noteStall(from: last, until: now) { wokeAt = now }
            last = now
            lifecycle.take(result)
            performDue(now: now)
            checkLimits(now: now)
        }
        countConnections()
    }

    /// Notes that this process stalled, or was busy otherwise, when it should have sent: between two waits, or after
    /// one should have ended. A process that is stopped or gets no CPU time is late in this way; a target never causes
    /// it.
    ///
    /// - Returns: whether it stalled.
    @discardableResult
    private mutating func noteStall(from: RunTime, until: RunTime) -> Bool {
        guard until.nanoseconds(since: from) >= ReplayWorker.shortestStallNs else { return false }
        recorder.generatorStalled(from: from, until: until)
        lifecycle.generatorStalled(from: from, until: until)
        return true
    }

    private mutating func report(now: RunTime) {
        let windows = recorder.takeClosedWindows(before: now)
        mailbox.post { $0.windows.append(contentsOf: windows) }
        nextReport = now + ReplayWorker.reportInterval
        if now >= nextExamples, examples.hasChanged {
            let kept = examples.taken()
            mailbox.post { $0.examples = kept }
            nextExamples = now + ReplayWorker.examplesInterval
        }
    }

    private mutating func countConnections() {
        let (opened, open) = network.connections
        let closed = opened - open
        guard connectionsOpened < opened || connectionsClosed < closed else { return }
        let now = clock.now
        while connectionsOpened < opened || connectionsClosed < closed {
            // A connection that makes room for another is closed before that opens.
            if connectionsClosed < closed, connectionsClosed < connectionsOpened {
                recorder.connectionClosed(at: now)
                connectionsClosed += 1
            } else {
                recorder.connectionOpened(at: now)
                connectionsOpened += 1
            }
        }
    }

    private mutating func checkLimits(now: RunTime) {
        let order = limits.order(at: now, requested: mailbox.requested)
        if order != .none { stop(order, at: now) }
    }

    private mutating func stop(_ request: WorkerMailbox.StopRequest, at now: RunTime) {
        lifecycle.stop(now: now)
        limits.stopped(at: now)
        guard request == .abandon else { return }
        network.cancelAll()
        lifecycle.abandon(now: now)
    }

    private mutating func performDue(now: RunTime) {
        var count = 0
        while count < ReplayWorker.actionsAtOnce, let action = lifecycle.next(now: now) {
            perform(action)
            count += 1
        }
    }

    private mutating func perform(_ action: LifecycleAction) {
        switch action {
        case .send(let sending), .resend(let sending):
            if send(sending) { countBound(sending) }
        case .renew(let sending): send(sending)
        case .hold: break
        case .mint(let order, let needed): minting.minter?.add(order, due: needed, for: minting.inbox)
        case .sign(let order):
            guard let values = lifecycle.slots[order.id.slot].values else { return }
            minting.minter?.sign(
                order.id, clone: order.clone, script: order.script, value: order.value,
                members: composer.question(order, values: values), for: minting.inbox)
        case .finish(let finished):
            let exchange =
                finished.outcome.fate.isFailure
                ? exchangeNumbers.number(script: finished.script, request: finished.id.request) : nil
            recorder.record(finished.outcome, cause: finished.cause, exchange: exchange)
            if examples.wants(finished.outcome) { keepExample(finished) }
        case .release(let slot): network.release(slot: slot)
        case .count(let tally, let time): count(tally, at: time)
        }
    }

    /// - Returns: whether it was sent.
    @discardableResult
    private mutating func send(_ sending: LifecycleAction.Sending) -> Bool {
        if !composer.composeShared(sending) {
            let slot = sending.id.slot
            guard lifecycle.slots[slot].values != nil else { preconditionFailure("a slot that sends has a clone") }
            let refusal = composer.compose(
                sending, values: &lifecycle.slots[slot].values!, epochSeconds: clock.epochSeconds)
            if let refusal {
                lifecycle.couldNotSend(sending, refusal)
                return false
            }
        }
        composer.outgoing.numberInPart = lifecycle.slots[sending.id.slot].numberInPart
        network.send(composer.outgoing, for: sending.id, at: clock.now)
        return true
    }

    /// Counts the response values in a request that is sent, on its first try.
    private mutating func countBound(_ sending: LifecycleAction.Sending) {
        guard sending.firstTried == nil, sending.connectionFree == nil, !sending.usesRecordedValues else { return }
        let count = lifecycle.row(sending.id, sending.script).pointee.boundCount
        if count > 0 { recorder.tokens(.bound, count: Int(count), at: clock.now) }
    }

    private mutating func count(_ tally: LifecycleAction.Tally, at time: RunTime) {
        switch tally {
        case .tokens(let event, let count): recorder.tokens(event, count: count, at: time)
        case .tokenMade(let event, let nanoseconds): recorder.tokenMade(event, nanoseconds: nanoseconds, at: time)
        case .tokenAwaited(let nanoseconds): recorder.tokenAwaited(nanoseconds: nanoseconds, at: time)
        case .renewal(let isFailure, let nanoseconds):
            recorder.renewal(isFailure: isFailure, serviceNs: nanoseconds, at: time)
        case .loginReplayed: recorder.loginReplayed(at: time)
        case .requestResent: recorder.requestResent(at: time)
        case .requestSkipped: recorder.requestsSkipped(1, at: time)
        case .firstResponse(let first): recorder.firstResponse(first, at: time)
        case .sessionStarted: recorder.sessionStarted(at: time)
        case .sessionEnded(let end, let givenUp): recorder.sessionEnded(end, givenUp: givenUp, at: time)
        }
    }

    private mutating func keepExample(_ finished: LifecycleAction.FinishedRequest) {
        let outcome = finished.outcome
        examples.keep(
            KeptRequest(
                script: finished.script, request: finished.id.request, clone: finished.clone,
                received: received(finished), unsent: outcome.wasSent ? nil : finished.cause?.text),
            of: outcome)
    }

    /// The response's head if it was kept, else its beginning.
    private func received(_ finished: LifecycleAction.FinishedRequest) -> [UInt8] {
        // One byte more than is shown indicates that there is more.
        let limit = MaskedText.limit + 1
        if let kept = finished.kept { return Array(kept.result.head.prefix(limit)) }
        guard finished.outcome.wasSent, result.id == finished.id, result.kind == .ended else { return [] }
        return result.head.isEmpty ? Array(result.glimpse.prefix(limit)) : Array(result.head.prefix(limit))
    }
}
