import Glibc
import SessionLog
import Synchronization
import Traffic

/// Writes a live capture's logs on a thread of its own, so that compressing and syncing never keep the capture from its packets.
///
/// Batches wait in a bounded queue; when it is full they are refused and counted. One thread submits.
final class CaptureWriter: Sendable {
    /// What became of the log.
    struct Outcome {
        /// Why the log ended early, if it did.
        var error: SessionLogError?
        /// What is in the logs.
        var progress = LogSeries.Progress()
        /// The last log's path.
        var lastPath = ""
    }

    private let queue: BatchQueue
    private let thread: pthread_t

    /// Starts the thread.
    init(_ series: consuming LogSeries) throws {
        let queue = try BatchQueue()
        let job = Unmanaged.passRetained(WritingJob(series, queue))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<WritingJob>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, job.toOpaque())
        guard code == 0 else {
            job.release()
            throw CommandFailure("cannot start a thread: \(String(cString: strerror(code)))")
        }
        self.queue = queue
        self.thread = thread
    }

    /// Whether the log could not be written on.
    var hasFailed: Bool { queue.hasFailed }

    /// How far the logs have come.
    var progress: LogSeries.Progress { queue.outcome.progress }

    /// Hands a batch over, or all of it but its exchanges when too much waits already. Never blocks for long.
    ///
    /// - Parameter endsLog: whether another log begins after it.
    /// - Returns: the number of exchanges refused.
    func submit(_ batch: consuming ExchangeBatch, endsLog: Bool = false) -> Int { queue.submit(batch, endsLog) }

    /// An empty batch whose storage was used before.
    func takeSpareBatch() -> ExchangeBatch { queue.takeSpare() }

    /// Writes what waits, closes the log and ends the thread.
    func finish() -> Outcome {
        queue.end()
        pthread_join(thread, nil)
        return queue.outcome
    }
}

/// The batches that wait to be written, between the two threads.
private final class BatchQueue: Sendable {
    /// Bytes of messages that may wait.
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
    /// A pipe with a byte in it when something was submitted.
    private let bell: (readEnd: Int32, writeEnd: Int32)

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CommandFailure("pipe: \(String(cString: strerror(errno)))") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        bell = (ends[0], ends[1])
    }

    deinit {
        close(bell.readEnd)
        close(bell.writeEnd)
    }

    var hasFailed: Bool { failed.load(ordering: .acquiring) }
    var outcome: CaptureWriter.Outcome { state.withLock { $0.outcome } }

    func submit(_ batch: consuming ExchangeBatch, _ endsLog: Bool) -> Int {
        var batch = batch
        guard !batch.isEmpty || endsLog else { return 0 }
        let refused = state.withLock { state in
            guard state.outcome.error == nil else { return batch.records.count }
            var refused = 0
            if state.waitingBytes >= BatchQueue.maximumBytes {
                // Connections and losses are few, and what comes later needs them.
                refused = batch.records.count
                batch.records = []
                batch.bytes = []
            }
            state.waitingBytes += batch.bytes.count
            state.waiting.append(Item(batch: batch, endsLog: endsLog))
            return refused
        }
        ring()
        return refused
    }

    func takeSpare() -> ExchangeBatch { state.withLock { $0.spares.popLast() } ?? ExchangeBatch() }

    func end() {
        state.withLock { $0.isEnding = true }
        ring()
    }

    /// For the writing thread: what waits, and whether no more will come. Waits a little when there is nothing.
    func take() -> (items: [Item], isEnding: Bool) {
        var bellPoll = pollfd(fd: bell.readEnd, events: Int16(POLLIN), revents: 0)
        _ = poll(&bellPoll, 1, 200)
        var rings = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        _ = read(bell.readEnd, &rings, MemoryLayout.size(ofValue: rings))
        return state.withLock { state in
            let items = state.waiting
            state.waiting.removeAll(keepingCapacity: true)
            state.waitingBytes = 0
            return (items, state.isEnding)
        }
    }

    /// For the writing thread: how far the logs have come.
    func note(_ progress: LogSeries.Progress, lastPath: String) {
        state.withLock { state in
            state.outcome.progress = progress
            state.outcome.lastPath = lastPath
        }
    }

    /// For the writing thread: gives a batch's storage back to be used again.
    func giveSpare(_ batch: consuming ExchangeBatch) {
        let batch = batch
        state.withLock { state in
            if state.spares.count < 4, batch.bytes.capacity <= 8 << 20 { state.spares.append(batch) }
        }
    }

    /// For the writing thread: nothing more can be written.
    func fail(_ error: SessionLogError) {
        state.withLock { state in
            if state.outcome.error == nil { state.outcome.error = error }
        }
        failed.store(true, ordering: .releasing)
    }

    private func ring() {
        var ring: UInt8 = 1
        _ = write(bell.writeEnd, &ring, 1)
    }
}

/// What the writing thread does.
private final class WritingJob {
    /// How often the open block is closed: with what batches wait before, an exchange is on the disk within a second.
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
            queue.note(series.progress, lastPath: series.lastPath)
        }
        do throws(SessionLogError) {
            try series.finish()
        } catch {
            queue.fail(error)
        }
        queue.note(series.progress, lastPath: series.lastPath)
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
