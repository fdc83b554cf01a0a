import Formats
public import Traffic

/// Writes a session log: exchanges are added to the open block, which is compressed and written when it is full or old
/// enough.
///
/// Used by one thread. Call ``finish()`` after errors too: an unfinished writer leaves the same as a crash, a log that
/// lacks its open block and is slower to open.
public struct SessionLogWriter: ~Copyable {
    /// How a log is written.
    public struct Options: Sendable {
        /// Whether a file of the same name is replaced.
        public var overwrites = false
        /// The compression level, 0…19: 3 and above are zstd's levels; 2 and 1 save time on bodies; 0 stores bodies
        /// uncompressed.
        public var level: Int32 = 3
        /// Bytes at which a block is closed, counting repeats once; at most 32 MiB.
        public var blockBytes = 4 << 20
        /// How long a block stays open at most, by the monotonic clock, checked with every batch.
        public var blockDuration = Duration.seconds(1)
        /// Whether every block is synced to the disk when it is closed (fdatasync(2)); for live captures.
        public var syncsBlocks = false
        /// Maximum bytes kept of a message's body, up to 64 MiB; the original size is always kept.
        public var maximumBodyBytes = 64 << 20
        /// Seals every block with this key; nil leaves the blocks readable for everyone who can read the file.
        public var key: LogKey?
        /// The number shared by all logs of one capture that continue the numbers of connections and sessions from file
        /// to file, as after a rotation; nil for a single log.
        public var series: UInt64?
        /// The log's number; random when nil.
        var logID: UInt64?

        /// The defaults.
        public init() {}
    }

    /// The counts of what was written so far.
    public struct Statistics: Hashable, Sendable {
        /// Exchanges in the blocks of the file.
        public var exchanges: UInt64 = 0
        /// Traffic blocks in the file.
        public var blocks: UInt64 = 0
        /// Bytes of those blocks' columns before compression.
        public var rawBytes: UInt64 = 0
        /// Bytes of the heads, bodies and trailers in those blocks, including repeats.
        public var messageBytes: UInt64 = 0
        /// Bytes of the file.
        public var storedBytes: UInt64 = 0
        /// Messages that were cut off: with a body above the limit or a head above 4 MiB.
        public var cutMessages: UInt64 = 0
        /// Exchanges that could not be written.
        public var lostExchanges: UInt64 = 0
    }

    /// The counts of what was written so far.
    public private(set) var statistics = Statistics()
    private let options: Options
    private let logID: UInt64
    private var file: LogFile
    private var encoder: BlockEncoder
    private var columns: BlockColumns
    private var index = IndexColumns()
    private var sequence: UInt64 = 0
    private var lastIndexOffset: UInt64 = 0
    private var earliest = Int64.max
    private var latest = Int64.min
    private var opened = ContinuousClock.now
    /// Why a part of the log is not in the file; such a log gets no end block.
    private var failure: SessionLogError?

    /// Creates a log at `path`, with mode 0600.
    ///
    /// - Throws: ``SessionLogError`` if the file exists and may not be overwritten, is being written by another
    ///   process, or cannot be created.
    public init(path: String, options: Options = Options()) throws(SessionLogError) {
        let logID = options.logID ?? UInt64.random(in: .min ... .max)
        var header = FileHeader(logID: logID, seriesID: options.series ?? logID)
        let encoder: BlockEncoder
        if let key = options.key {
            header.flags |= LogFormat.sealedFlag
            header.salt = Salt.random()
            header.keyCheck = key.check(logID: logID, salt: header.salt)
            encoder = try BlockEncoder(
                level: options.level, seal: BlockSeal(key, logID: logID, salt: header.salt))
        } else {
            encoder = try BlockEncoder(level: options.level)
        }
        var file = try LogFile(creating: path, overwrites: options.overwrites)
        try header.encoded.withRawBytes { bytes throws(SessionLogError) in try file.write(bytes) }
        if options.syncsBlocks { file.synchronizeFolder() }
        self.options = options
        self.logID = logID
        self.file = file
        self.encoder = encoder
        columns = BlockColumns(maximumBodyBytes: options.maximumBodyBytes)
        statistics.storedBytes = self.file.offset
    }

