public import Capture
public import SessionLog
import Traffic

/// Captures on an interface: one thread reads, the caller's thread parses, a third one compresses and writes.
public struct InterfaceCapture: ~Copyable {
    /// Size in bytes at which a batch is handed to the writer.
    private static let batchBytes = 1 << 20
    /// The longest time that exchanges wait for their batch to fill.
    private static let batchInterval = Duration.milliseconds(250)
    private static let pollInterval = Duration.milliseconds(100)

    private var assembler: TrafficAssembler
    private let writer: CaptureWriter
    private var filter: CountingFilter
    private var rotation: RotationClock

    /// A capture that has not read anything.
    ///
    /// - Parameters:
    ///   - writer: writes the exchanges.
    ///   - filter: selects the exchanges to keep.
    ///   - rotation: decides when a new log begins.
    public init(
        _ assembler: consuming TrafficAssembler, to writer: CaptureWriter, filter: ExchangeFilter,
        rotation: RotationClock
    ) {
        self.assembler = assembler
        self.writer = writer
        self.filter = CountingFilter(filter)
        self.rotation = rotation
    }

    /// The counts so far.
    public var totals: CaptureTotals { assembler.totals }
    /// Servers whose TLS could not be decrypted.
    public var opaqueServers: OpaqueServers { assembler.opaqueServers }
    /// The number of exchanges that the filter removed.
    public var leftOut: UInt64 { filter.leftOut }

    /// Parses and hands over what `reader` reads until the time is over, the logs are full, or `isStopped` returns
    /// true; then reads the packets that have already arrived, and writes everything.
    ///
    /// - Parameters:
    ///   - duration: how long to read; nil for no limit.
    ///   - interrupt: a descriptor that is readable when `isStopped` may have changed; -1 for none.
    ///   - observe: called with the progress, at most every quarter of a second.
    /// - Returns: the outcome of writing the logs.
    public mutating func run(
        _ reader: LiveReader, for duration: Duration?, interrupt: Int32, isStopped: () -> Bool,
        observe: (CaptureTotals, OpaqueServers) -> Void
    ) -> CaptureWriter.Outcome {
        let clock = ContinuousClock()
        let deadline = duration.map { clock.now + $0 }
        var nextHandover = clock.now + InterfaceCapture.batchInterval
        var isEnding = false
        while !reader.hasEnded, !writer.hasFailed {
            let hasRead = reader.read(
                into: &assembler, upTo: InterfaceCapture.pollInterval, or: isEnding ? -1 : interrupt)
            let now = clock.now
            if now >= nextHandover || assembler.batch.bytes.count >= InterfaceCapture.batchBytes {
                nextHandover = now + InterfaceCapture.batchInterval
                if !hasRead { assembler.tick(LiveCapture.now) }
                handOver()
                observe(assembler.totals, assembler.opaqueServers)
            }
            let isOver = deadline.map { now >= $0 } ?? false
            if !isEnding, isStopped() || isOver || rotation.isFull(writer.progress) {
                isEnding = true
                reader.stop()
            }
        }
        assembler.finish()
        _ = writer.submit(filter.passing(assembler.takeBatch()))
        return writer.finish()
    }

    private mutating func handOver() {
        let rotates = rotation.isRotationDue(
            writer.progress, at: assembler.latestTime, exchanges: assembler.totals.exchanges)
        let batch = filter.passing(assembler.takeBatch(leaving: writer.takeSpareBatch()))
        assembler.noteRefused(exchanges: writer.submit(batch, endsLog: rotates))
        if rotates { assembler.beginFile() }
    }

    /// The number of selected exchanges that are not in the logs.
    public func unwritten(_ outcome: CaptureWriter.Outcome) -> UInt64 {
        let wanted = assembler.totals.exchanges - min(assembler.totals.exchanges, filter.leftOut)
        return wanted - min(wanted, outcome.progress.exchanges)
    }
}
