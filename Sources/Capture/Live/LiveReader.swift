import Synchronization
import Threads
import Traffic

/// Reads an interface on its own thread, so that parsing never keeps packets waiting in the kernel.
///
/// One thread, the parsing one, calls its methods.
public final class LiveReader {
    private let queue: PacketQueue
    private let outcome: ReadingOutcome
    private let linkType: LinkType
    private let thread: NamedThread

    /// Begins to read.
    ///
    /// - Parameter queueBytes: bytes of packets that may wait to be parsed, beside the kernel's own buffer.
    /// - Throws: when this process may not open more files or start more threads.
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

    /// Hands the packets that come next to `assembler`.
    ///
    /// - Parameters:
    ///   - patience: how long they are waited for.
    ///   - other: a descriptor that ends the waiting when it is readable; -1 for none.
    /// - Returns: false when none came.
    public func read(
        into assembler: inout TrafficAssembler, upTo patience: Duration, or other: Int32 = -1
    ) -> Bool {
        guard let chunk = queue.take(upTo: patience, or: other) else { return false }
        chunk.process(&assembler, linkType: linkType)
        queue.giveBack(chunk)
        return true
    }

    /// Asks the reading to end with what is on the wire now; that is still to be read.
    public func stop() { outcome.requestEnd() }

    /// Whether the reading has ended, as asked or because it failed, and everything was handed over.
    public var hasEnded: Bool { queue.hasEnded }

    /// Why the reading ended unasked; nil when it did not.
    public var failure: PcapError? { outcome.failure }
}

/// What the two threads tell each other beside packets.
private final class ReadingOutcome: Sendable {
    private let isEndRequested = Atomic<Bool>(false)
    private let isAbandonedFlag = Atomic<Bool>(false)
    private let error = Mutex<PcapError?>(nil)

    var mustEnd: Bool { isEndRequested.load(ordering: .acquiring) }
    /// No one takes packets any more.
    var isAbandoned: Bool { isAbandonedFlag.load(ordering: .acquiring) }
    func abandon() { isAbandonedFlag.store(true, ordering: .releasing) }
    func requestEnd() { isEndRequested.store(true, ordering: .releasing) }
    var failure: PcapError? { error.withLock { $0 } }
    func fail(_ error: PcapError) { self.error.withLock { $0 = error } }
}

/// What the reading thread does.
private final class ReadingJob {
    /// How often drops are asked for, and how soon an end is noticed.
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
            // What the kernel holds when the end is asked for was on the wire before it.
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
