/// The constants of the `.rlog` format, and the limits that a reader enforces. FORMAT.md describes the format.
enum LogFormat {
    /// The version this program writes and reads.
    static let version: UInt16 = 2
    /// In a file header: every block is sealed. In a block header: this block is sealed.
    static let sealedFlag: UInt16 = 1

    /// The first bytes of a log: not text, and changed by any transfer that rewrites line ends.
    static let fileMagic: [UInt8] = [0x89, 0x52, 0x4C, 0x4F, 0x47, 0x0D, 0x0A, 0x1A]
    /// The first bytes of a block, with which a reader resynchronises after damage.
    static let blockMagic: [UInt8] = [0xD7, 0x52, 0x4C, 0x42, 0x4C, 0x4B, 0x0A, 0xF1]
    static let fileHeaderBytes = 72
    static let blockHeaderBytes = 72
    static let columnEntryBytes = 14
    /// Connections and losses are rows of fixed size.
    static let connectionRowBytes = 40
    static let lossRowBytes = 72

    /// Maximum bytes of a message's body; the rest is cut off, as by a policy.
    static let maximumBodyBytes = 64 << 20
    /// Maximum bytes of a head or trailer section; a longer one is cut off and its message incomplete.
    static let maximumHeadBytes = 4 << 20
    /// Maximum block size that a writer can be configured with, in raw bytes.
    static let maximumBlockTarget = 32 << 20
    /// Maximum raw bytes of a block, and so the memory a reader needs for it: a full block and one exchange of maximum
    /// size.
    static let maximumRawBytes = 256 << 20
    /// Maximum stored bytes of a block: incompressible columns are stored unchanged.
    static let maximumStoredBytes =
        maximumRawBytes + ColumnDirectory.bytes(columns: maximumColumns) + BlockSeal.extraBytes
    /// Maximum columns of a block.
    static let maximumColumns = 64
    /// Maximum exchanges of a block, which bounds the records that a reader creates for it.
    static let maximumExchanges = 1 << 20
    /// Maximum connections, and maximum seconds of losses and names of servers, of a block, which bound the rows that a
    /// reader creates for it.
    static let maximumConnections = 1 << 20
    static let maximumLosses = 1 << 16
    static let maximumOpaqueServers = 1 << 12
    /// Maximum entries of an index block.
    static let maximumIndexEntries = 1 << 16
    /// Exchanges at which a writer closes a block.
    static let exchangesPerBlock = 1 << 15
    /// Maximum distinct lines, and distinct heads and trailer sections, of a block, which bound the ranges that a
    /// reader keeps.
    static let maximumLines = 1 << 22
    static let maximumTexts = 1 << 22
    /// Maximum storage of one buffer of the open block that is kept for the next block.
    static let keptBufferBytes = 16 << 20
    /// Traffic blocks per index block, which bounds the writer's memory.
    static let blocksPerIndex = 1024
    /// How far from the start a reader searches for a block if the file header is unusable.
    static let maximumSearchBytes = 1 << 20
    /// Damages kept individually; further ones are only counted.
    static let maximumDamages = 10_000
    /// Bytes of decoded blocks that a reader in time order keeps at once.
    static let orderedCacheBytes = 32 << 20
}
