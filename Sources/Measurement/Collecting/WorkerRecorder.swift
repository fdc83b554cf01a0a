import Formats
public import Traffic

/// Records the requests of one worker thread, which alone accesses it, so that no lock is needed.
///
/// A record is 24 bytes appended to the open window. The owner takes closed windows about once per second and hands
/// them to the thread of the `RunCollector`, which does the counting: a worker never stops to sum up. Memory is bounded
/// by `pendingLimit` records; beyond it requests are still counted, but without times, and the run reports how many.
public struct WorkerRecorder: ~Copyable, Sendable {
    /// The most records kept until the owner takes them: 24 MiB, ten seconds of 100,000 requests/s.
    public static let pendingLimit = 1 << 20
    /// The most token times kept per window: half a MiB.
    static let tokenTimesLimit = 1 << 17
    /// The most endpoints with their own figures; the rest share `(other)`.
    public static let endpointLimit = 256
    /// Length of a window in nanoseconds.
    public static let windowNs = Nanoseconds.perSecond

    private let endpointCount: Int
    private let live: LiveCounts
    private let stretches: RunStretches?
    private var current = WorkerWindow(index: 0, capacity: 1024)
    private var closed: [WorkerWindow] = []
    private var closedRecords = 0
    /// Failures since windows were last taken.
    private var failures = FailureTable()
    private var sessions = 0
    private var connections = 0

    /// A recorder with an empty open window.
    ///
    /// - Parameters:
    ///   - endpointCount: the number of the plan's endpoints.
    ///   - live: the counts all workers of the run share.
    ///   - stretches: groups requests in addition to their endpoints; nil for no grouping.
    public init(endpointCount: Int, live: LiveCounts, stretches: RunStretches? = nil) {
        self.stretches = stretches
        self.endpointCount = endpointCount
        self.live = live
    }

    /// Records a request in the window in which it finished; prelude requests are kept separate.
    ///
    /// - Parameters:
    ///   - cause: why it failed, if more is known than its fate.
    ///   - exchange: the number of the recorded exchange, if it failed and the number is known.
    public mutating func record(_ outcome: RequestOutcome, cause: FailureCause? = nil, exchange: UInt64? = nil) {
        guard !outcome.isPrelude else { return recordPrelude(outcome) }
        precondition(outcome.endpoint >= 0 && outcome.endpoint < endpointCount, "an endpoint of the plan")
        if outcome.fate.isFailure {
            let finished = outcome.times.finished.nanoseconds
            failures.add(
                FailureTable.Key(
                    endpoint: outcome.endpoint, expectedStatus: outcome.expectedStatus, status: outcome.status,
                    fate: outcome.fate, cause: cause),
                FailureTable.Count(count: 1, firstNs: finished, lastNs: finished, exchange: exchange))
        }
        let endpoint = UInt16(min(outcome.endpoint, WorkerRecorder.endpointLimit))
        let tag = stretches?.tag(ofNs: outcome.times.scheduled.nanoseconds, part: outcome.part) ?? 0
        let hasRoom = closedRecords + current.samples.count < WorkerRecorder.pendingLimit
        update(at: outcome.times.finished) { window in
            window.lastFinishNs = max(window.lastFinishNs, outcome.times.finished.nanoseconds)
            window.counts.byFate[Int(outcome.fate.rawValue)] &+= 1
            window.counts.requestBytes &+= UInt64(outcome.requestBytes)
            window.counts.responseBytes &+= UInt64(outcome.responseBytes)
            window.counts.held += outcome.held
            if outcome.isDelayedByGenerator { window.counts.requestsDelayedByGenerator += 1 }
            if hasRoom {
                window.samples.append(RequestSample(outcome, endpoint: endpoint, tag: tag))
            } else {
                window.counts.unsampledRequests &+= 1
            }
        }
    }

