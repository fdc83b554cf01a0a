/// The constants of the `.rlog` format, and every bound on what a reader believes. FORMAT.md describes the whole.
enum LogFormat {
    /// The version this program writes and reads.
    static let version: UInt16 = 2
    /// In a file header: every block is sealed. In a block header: this one is.
    static let sealedFlag: UInt16 = 1

    /// The first bytes of a log: not text, and changed by any transfer that rewrites line ends.
    static let fileMagic: [UInt8] = [0x89, 0x52, 0x4C, 0x4F, 0x47, 0x0D, 0x0A, 0x1A]
    /// The first bytes of a block, by which a reader finds its way again after damage.
    static let blockMagic: [UInt8] = [0xD7, 0x52, 0x4C, 0x42, 0x4C, 0x4B, 0x0A, 0xF1]
    static let fileHeaderBytes = 72
    static let blockHeaderBytes = 72
    static let columnEntryBytes = 14
    /// Connections and losses are rows of fixed size.
    static let connectionRowBytes = 40
    static let lossRowBytes = 72

    /// Most bytes of one message's body that are kept; more are cut, as by a policy.
    static let maximumBodyBytes = 64 << 20
    /// Most bytes of one head or trailer section that are kept; a longer one is cut and its message incomplete.
    static let maximumHeadBytes = 4 << 20
    /// Most raw bytes at which a writer may be asked to close a block.
    static let maximumBlockTarget = 32 << 20
    /// Most raw bytes in a block, and so the memory a reader needs for one: a full block and one largest exchange.
    static let maximumRawBytes = 256 << 20
    /// Most stored bytes of a block: what does not shrink is stored as it is.
    static let maximumStoredBytes =
        maximumRawBytes + ColumnDirectory.bytes(columns: maximumColumns) + BlockSeal.extraBytes
    /// Most columns in a block.
    static let maximumColumns = 64
    /// Most exchanges in a block, and so the records a reader makes of one.
    static let maximumExchanges = 1 << 20
    /// Most connections, seconds of losses and names of servers in a block, and so the rows a reader makes of one.
    static let maximumConnections = 1 << 20
    static let maximumLosses = 1 << 16
    static let maximumOpaqueServers = 1 << 12
    /// Most entries of an index block.
    static let maximumIndexEntries = 1 << 16
    /// Exchanges at which a writer closes a block.
    static let exchangesPerBlock = 1 << 15
    /// Most different lines, heads and trailer sections in a block, and so the places a reader keeps of them.
    static let maximumLines = 1 << 22
    static let maximumTexts = 1 << 22
    /// Storage of one buffer of the open block that is kept for the next one.
    static let keptBufferBytes = 16 << 20
    /// Blocks of exchanges an index block covers: bounds the writer's memory.
    static let blocksPerIndex = 1024
    /// How far from the start a reader looks for a block when the file header is unusable.
    static let maximumSearchBytes = 1 << 20
    /// Damages kept one by one; further ones are only counted.
    static let maximumDamages = 10_000
    /// Decoded blocks that a reader in time order keeps at once.
    static let orderedCacheBytes = 32 << 20
}
