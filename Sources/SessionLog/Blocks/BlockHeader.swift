import Formats

/// The 72 bytes before a block's payload.
struct BlockHeader: Hashable {
    /// The contents of a block.
    enum Kind: UInt8 {
        /// Exchanges, connections and losses in columns.
        case traffic = 1
        /// The positions, times and sessions of traffic blocks.
        case index = 2
        /// The end of a log that was closed cleanly; no payload.
        case end = 3
    }

    var kind: Kind
    /// Whether the payload is sealed; see ``BlockSeal``.
    var isSealed = false
    var logID: UInt64
    /// Bytes of the payload in the file.
    var storedBytes: UInt32 = 0
    /// Bytes of the payload's columns after decompression.
    var rawBytes: UInt32 = 0
    /// Exchanges in the block; in an index, entries.
    var count: UInt32 = 0
    /// Number of the block in its log, from 0, counting all kinds.
    var sequence: UInt64
    /// When the first of its exchanges began, nanoseconds since the Unix epoch.
    var earliest: Int64 = 0
    /// When the last of its exchanges ended.
    var latest: Int64 = 0
    /// In an index and the end block: byte offset of the previous index block, 0 for none.
    var link: UInt64 = 0
    var payloadChecksum: UInt32 = 0

    /// Writes the header into the first 72 bytes of `bytes`.
    func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes.copyBytes(from: LogFormat.blockMagic)
        func store(_ value: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: value.littleEndian) {
                UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]).copyMemory(from: $0)
            }
        }
        store(logID, at: 8)
        store(UInt16(kind.rawValue), at: 16)
        store(isSealed ? LogFormat.sealedFlag : 0, at: 18)
        store(storedBytes, at: 20)
        store(rawBytes, at: 24)
        store(count, at: 28)
        store(sequence, at: 32)
        store(earliest, at: 40)
        store(latest, at: 48)
        store(link, at: 56)
        store(payloadChecksum, at: 64)
        store(CRC32.of(UnsafeRawBufferPointer(rebasing: bytes[..<68])), at: 68)
    }

    /// The header in the first 72 bytes of `bytes`.
    ///
    /// - Returns: nil unless magic, checksum and limits are valid and, if given, the log number is `logID`.
    static func read(_ bytes: UnsafeRawBufferPointer, logID: UInt64?) -> BlockHeader? {
        guard bytes.count >= LogFormat.blockHeaderBytes, bytes.prefix(8).elementsEqual(LogFormat.blockMagic) else {
            return nil
        }
        func load<Integer: FixedWidthInteger>(_ offset: Int, _ type: Integer.Type) -> Integer {
            Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        guard load(68, UInt32.self) == CRC32.of(UnsafeRawBufferPointer(rebasing: bytes[..<68])),
            let kind = UInt8(exactly: load(16, UInt16.self)).flatMap(Kind.init(rawValue:))
        else { return nil }
        let flags = load(18, UInt16.self)
        let header = BlockHeader(
            kind: kind, isSealed: flags & LogFormat.sealedFlag != 0, logID: load(8, UInt64.self),
            storedBytes: load(20, UInt32.self),
            rawBytes: load(24, UInt32.self), count: load(28, UInt32.self), sequence: load(32, UInt64.self),
            earliest: load(40, Int64.self), latest: load(48, Int64.self), link: load(56, UInt64.self),
            payloadChecksum: load(64, UInt32.self))
        guard header.storedBytes <= LogFormat.maximumStoredBytes, header.rawBytes <= LogFormat.maximumRawBytes,
            flags & ~LogFormat.sealedFlag == 0, logID == nil || logID == header.logID
        else { return nil }
        return header
    }
}