    private mutating func recordPrelude(_ outcome: RequestOutcome) {
        let hasRoom = closedRecords + current.samples.count < WorkerRecorder.pendingLimit
        update(at: outcome.times.finished) { window in
            guard outcome.fate != .cut else { return }
            window.counts.preludeRequests += 1
            if outcome.fate.isFailure { window.counts.preludeFailures += 1 }
            guard outcome.wasSent, hasRoom else { return }
            window.preludes.append(TimeBuckets.index(ofNs: outcome.times[.service]))
        }
    }

    /// Records the start of a clone.
    public mutating func sessionStarted(at time: RunTime) {
        live.sessionStarted()
        update(at: time) { $0.counts.sessionsStarted += 1 }
        sessions += 1
    }

    /// Records the end of a clone; `givenUp` of its requests were never sent.
    public mutating func sessionEnded(_ end: SessionEnd, givenUp: Int = 0, at time: RunTime) {
        precondition(sessions > 0, "a session ends once, after it started")
        live.sessionEnded()
        update(at: time) { window in
            window.counts.requestsGivenUp += UInt64(givenUp)
            switch end {
            case .completed: window.counts.sessionsCompleted += 1
            case .failed: window.counts.sessionsFailed += 1
            case .cut: window.counts.sessionsCut += 1
            case .behind: window.counts.sessionsBehind += 1
            }
        }
        sessions -= 1
    }

    /// Records an opened connection to a target.
    public mutating func connectionOpened(at time: RunTime) {
        live.connectionOpened()
        update(at: time) { $0.counts.connectionsOpened += 1 }
        connections += 1
    }

    /// Records a closed connection to a target.
    public mutating func connectionClosed(at time: RunTime) {
        precondition(connections > 0, "a connection closes once, after it opened")
        live.connectionClosed()
        update(at: time) { $0.counts.connectionsClosed += 1 }
        connections -= 1
    }

    /// Records an event of `count` tokens.
    public mutating func tokens(_ event: TokenEvent, count: Int = 1, at time: RunTime) {
        update(at: time) { window in
            switch event {
            case .minted: window.counts.tokensMinted += UInt64(count)
            case .bound: window.counts.tokensBound += UInt64(count)
            case .refreshed: window.counts.tokensRefreshed += UInt64(count)
            case .rejected: window.counts.tokensRejected += UInt64(count)
            case .failed: window.counts.tokensFailed += UInt64(count)
            }
        }
    }

    /// Records the end at `time` of a request that was sent out of order to renew tokens.
    ///
    /// - Parameter serviceNs: finished − sent; nil when it was not sent.
    public mutating func renewal(isFailure: Bool, serviceNs: Int64?, at time: RunTime) {
        let hasRoom = closedRecords + current.samples.count < WorkerRecorder.pendingLimit
        update(at: time) { window in
            window.counts.renewalRequests += 1
            if isFailure { window.counts.renewalFailures += 1 }
            guard let serviceNs, hasRoom else { return }
            window.renewals.append(TimeBuckets.index(ofNs: serviceNs))
        }
    }

    /// Records that a login was successfully replayed to renew tokens.
    public mutating func loginReplayed(at time: RunTime) { update(at: time) { $0.counts.renewalLogins += 1 } }

    /// Records that a request was sent again with a fresh token.
    public mutating func requestResent(at time: RunTime) { update(at: time) { $0.counts.requestsResent += 1 } }

    /// Records that a token was made.
    ///
    /// - Parameters:
    ///   - event: ``TokenEvent/minted`` or ``TokenEvent/refreshed``.
    ///   - nanoseconds: the time it took to make.
    public mutating func tokenMade(_ event: TokenEvent, nanoseconds: Int64, at time: RunTime) {
        tokens(event, at: time)
        update(at: time) { window in
            guard window.minting.count < WorkerRecorder.tokenTimesLimit else { return }
            window.minting.append(TimeBuckets.index(ofNs: nanoseconds))
        }
    }

