import Glibc
import SessionLog
import Synchronization
import Traffic

/// Writes a live capture's log on a thread of its own, so that compressing and syncing never keep the capture from its packets.
///
/// Batches wait in a bounded queue; when it is full they are refused and counted. One thread submits.
final class CaptureWriter: Sendable {
    /// What became of the log.
    struct Outcome {
        /// Why the log ended early, if it did.
        var error: SessionLogError?
        /// Exchanges that are in the log.
        var writtenExchanges: UInt64 = 0
    }

    private let queue: BatchQueue
    private let thread: pthread_t

    /// Creates the log and starts the thread.
    init(path: String, options: SessionLogWriter.Options) throws {
        let writer = try SessionLogWriter(path: path, options: options)
        let queue = try BatchQueue()
        let job = Unmanaged.passRetained(WritingJob(writer, queue))
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

    /// Hands a batch over, or counts its exchanges as refused when too much waits already. Never blocks for long.
    ///
    /// - Returns: the number of exchanges refused.
    func submit(_ batch: consuming ExchangeBatch) -> Int { queue.submit(batch) }

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

    private struct State {
        var waiting: [ExchangeBatch] = []
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

    func submit(_ batch: consuming ExchangeBatch) -> Int {
        let batch = batch
        guard !batch.isEmpty else { return 0 }
        let isTaken = state.withLock { state in
            guard state.outcome.error == nil, state.waitingBytes < BatchQueue.maximumBytes else { return false }
            state.waitingBytes += batch.bytes.count
            state.waiting.append(batch)
            return true
        }
        ring()
        return isTaken ? 0 : batch.records.count
    }

    func takeSpare() -> ExchangeBatch { state.withLock { $0.spares.popLast() } ?? ExchangeBatch() }

    func end() {
        state.withLock { $0.isEnding = true }
        ring()
    }

    /// For the writing thread: what waits, and whether no more will come. Waits a little when there is nothing.
    func take() -> (batches: [ExchangeBatch], isEnding: Bool) {
        var bellPoll = pollfd(fd: bell.readEnd, events: Int16(POLLIN), revents: 0)
        _ = poll(&bellPoll, 1, 200)
        var rings = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        _ = read(bell.readEnd, &rings, MemoryLayout.size(ofValue: rings))
        return state.withLock { state in
            let batches = state.waiting
            state.waiting.removeAll(keepingCapacity: true)
            state.waitingBytes = 0
            return (batches, state.isEnding)
        }
    }

    /// For the writing thread: how many exchanges are in the log.
    func note(written: UInt64) { state.withLock { $0.outcome.writtenExchanges = written } }

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
    private var writer: SessionLogWriter?
    private let queue: BatchQueue

    init(_ writer: consuming SessionLogWriter, _ queue: BatchQueue) {
        self.writer = consume writer
        self.queue = queue
    }

    func run() {
        let clock = ContinuousClock()
        var nextClose = clock.now + .seconds(1)
        var isEnding = false
        while !isEnding {
            let taken = queue.take()
            isEnding = taken.isEnding
            for batch in taken.batches {
                attempt { writer throws(SessionLogError) in try writer.append(batch) }
                queue.giveSpare(batch)
            }
            if clock.now >= nextClose {
                nextClose = clock.now + .seconds(1)
                attempt { writer throws(SessionLogError) in try writer.closeBlock() }
            }
        }
        attempt { writer throws(SessionLogError) in try writer.closeBlock() }
        guard let writer = writer.take() else { return }
        queue.note(written: writer.statistics.exchanges)
        do throws(SessionLogError) {
            try writer.finish()
        } catch {
            queue.fail(error)
        }
    }

    private func attempt(_ operation: (inout SessionLogWriter) throws(SessionLogError) -> Void) {
        guard !queue.hasFailed, var writer = writer.take() else { return }
        do throws(SessionLogError) {
            try operation(&writer)
        } catch {
            queue.fail(error)
        }
        self.writer = consume writer
    }
}
