import Synchronization
import Threads
import Traffic

/// Reads an interface on a separate thread, so that packets never wait in the kernel for parsing.
///
/// All methods are called on one thread, the parsing thread.
public final class LiveReader {
    private let queue: PacketQueue
    private let outcome: ReadingOutcome
    private let linkType: LinkType
    private let thread: NamedThread

    /// Starts to read.
    ///
    /// - Parameter queueBytes: bytes of packets that may wait to be parsed, in addition to the kernel's buffer.
    /// - Throws: if this process cannot open more files or start more threads.
    public init(_ capture: consuming LiveCapture, queueBytes: Int) throws(PcapError) {
        let interface = capture.interface
        linkType = capture.linkType
        outcome = ReadingOutcome()
        do throws(SystemCallError) {
            queue = try PacketQueue(maximumBytes: queueBytes)
            let job = Handover(ReadingJob(capture, queue, outcome))
            thread = try NamedThread(name: "read") { job.take()?.run() }
        } catch {
            throw .failed(interface: interface, reason: error.description)
        }
    }

    deinit {
        outcome.abandon()
        thread.join()
    }

    /// Passes the next packets to `assembler`.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for packets.
    ///   - other: a descriptor that ends the wait when it is readable; -1 for none.
    /// - Returns: false if none arrived.
    public func read(
        into assembler: inout TrafficAssembler, upTo patience: Duration, or other: Int32 = -1
    ) -> Bool {
        guard let chunk = queue.take(upTo: patience, or: other) else { return false }
        chunk.process(&assembler, linkType: linkType)
        queue.giveBack(chunk)
        return true
    }

    /// Requests the end of reading. Packets on the wire by now are still read.
    public func stop() { outcome.requestEnd() }

    /// Whether reading has ended, on request or by a failure, and everything was passed on.
    public var hasEnded: Bool { queue.hasEnded }

    /// Why reading failed; nil if it did not.
    public var failure: PcapError? { outcome.failure }
}

/// The state that the two threads share in addition to packets.
private final class ReadingOutcome: Sendable {
    private let isEndRequested = Atomic<Bool>(false)
    private let isAbandonedFlag = Atomic<Bool>(false)
    private let error = Mutex<PcapError?>(nil)

    var mustEnd: Bool { isEndRequested.load(ordering: .acquiring) }
    /// Whether packets are no longer taken.
    var isAbandoned: Bool { isAbandonedFlag.load(ordering: .acquiring) }
    func abandon() { isAbandonedFlag.store(true, ordering: .releasing) }
    func requestEnd() { isEndRequested.store(true, ordering: .releasing) }
    var failure: PcapError? { error.withLock { $0 } }
    func fail(_ error: PcapError) { self.error.withLock { $0 = error } }
}

/// The work of the reading thread.
private final class ReadingJob {
    /// How often drop counts are read, and how soon an end is noticed.
    private static let interval = Duration.milliseconds(100)
    private let capture: LiveCapture
    private let queue: PacketQueue
    private let outcome: ReadingOutcome
    private var drops = LiveCapture.Statistics()
    private var nextStatistics = ContinuousClock.now

    init(_ capture: consuming LiveCapture, _ queue: PacketQueue, _ outcome: ReadingOutcome) {
        self.capture = capture
        self.queue = queue
        self.outcome = outcome
    }

    func run() {
        do throws(PcapError) {
            try read()
        } catch {
            outcome.fail(error)
        }
        queue.end()
    }

    private func read() throws(PcapError) {
        var end: CaptureTime?
        while !outcome.isAbandoned {
            // Packets in the kernel at the time of the request were on the wire before it.
            if end == nil, outcome.mustEnd { end = LiveCapture.now }
            guard let chunk = queue.spare(upTo: ReadingJob.interval) else { continue }
            var count = 1
            while count > 0, chunk.usedBytes < PacketChunk.fullBytes {
                count = try capture.read(into: chunk)
            }
            if end != nil || ContinuousClock.now >= nextStatistics { try noteDrops(chunk) }
            let isFull = chunk.usedBytes >= PacketChunk.fullBytes
            let latest = CaptureTime(nanoseconds: chunk.latest)
            if chunk.isEmpty { queue.giveBack(chunk) } else { queue.submit(chunk) }
            if let end, !isFull || latest > end { return }
            if !isFull { capture.wait(upTo: ReadingJob.interval) }
        }
    }

    private func noteDrops(_ chunk: PacketChunk) throws(PcapError) {
        nextStatistics = ContinuousClock.now + ReadingJob.interval
        let now = try capture.statistics()
        // libpcap counts in 32 bits.
        let kernel =
            UInt32(truncatingIfNeeded: now.dropped) &- UInt32(truncatingIfNeeded: drops.dropped)
        let interface =
            UInt32(truncatingIfNeeded: now.droppedByInterface)
            &- UInt32(truncatingIfNeeded: drops.droppedByInterface)
        chunk.kernelDrops += UInt64(kernel)
        chunk.interfaceDrops += UInt64(interface)
        drops = now
    }
}
