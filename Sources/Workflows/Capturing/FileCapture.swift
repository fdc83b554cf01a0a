public import Capture
public import SessionLog
import Traffic

/// Capturing from files: packets in, logs out, on one thread, as fast as it goes.
public struct FileCapture: ~Copyable {
    /// Why no more was read.
    public enum Ending: Hashable, Sendable {
        /// The files were read to their ends, or as far as they can be.
        case endOfFiles
        /// The observer asked for it.
        case interrupted
        /// The logs have the size that they may have.
        case full
        /// The packet filter failed.
        case filterFailed
    }

    /// Exchanges are handed to the log at this size in bytes.
    private static let batchBytes = 512 << 10

    private var assembler: TrafficAssembler
    private var series: LogSeries
    private var filter: CountingFilter
    private var rotation: RotationClock

    /// A capture that has read nothing.
    ///
    /// - Parameters:
    ///   - series: where exchanges go.
    ///   - filter: which of them are kept.
    ///   - rotation: when a log is followed by another.
    public init(
        _ assembler: consuming TrafficAssembler, into series: consuming LogSeries, filter: ExchangeFilter,
        rotation: RotationClock
    ) {
        self.assembler = assembler
        self.series = series
        self.filter = CountingFilter(filter)
        self.rotation = rotation
    }

    /// What was seen so far.
    public var totals: CaptureTotals { assembler.totals }
    /// Servers whose TLS could not be opened.
    public var opaqueServers: OpaqueServers { assembler.opaqueServers }
    /// Exchanges that the filter took out.
    public var leftOut: UInt64 { filter.leftOut }
    /// Why packets could not be filtered; nil while they can.
    public var filterFailure: PcapError? { assembler.filterFailure }
    /// The path of the first log.
    public var firstPath: String { series.firstPath }
    /// The path of the last log.
    public var lastPath: String { series.lastPath }
    /// What a person should know about what was redacted.
    public var notices: [String] { series.notices }

    /// Reads `files`, ends what is open and closes the logs.
    ///
    /// - Parameter observe: told after each batch how far it is; false ends the reading.
    /// - Throws: what keeps the logs from being written; they are closed all the same.
    public mutating func run(
        _ files: CaptureFiles, observe: (CaptureTotals, OpaqueServers) -> Bool
    ) throws(SessionLogError) -> Ending {
        let ending: Ending
        do throws(SessionLogError) {
            ending = try copy(files, observe)
            assembler.finish()
            try series.append(filter.passing(assembler.takeBatch()))
        } catch {
            try? series.finish()
            throw error
        }
        try series.finish()
        return ending
    }

    private mutating func copy(
        _ files: CaptureFiles, _ observe: (CaptureTotals, OpaqueServers) -> Bool
    ) throws(SessionLogError) -> Ending {
        while true {
            if assembler.filterFailure != nil { return .filterFailed }
            if rotation.isFull(series.progress) { return .full }
            let hasMore = assembler.read(
                files, untilBatchBytes: FileCapture.batchBytes, until: rotation.nextBoundary)
            if filter.isOpen {
                try series.append(assembler.batch)
                assembler.emptyBatch()
            } else {
                try series.append(filter.passing(assembler.takeBatch()))
            }
            guard hasMore else { return .endOfFiles }
            let isDue = rotation.isRotationDue(
                series.progress, at: assembler.latestTime, exchanges: assembler.totals.exchanges)
            if isDue {
                try series.rotate()
                assembler.beginFile()
            }
            guard observe(assembler.totals, assembler.opaqueServers) else { return .interrupted }
        }
    }
}
