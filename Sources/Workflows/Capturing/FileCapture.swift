public import Capture
public import SessionLog
import Traffic

/// Captures from files: reads packets and writes logs on one thread, as fast as possible.
public struct FileCapture: ~Copyable {
    /// Why reading ended.
    public enum Ending: Hashable, Sendable {
        /// The files were read to their ends, or as far as possible.
        case endOfFiles
        /// The observer requested it.
        case interrupted
        /// The logs have reached their size limit.
        case full
        /// The packet filter failed.
        case filterFailed
    }

    /// Size in bytes at which a batch is handed to the log.
    private static let batchBytes = 512 << 10

    private var assembler: TrafficAssembler
    private var series: LogSeries
    private var filter: CountingFilter
    private var rotation: RotationClock

    /// A capture that has not read anything.
    ///
    /// - Parameters:
    ///   - series: the logs that exchanges are written to.
    ///   - filter: selects the exchanges to keep.
    ///   - rotation: decides when a new log begins.
    public init(
        _ assembler: consuming TrafficAssembler, into series: consuming LogSeries, filter: ExchangeFilter,
        rotation: RotationClock
    ) {
        self.assembler = assembler
        self.series = series
        self.filter = CountingFilter(filter)
        self.rotation = rotation
    }

    /// The counts so far.
    public var totals: CaptureTotals { assembler.totals }
    /// Servers whose TLS could not be decrypted.
    public var opaqueServers: OpaqueServers { assembler.opaqueServers }
    /// The number of exchanges that the filter removed.
    public var leftOut: UInt64 { filter.leftOut }
    /// Why packets could not be filtered; nil if they can.
    public var filterFailure: PcapError? { assembler.filterFailure }
    /// The path of the first log.
    public var firstPath: String { series.firstPath }
    /// The path of the last log.
    public var lastPath: String { series.lastPath }
    /// Notes for the user about what was redacted.
    public var notices: [String] { series.notices }

    /// Reads `files`, ends open connections and closes the logs.
    ///
    /// - Parameter observe: called after each batch with the progress; false ends the reading.
    /// - Throws: an error if the logs cannot be written; they are closed nevertheless.
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