    /// Appends the contents of `batch`; its bytes are copied. Allocates nothing per exchange.
    ///
    /// - Throws: ``SessionLogError`` if a block that was due could not be written. The block's exchanges are then lost
    ///   and counted, everything before them is readable, and the writer remains usable.
    public mutating func append(_ batch: ExchangeBatch) throws(SessionLogError) {
        if columns.isEmpty { opened = ContinuousClock.now }
        for connection in batch.connections {
            columns.append(connection)
            try closeBlockIfFull()
        }
        for loss in batch.losses {
            columns.append(loss)
            try closeBlockIfFull()
        }
        for server in batch.opaqueServers {
            columns.append(server)
            try closeBlockIfFull()
        }
        try batch.bytes.withRawBytes { bytes throws(SessionLogError) in
            for record in batch.records {
                columns.append(record, bytes: bytes)
                try closeBlockIfFull()
            }
        }
        if !columns.isEmpty, ContinuousClock.now - opened >= options.blockDuration { try closeBlock() }
    }

    /// Writes the open block if it is not empty; for the one-second tick of a live capture, which also checks that the
    /// file still exists.
    ///
    /// - Throws: ``SessionLogError`` if the block could not be written, like ``append(_:)``, and
    ///   ``SessionLogError/fileChanged(path:change:)`` if the file was removed while blocks are synced to the
    /// disk.
    public mutating func closeBlock() throws(SessionLogError) {
        if options.syncsBlocks {
            do throws(SessionLogError) {
                try file.check()
            } catch {
                failure = failure ?? error
                throw error
            }
        }
        guard !columns.isEmpty else { return }
        var header = BlockHeader(kind: .traffic, logID: logID, sequence: sequence)
        header.count = UInt32(columns.exchangeCount)
        if columns.exchangeCount > 0 {
            header.earliest = columns.earliest
            header.latest = columns.latest
        }
        let sessions = columns.takeSessions()
        let offset = file.offset
        do {
            header = try encoder.encode(header, columns: columns.all)
            try file.write(encoder.bytes)
        } catch {
            statistics.lostExchanges += UInt64(columns.exchangeCount)
            failure = failure ?? error
            columns.removeAll()
            throw error
        }
        account(header, at: offset, sessions: sessions)
        columns.removeAll()
        opened = ContinuousClock.now
        if options.syncsBlocks { try file.synchronize() }
        if index.count == LogFormat.blocksPerIndex { try writeIndex() }
    }

    /// Writes the open block, the index and the end block, and waits until all of it is on the disk.
    ///
    /// A log that lacks something that was appended gets no end block: readers report it as unfinished.
    ///
    /// - Throws: ``SessionLogError``, also that of an earlier call that failed to write something; every block closed
    ///   before remains readable.
    public consuming func finish() throws(SessionLogError) {
        try closeBlock()
        if index.count > 0 { try writeIndex() }
        if let change = file.change, change != .movedAway { throw .fileChanged(path: file.path, change: change) }
        if let failure {
            try file.synchronize()
            throw failure
        }
        var end = BlockHeader(kind: .end, logID: logID, sequence: sequence)
        end.link = lastIndexOffset
        if statistics.exchanges > 0 {
            end.earliest = earliest
            end.latest = latest
        }
        _ = try encoder.encode(end, columns: [])
        try file.write(encoder.bytes)
        try file.synchronize()
        // A file that was only moved is complete, but not where it is expected.
        try file.check()
    }

    private mutating func closeBlockIfFull() throws(SessionLogError) {
        let target = min(max(options.blockBytes, 1), LogFormat.maximumBlockTarget)
        guard columns.memoryBytes >= target || columns.hasAllRows else { return }
        try closeBlock()
    }

    private mutating func account(_ header: BlockHeader, at offset: UInt64, sessions: [UInt32]) {
        sequence += 1
        index.append(BlockEntry(header, at: offset), sessions: sessions)
        statistics.blocks += 1
        statistics.exchanges += UInt64(header.count)
        statistics.rawBytes += UInt64(header.rawBytes)
        statistics.messageBytes += columns.messageBytes
        statistics.storedBytes = file.offset
        statistics.cutMessages += columns.cutMessages
        if header.count > 0 {
            earliest = min(earliest, header.earliest)
            latest = max(latest, header.latest)
        }
    }

    private mutating func writeIndex() throws(SessionLogError) {
        var header = BlockHeader(kind: .index, logID: logID, sequence: sequence)
        header.count = UInt32(index.count)
        header.link = lastIndexOffset
        let offset = file.offset
        _ = try index.withColumns { columns throws(SessionLogError) in try encoder.encode(header, columns: columns) }
        try file.write(encoder.bytes)
        index.removeAll()
        lastIndexOffset = offset
        sequence += 1
        statistics.storedBytes = file.offset
    }
}
