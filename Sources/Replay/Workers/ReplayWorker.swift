internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// One thread of a replay: it owns its slots for life, their values and connections, and what it measures.
struct ReplayWorker<Network: Transport>: ~Copyable {
    private let plan: ReplayPlan
    private let options: ReplayOptions
    private let clock: RunClock
    private let mailbox: WorkerMailbox
    private let renderer: RequestRenderer
    private var network: Network
    private var scheduler: CloneScheduler
    private var recorder: WorkerRecorder
    private var values: [CloneValues?]
    private var hasFailed: [Bool]
    private var connectionsOpened = 0
    private var connectionsClosed = 0
    private var underWay: [Ticket: CloneScheduler.Dispatch] = [:]
    private var outgoing = OutgoingRequest()
    private var results: [TransferResult] = []
    private var nextReport = RunTime.zero
    private var abandonAt: RunTime?

    /// How often windows and counters are told to the run's thread.
    private static var reportInterval: Int64 { 200_000_000 }
    /// A minted token this close to its expiry is minted again.
    private static var mintMarginSeconds: Int64 { 5 }

    /// A worker for the given slots of `plan`, whose slot `i` in the transport is `planSlots[i]` of the plan.
    init(
        plan: ReplayPlan, planSlots: [Int], options: ReplayOptions, clock: RunClock, mailbox: WorkerMailbox,
        live: LiveCounts, network: Network
    ) {
        self.plan = plan
        self.options = options
        self.clock = clock
        self.mailbox = mailbox
        self.network = network
        renderer = RequestRenderer(plan: plan, targets: options.targets, keepsHost: options.keepsHost)
        scheduler = CloneScheduler(plan: plan, planSlots: planSlots, maxBehind: options.maxBehind)
        recorder = WorkerRecorder(endpointCount: plan.endpoints.count, live: live)
        values = Array(repeating: nil, count: planSlots.count)
        hasFailed = Array(repeating: false, count: planSlots.count)
    }

    /// Runs until every clone has ended, or the run is stopped; posts what it measured to the mailbox.
    consuming func run() {
        do throws(SystemCallError) {
            while !scheduler.isDone { try step() }
        } catch {
            mailbox.post { $0.failure = error }
            stop(.abandon)
            performDue()
        }
        countConnections()
        let mailbox = mailbox
        let windows = recorder.finish()
        mailbox.post { report in
            report.windows.append(contentsOf: windows)
            report.isDone = true
        }
    }

    private mutating func step() throws(SystemCallError) {
        let now = clock.now
        checkForStop(now: now)
        performDue()
        if now >= nextReport {
            let windows = recorder.takeClosedWindows(before: now)
            mailbox.post { $0.windows.append(contentsOf: windows) }
            nextReport = RunTime(nanoseconds: now.nanoseconds + ReplayWorker.reportInterval)
        }
        guard !scheduler.isDone else { return }
        var deadline = min(scheduler.nextDeadline ?? nextReport, nextReport)
        if let abandonAt { deadline = min(deadline, abandonAt) }
        if let end = options.duration, !scheduler.isStopped {
            deadline = min(deadline, RunTime(nanoseconds: end.wholeNanoseconds))
        }
        try network.poll(until: deadline, results: &results)
        for result in results { finish(result) }
        results.removeAll(keepingCapacity: true)
        countConnections()
    }

