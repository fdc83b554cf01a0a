internal import CLinux
internal import Glibc
public import Measurement
public import Plan
public import Threads
public import Traffic

/// A running replay: its workers, and the thread that collects their measurements.
public struct ReplayRun {
    private let plan: ReplayPlan
    private let options: ReplayOptions
    private let live: LiveCounts
    private let table: RequestTable

    /// Why a replay could not start, or was aborted.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// This process may not open as many files as the run needs.
        case tooFewDescriptors(needed: Int, allowed: Int)
        /// libcurl could not be set up.
        case transport(CurlError)
        /// TLS could not be set up as asked.
        case tls(TLSError)
        /// A system call failed.
        case system(SystemCallError)

        /// One line for the user.
        public var description: String {
            switch self {
            case .tooFewDescriptors(let needed, let allowed):
                "the run needs \(needed) open files, but only \(allowed) are allowed: "
                    + "raise the limit (ulimit -n \(needed)) or ask for fewer sessions"
            case .transport(let error): error.description
            case .tls(let error): error.description
            case .system(let error): error.description
            }
        }
    }

    /// What happened since the observer was last called.
    public struct Observation: Sendable {
        /// Windows that workers have closed since then.
        public var windows: [WorkerWindow]
        /// The examples of all workers, if those of any worker have changed.
        public var examples: [RequestExample]?
        /// Time since the first clone was due.
        public var elapsed: RunTime
    }

    /// What the observer of a run wants next.
    public enum Continuation: Sendable {
        case proceed
        /// Start nothing new, and finish what is in flight.
        case drain
        /// End immediately.
        case abandon
    }

    /// A replay of `plan` whose workers count in `live`. It sends nothing yet.
    public init(plan: ReplayPlan, options: ReplayOptions, live: LiveCounts) {
        self.live = live
        self.plan = plan
        self.options = options
        table = RequestTable(plan: plan, options: options)
    }

    /// Sends the plan; returns when every clone has ended and every worker is done.
    ///
    /// - Parameter observe: called about ten times per second on the calling thread.
    /// - Returns: notices for the user in addition to the run's figures.
    /// - Throws: ``Failure``, or the error of `observe`; nothing is in flight any more then.
    @discardableResult
    public func run(observe: (Observation) throws -> Continuation) throws -> [String] {
        let count = ReplayRun.workerCount(plan: plan, options: options)
        let mintTable = MintTable(plan: plan)
        var mintThreads: [NamedThread] = []
        let command =
            try mintTable.isEmpty
            ? nil : options.mintCommand.map { try MintCommand($0, timeout: options.mintTimeout) }
        var commandThreads: [NamedThread] = []
        let minter = mintTable.isEmpty ? nil : TokenMinter(command: command)
        defer {
            command?.stop()
            for thread in commandThreads { thread.join() }
            minter?.stop(threads: mintThreads.count)
            for thread in mintThreads { thread.join() }
        }
        var prepared: [MintAnswer] = []
        if let minter {
            commandThreads = try command?.start() ?? []
            mintThreads = try minter.start(ReplayRun.minterCount)
            prepared = try TokenPreparation(plan: plan, table: mintTable, minter: minter).perform {
                try observe(Observation(windows: [], examples: nil, elapsed: .zero)) == .proceed
            }
        }
        // Time to create threads and handles before the first clone is due.
        let clock = RunClock(startingIn: .milliseconds(50) + .microseconds(plan.slotCount))
        var mailboxes: [WorkerMailbox] = []
        var workers: [SendableWorker] = []
        let floods = (0..<count).map { _ in FloodGuard() }
        do {
            for index in 0..<count {
                let slots = Array(stride(from: index, to: plan.slotCount, by: count))
                let wake = try WakeSignal()
                let mailbox = WorkerMailbox(wake: wake)
                let minting = WorkerMinting(
                    table: mintTable, minter: minter, inbox: MintInbox(wake: wake),
                    made: prepared.filter { $0.slot % count == index })
                workers.append(
                    SendableWorker(
                        ReplayWorker(
                            plan: plan, table: table, planSlots: slots, options: options, number: index, workers: count,
                            clock: clock, mailbox: mailbox, live: live, minting: minting,
                            network: try transport(
                                slotCount: slots.count, clock: clock, wake: wake, floods: floods[index]))))
                mailboxes.append(mailbox)
            }
        } catch let error as CurlError {
            throw Failure.transport(error)
        } catch let error as TLSError {
            throw Failure.tls(error)
        } catch let error as SystemCallError {
            throw Failure.system(error)
        }
        try supervise(workers, mailboxes, floods, clock: clock, observe: observe)
        return [command?.warning].compactMap { $0 }
    }

    private func transport(
        slotCount: Int, clock: RunClock, wake: WakeSignal, floods: FloodGuard
    ) throws -> MixedTransport {
        let targets = options.targets.targets
        var curl: CurlTransport?
        if table.usesCurl {
            curl = try CurlTransport(
                targets: targets, slotCount: slotCount, clock: clock, bounds: bounds, floods: floods)
        }
        var wire = SocketBounds()
        wire.timeoutNs = options.timeout.wholeNanoseconds
        wire.connectTimeoutNs = options.connectTimeout.wholeNanoseconds
        wire.firstByteTimeoutNs = options.firstByteTimeout?.wholeNanoseconds
        wire.followsRecording = options.connections == .recorded
        wire.connectionsPerClone = options.connections == .recorded ? ConnectionRule.most : targets.count
        let hasTLS = targets.contains { $0.target.scheme == .https }
        return try MixedTransport(
            wire: SocketTransport(
                targets: targets, slotCount: slotCount, clock: clock, wake: wake, bounds: wire,
                tls: hasTLS ? TLSContext(tls) : nil),
            curl: curl)
    }

    private var tls: TLSOptions {
        TLSOptions(
            verifiesCertificates: options.verifiesCertificates, certificateAuthorities: options.certificateAuthorities,
            clientCertificate: options.clientCertificate, clientKey: options.clientKey)
    }

    private var bounds: CurlBounds {
        var bounds = CurlBounds()
        bounds.timeoutMs = Int(options.timeout.wholeMilliseconds)
        bounds.connectTimeoutMs = min(Int(options.connectTimeout.wholeMilliseconds), bounds.timeoutMs)
        bounds.firstByteTimeoutNs = options.firstByteTimeout?.wholeNanoseconds
        bounds.tls = tls
        if let proxy = options.proxy {
            bounds.proxy = ProxyOptions(resolved: proxy, tunnelsAll: options.keepsHost)
            bounds.slotsPerLane = 1
        }
        bounds.connectionsPerOwner = options.connections == .recorded ? ConnectionRule.most : 1
        return bounds
    }

    /// Threads that sign tokens: they have little to do once the run has started.
    private static var minterCount: Int { max(1, min(4, Int(reprise_available_processors()))) }

    /// The number of worker threads for a replay of `plan`.
    public static func workerCount(plan: ReplayPlan, options: ReplayOptions) -> Int {
        max(1, min(options.workers ?? Int(reprise_available_processors()), plan.slotCount))
    }

    /// Raises the limit on open files as far as this process may, and checks that it suffices.
    ///
    /// - Parameter connections: the most connections that the run has open at the same time.
    /// - Throws: ``Failure/tooFewDescriptors(needed:allowed:)``.
    public static func checkDescriptors(connections: Int) throws(Failure) {
        let allowed = DescriptorBudget.raise()
        let needed = connections + DescriptorBudget.overhead
        guard needed <= allowed else { throw .tooFewDescriptors(needed: needed, allowed: allowed) }
    }

    private func supervise(
        _ workers: [SendableWorker], _ mailboxes: [WorkerMailbox], _ floods: [FloodGuard], clock: RunClock,
        observe: (Observation) throws -> Continuation
    ) throws {
        var threads: [NamedThread] = []
        defer {
            for mailbox in mailboxes { mailbox.request(.abandon) }
            // A worker held inside libcurl by a flood does not see the request to end.
            while table.usesCurl, !mailboxes.prefix(threads.count).allSatisfy({ $0.isOver }) {
                usleep(20_000)
                for guarded in floods { guarded.look(at: RunClock.monotonicNs()) }
            }
            for thread in threads { thread.join() }
        }
        for (index, worker) in workers.enumerated() {
            do throws(SystemCallError) {
                threads.append(try NamedThread(name: "replay-\(index)") { worker.take()?.run() })
            } catch {
                throw Failure.system(error)
            }
        }
        let numbers = ExchangeNumberTable(options.exchangeNumbers)
        var examples = [[RequestExample]](repeating: [], count: mailboxes.count)
        // Often at first, so that a short run ends when it is over.
        var pauseMicroseconds: UInt32 = 1000
        while true {
            // This thread has nothing else to do, and no worker ever waits for it.
            usleep(pauseMicroseconds)
            pauseMicroseconds = min(100_000, 2 * pauseMicroseconds)
            if table.usesCurl {
                let now = RunClock.monotonicNs()
                for guarded in floods { guarded.look(at: now) }
            }
            let reports = mailboxes.map { $0.collect() }
            for report in reports {
                if let failure = report.failure { throw Failure.system(failure) }
            }
            for (index, report) in reports.enumerated() {
                if let kept = report.examples {
                    examples[index] = kept.map { RequestExample($0, of: plan, numbers: numbers) }
                }
            }
            let observation = Observation(
                windows: reports.flatMap(\.windows),
                examples: reports.contains { $0.examples != nil } ? examples.flatMap { $0 } : nil, elapsed: clock.now)
            switch try observe(observation) {
            case .proceed: break
            case .drain: for mailbox in mailboxes { mailbox.request(.drain) }
            case .abandon: for mailbox in mailboxes { mailbox.request(.abandon) }
            }
            if reports.allSatisfy(\.isDone) { return }
        }
    }
}

/// A worker being handed to its thread.
private typealias SendableWorker = Handover<ReplayWorker<MixedTransport, RunClock>>
