/// A part of a log that cannot be read, and its cost.
public struct LogDamage: Hashable, Sendable {
    /// The kinds of damage.
    public enum Kind: String, Sendable {
        /// The file header is damaged; blocks were found nevertheless.
        case fileHeader = "file header damaged"
        /// No valid block header where one must be; the reader continued at the next one found.
        case blockHeader = "block header damaged"
        /// A block's bytes do not match their checksum.
        case checksum = "block checksum does not match"
        /// A block's checksum is valid but its content is not.
        case malformed = "block content malformed"
        /// A block's checksum is valid but its seal does not match the key: another key, or a forgery.
        case seal = "block seal does not match"
        /// Blocks are missing, although the bytes on both sides are intact.
        case missingBlocks = "blocks missing"
        /// Bytes are missing from the previous block, so that its size reaches into this one.
        case shortened = "bytes missing before this block"
        /// A repeated block, which is skipped, or a late one, which is read.
        case repeatedBlock = "block out of order"
        /// The file ends inside a block.
        case cutOff = "file ends inside a block"
        /// The index at the end disagrees with the blocks.
        case index = "index damaged"
        /// Bytes after the end of the log.
        case trailing = "bytes after the end of the log"
    }

    /// The kind of damage.
    public var kind: Kind
    /// The affected bytes of the file.
    public var bytes: Range<UInt64>
    /// Exchanges lost with it; nil if unknown.
    public var lostExchanges: UInt64?

    /// Damage to `bytes` of a file.
    public init(kind: Kind, bytes: Range<UInt64>, lostExchanges: UInt64? = nil) {
        self.kind = kind
        self.bytes = bytes
        self.lostExchanges = lostExchanges
    }
}

extension LogDamage: CustomStringConvertible {
    /// `bytes 72-300: block checksum does not match, 12 exchanges lost`.
    public var description: String {
        let place = bytes.isEmpty ? "byte \(bytes.lowerBound)" : "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)"
        let cost = lostExchanges.map { $0 > 0 ? ", \($0) exchanges lost" : "" } ?? ""
        return "\(place): \(kind.rawValue)\(cost)"
    }
}

/// The damages found while reading a log, bounded in number.
public struct LogDamages: Hashable, Sendable {
    /// The first 10,000 damages.
    public private(set) var first: [LogDamage] = []
    /// The total number of damages.
    public private(set) var count = 0
    /// Exchanges known to be lost.
    public private(set) var lostExchanges: UInt64 = 0

    /// No damage.
    public init() {}

    /// Whether nothing was damaged.
    public var isEmpty: Bool { count == 0 }

    mutating func add(_ damage: LogDamage) {
        count += 1
        lostExchanges &+= damage.lostExchanges ?? 0
        if first.count < LogFormat.maximumDamages { first.append(damage) }
    }
}