    private mutating func countConnections() {
        let (opened, open) = network.connections
        let now = clock.now
        while connectionsOpened < opened {
            recorder.connectionOpened(at: now)
            connectionsOpened += 1
        }
        while connectionsClosed < opened - open {
            recorder.connectionClosed(at: now)
            connectionsClosed += 1
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
        let now = clock.now
        for (ticket, dispatch) in underWay {
            let script = plan.scripts[dispatch.turn.script]
            recorder.record(
                RequestOutcome(
                    endpoint: script.requests[ticket.request].endpoint, status: 0, fate: .cut,
                    times: .unsent(scheduled: dispatch.scheduled, ready: dispatch.ready, at: now), wasSent: false))
        }
        underWay.removeAll()
        scheduler.abandonAll(now: clock.now)
    }

    private mutating func performDue() {
        while let action = scheduler.next(now: clock.now) { perform(action) }
    }

    private mutating func perform(_ action: CloneScheduler.Action) {
        switch action {
        case .begin(let slot, let turn):
            values[slot] = CloneValues(script: plan.scripts[turn.script], clone: turn.clone, seed: plan.options.seed)
            hasFailed[slot] = false
            recorder.sessionStarted(at: clock.now)
        case .send(let dispatch):
            send(dispatch)
        case .end(let slot, _, let how):
            values[slot] = nil
            network.release(slot: slot)
            switch how {
            case .completed: recorder.sessionEnded(hasFailed[slot] ? .failed : .completed, at: clock.now)
            case .cut(let unsent): recorder.sessionEnded(.cut, givenUp: unsent, at: clock.now)
            case .behind(let unsent): recorder.sessionEnded(.behind, givenUp: unsent, at: clock.now)
            }
        }
    }

    private mutating func send(_ dispatch: CloneScheduler.Dispatch) {
        let slot = dispatch.ticket.slot
        let script = dispatch.turn.script
        mintTokens(slot: slot, script: script, request: dispatch.ticket.request)
        do throws(RequestRenderer.Refusal) {
            guard let values = values[slot] else { preconditionFailure("a slot that sends has a clone") }
            try renderer.render(dispatch.ticket.request, ofScript: script, values: values, into: &outgoing)
        } catch {
            return refuse(dispatch, error)
        }
        outgoing.closesConnection = dispatch.isLast
        countBound(script: script, request: dispatch.ticket.request)
        underWay[dispatch.ticket] = dispatch
        network.send(outgoing, for: dispatch.ticket, at: clock.now)
    }

    /// A request that does not go out is over at once, so that what waits for it goes on.
    private mutating func refuse(_ dispatch: CloneScheduler.Dispatch, _ refusal: RequestRenderer.Refusal) {
        let now = max(clock.now, dispatch.ready)
        switch refusal {
        case .unmapped: recorder.requestsSkipped(1, at: now)
        case .missingValue:
            let request = plan.scripts[dispatch.turn.script].requests[dispatch.ticket.request]
            hasFailed[dispatch.ticket.slot] = true
            recorder.record(
                RequestOutcome(
                    endpoint: request.endpoint, status: 0, fate: .missingBinding,
                    times: .unsent(scheduled: dispatch.scheduled, ready: dispatch.ready, at: now),
                    held: held(dispatch), wasSent: false))
        }
        scheduler.finished(dispatch.ticket, at: now)
    }

    private func held(_ dispatch: CloneScheduler.Dispatch) -> HeldCauses {
        let total = dispatch.ready.nanoseconds(since: dispatch.scheduled)
        let bySlot = min(total, dispatch.heldBySlotNanoseconds)
        return HeldCauses(orderNanoseconds: total - bySlot, slotNanoseconds: bySlot)
    }

    private mutating func mintTokens(slot: Int, script: Int, request: Int) {
        let script = plan.scripts[script]
        var now: Int64?
        for value in script.requests[request].neededValues {
            guard case .minted = script.values[value] else { continue }
            let seconds = now ?? Int64(time(nil))
            now = seconds
            let isFresh = values[slot]?[value] != nil
            if isFresh {
                guard let expiry = values[slot]?.expiry(of: value),
                    expiry - seconds <= ReplayWorker.mintMarginSeconds
                else { continue }
            }
            values[slot]?.mint(value, of: script, now: seconds)
            recorder.tokens(isFresh ? .refreshed : .minted, at: clock.now)
        }
    }

    private mutating func countBound(script: Int, request: Int) {
        let script = plan.scripts[script]
        var count = 0
        for value in script.requests[request].neededValues {
            if case .bound = script.values[value] { count += 1 }
        }
        if count > 0 { recorder.tokens(.bound, count: count, at: clock.now) }
    }

    private mutating func finish(_ result: TransferResult) {
        guard let dispatch = underWay.removeValue(forKey: result.ticket) else { return }
        let request = plan.scripts[dispatch.turn.script].requests[result.ticket.request]
        var fate = result.fate
        if fate == .answered, !options.expectation.accepts(result.status, recorded: request.expectedStatus) {
            fate = .unexpectedStatus
        }
        if [401, 403].contains(result.status), request.expectedStatus != result.status {
            recorder.tokens(.rejected, at: result.finished)
        }
        if result.fate == .answered {
            for source in request.sources {
                guard let found = source.value(head: result.head, body: result.body) else { continue }
                values[result.ticket.slot]?[source.value] = found
            }
        }
        if fate.isFailure { hasFailed[result.ticket.slot] = true }
        recorder.record(
            RequestOutcome(
                endpoint: request.endpoint, status: result.status, fate: fate,
                times: .raised(
                    scheduled: dispatch.scheduled, ready: dispatch.ready,
                    started: result.opened ? result.started : result.sent, sent: result.sent,
                    firstByte: result.firstByte, finished: result.finished),
                held: held(dispatch), requestBytes: result.requestBytes, responseBytes: result.responseBytes))
        scheduler.finished(result.ticket, at: result.finished)
    }
}
