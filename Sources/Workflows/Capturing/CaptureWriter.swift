public import SessionLog
import Synchronization
public import Threads
public import Traffic

/// Writes a live capture's logs on a second thread, so that compressing and syncing never delay the capture.
///
/// Batches wait in a bounded queue; if it is full they are refused and counted. One thread submits.
public final class CaptureWriter: Sendable {
    /// The outcome of writing the logs.
    public struct Outcome: Sendable {
        /// Why the log ended early, if it did.
        public var error: SessionLogError?
        /// The content of the logs.
        public var progress = LogSeries.Progress()
        /// The last log's path.
        public var lastPath = ""
        /// Notes for the user about what was redacted.
        public var notices: [String] = []
    }

    private let queue: BatchQueue
    private let thread: NamedThread

    /// Starts the thread.
    ///
    /// - Throws: an error if the thread cannot be started.
    public init(_ series: consuming LogSeries) throws(SystemCallError) {
        queue = BatchQueue(try WakeSignal())
        let job = Handover(WritingJob(series, queue))
        thread = try NamedThread(name: "write") { job.take()?.run() }
    }

    /// Whether writing the log has failed.
    public var hasFailed: Bool { queue.hasFailed }

    /// The progress of the logs.
    public var progress: LogSeries.Progress { queue.outcome.progress }

    /// Hands over a batch, without its exchanges if too much is already waiting. Never blocks for long.
    ///
    /// - Parameter endsLog: whether another log begins after the batch.
    /// - Returns: the number of exchanges refused.
    public func submit(_ batch: consuming ExchangeBatch, endsLog: Bool = false) -> Int { queue.submit(batch, endsLog) }

    /// An empty batch that reuses storage.
    public func takeSpareBatch() -> ExchangeBatch { queue.takeSpare() }

    /// Writes the waiting batches, closes the log and ends the thread.
    public func finish() -> Outcome {
        queue.end()
        thread.join()
        return queue.outcome
    }
}

/// The queue of batches between the two threads.
private final class BatchQueue: Sendable {
    /// The most bytes of messages that may wait.
    private static let maximumBytes = 256 << 20

    struct Item {
        var batch: ExchangeBatch
        var endsLog: Bool
    }

    private struct State {
        var waiting: [Item] = []
        var waitingBytes = 0
        var spares: [ExchangeBatch] = []
        var isEnding = false
        var outcome = CaptureWriter.Outcome()
    }

    private let state = Mutex(State())
    private let failed = Atomic<Bool>(false)
    /// Signalled when something was submitted.
    private let submitted: WakeSignal

    init(_ submitted: WakeSignal) { self.submitted = submitted }

    var hasFailed: Bool { failed.load(ordering: .acquiring) }
    var outcome: CaptureWriter.Outcome { state.withLock { $0.outcome } }

    func submit(_ batch: consuming ExchangeBatch, _ endsLog: Bool) -> Int {
        var batch = batch
        guard !batch.isEmpty || endsLog else { return 0 }
        let refused = state.withLock { state in
            guard state.outcome.error == nil else { return batch.records.count }
            var refused = 0
            if state.waitingBytes >= BatchQueue.maximumBytes {
                // Connections and losses are few, and later batches need them.
                refused = batch.records.count
                batch.records = []
                batch.bytes = []
            }
            state.waitingBytes += batch.bytes.count
            state.waiting.append(Item(batch: batch, endsLog: endsLog))
            return refused
        }
        submitted.wake()
        return refused
    }

    func takeSpare() -> ExchangeBatch { state.withLock { $0.spares.popLast() } ?? ExchangeBatch() }

    func end() {
        state.withLock { $0.isEnding = true }
        submitted.wake()
    }

    /// For the writing thread: the waiting items, and whether no more will come. Waits briefly if there are none.
    func take() -> (items: [Item], isEnding: Bool) {
        submitted.wait(milliseconds: 200)
        return state.withLock { state in
            let items = state.waiting
            state.waiting.removeAll(keepingCapacity: true)
            state.waitingBytes = 0
            return (items, state.isEnding)
        }
    }

    /// For the writing thread: reports the progress of the logs.
    func note(_ series: borrowing LogSeries) {
        let (progress, lastPath, notices) = (series.progress, series.lastPath, series.notices)
        state.withLock { state in
            state.outcome.progress = progress
            state.outcome.lastPath = lastPath
            state.outcome.notices = notices
        }
    }

    /// For the writing thread: returns a batch's storage for reuse.
    func giveSpare(_ batch: consuming ExchangeBatch) {
        let batch = batch
        state.withLock { state in
            if state.spares.count < 4, batch.bytes.capacity <= 8 << 20 { state.spares.append(batch) }
        }
    }

    /// For the writing thread: reports that nothing more can be written.
    func fail(_ error: SessionLogError) {
        state.withLock { state in
            if state.outcome.error == nil { state.outcome.error = error }
        }
        failed.store(true, ordering: .releasing)
    }
}

/// The work of the writing thread.
private final class WritingJob {
    /// How often the open block is closed: together with the wait of batches, an exchange is on disk within a second.
    private static let closeInterval = Duration.milliseconds(400)
    private var series: LogSeries
    private let queue: BatchQueue

    init(_ series: consuming LogSeries, _ queue: BatchQueue) {
        self.series = series
        self.queue = queue
    }

    func run() {
        let clock = ContinuousClock()
        var nextClose = clock.now + WritingJob.closeInterval
        var isEnding = false
        while !isEnding {
            let taken = queue.take()
            isEnding = taken.isEnding
            for item in taken.items {
                attempt { series throws(SessionLogError) in try series.append(item.batch) }
                if item.endsLog { attempt { series throws(SessionLogError) in try series.rotate() } }
                queue.giveSpare(item.batch)
            }
            if clock.now >= nextClose {
                nextClose = clock.now + WritingJob.closeInterval
                attempt { series throws(SessionLogError) in try series.closeBlock() }
            }
            queue.note(series)
        }
        do throws(SessionLogError) {
            try series.finish()
        } catch {
            queue.fail(error)
        }
        queue.note(series)
    }

    private func attempt(_ operation: (inout LogSeries) throws(SessionLogError) -> Void) {
        guard !queue.hasFailed else { return }
        do throws(SessionLogError) {
            try operation(&series)
        } catch {
            queue.fail(error)
        }
    }
}