    /// Records how long an otherwise ready request waited for a token made for it; 0 when the token was available.
    public mutating func tokenAwaited(nanoseconds: Int64, at time: RunTime) {
        update(at: time) { window in
            guard window.tokenWaits.count < WorkerRecorder.tokenTimesLimit else { return }
            window.tokenWaits.append(TimeBuckets.index(ofNs: nanoseconds))
        }
    }

    /// Records that the worker stalled from `start` until `end` although something was due. The stall is counted once,
    /// in the window in which it began; its time is divided over the windows that it spans, or the last of them if
    /// there are very many.
    public mutating func generatorStalled(from start: RunTime, until end: RunTime) {
        let (first, last) = (max(start.nanoseconds, 0), max(end.nanoseconds, 0))
        guard last > first else { return }
        let length = WorkerRecorder.windowNs
        var from = max(first, last - Int64(WorkerRecorder.stallWindows) * length)
        update(at: RunTime(nanoseconds: from)) { $0.counts.generatorStalls += 1 }
        while from < last {
            let until = min(last, (from / length + 1) * length)
            update(at: RunTime(nanoseconds: from)) {
                $0.counts.generatorStallNs.add(saturating: UInt64(until - from))
            }
            from = until
        }
    }

    /// The most windows over which one stall is counted.
    private static let stallWindows = 100

    /// Records a clone's first response of a kind, or that it ended without one.
    public mutating func firstResponse(_ first: FirstResponse, at time: RunTime) {
        update(at: time) { window in
            guard window.firsts.count < WorkerRecorder.tokenTimesLimit else { return }
            window.firsts.append(first)
        }
    }

    /// Records requests that were left out because their host has no target.
    public mutating func requestsSkipped(_ count: Int, at time: RunTime) {
        update(at: time) { $0.counts.requestsSkipped += UInt64(count) }
    }

    /// The windows that ended by `now` and were not taken yet, one for every second even if nothing happened in it.
    ///
    /// Requests that finish in a window already taken are delivered later in a supplement with the same index.
    public mutating func takeClosedWindows(before now: RunTime) -> [WorkerWindow] {
        let index = WorkerRecorder.window(of: now)
        if index > current.index { roll(to: index) }
        defer {
            closed = []
            closedRecords = 0
        }
        handOverFailures()
        return closed
    }

    /// All remaining windows, including the open one. Nothing is recorded afterwards.
    public consuming func finish() -> [WorkerWindow] {
        current.isLast = true
        roll(to: current.index + 1)
        handOverFailures()
        return closed
    }

    /// Attaches the failures to the last window being taken, if there is one.
    private mutating func handOverFailures() {
        guard !closed.isEmpty, !failures.isEmpty else { return }
        closed[closed.count - 1].failures = failures
        failures = FailureTable()
    }

    private static func window(of time: RunTime) -> Int { Int(max(time.nanoseconds, 0) / windowNs) }

    @inline(__always)
    private mutating func update(at time: RunTime, _ body: (inout WorkerWindow) -> Void) {
        let index = WorkerRecorder.window(of: time)
        if index > current.index { roll(to: index) }
        if index == current.index {
            body(&current)
        } else {
            updateClosed(index, body)
        }
    }

    private mutating func updateClosed(_ index: Int, _ body: (inout WorkerWindow) -> Void) {
        let place: Int
        if let found = closed.lastIndex(where: { $0.index == index }) {
            place = found
        } else {
            closed.append(WorkerWindow(index: index))
            place = closed.count - 1
        }
        let before = closed[place].samples.count
        body(&closed[place])
        closedRecords += closed[place].samples.count - before
    }

    private mutating func roll(to index: Int) {
        let capacity = max(1024, current.samples.count + current.samples.count / 4)
        while current.index < index {
            current.concurrentSessions = sessions
            current.openConnections = connections
            closedRecords += current.samples.count
            closed.append(current)
            let next = current.index + 1
            current = WorkerWindow(index: next, capacity: next == index ? capacity : 0)
        }
    }
}
