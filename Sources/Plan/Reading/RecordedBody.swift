import Traffic

/// The length and hash of a recorded response body as it crossed the wire, for comparison.
public struct RecordedBody: Hashable, Sendable {
    /// Its length in bytes.
    public let byteCount: UInt64
    /// The hash by ``BodyHash``; nil if the recording kept only the length.
    public let hash: UInt64?

    /// The body of `message`; nil when some of its bytes were lost.
    init?(_ message: Exchange.Message) {
        guard message.isComplete else { return nil }
        byteCount = message.bodyBytes
        guard UInt64(message.body.count) == message.bodyBytes else {
            hash = nil
            return
        }
        var hash = BodyHash()
        message.body.withUnsafeBytes { hash.add($0) }
        self.hash = hash.value
    }

    /// Whether a body with `byteCount` bytes and this hash is the same.
    public func matches(byteCount: UInt64, hash: UInt64) -> Bool {
        self.byteCount == byteCount && self.hash.map { $0 == hash } ?? true
    }
}

/// An incremental hash (FNV-1a over words of eight bytes). It detects differences, not forgeries.
public struct BodyHash: Hashable, Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325
    /// The bytes since the last whole word, lowest first, and their number.
    private var rest: UInt64 = 0
    private var restCount: UInt64 = 0

    /// The hash of no bytes.
    public init() {}

    /// The hash of the bytes added so far.
    public var value: UInt64 {
        var last = self
        last.mix(rest)
        last.mix(restCount)
        return last.state
    }

    /// Adds the next bytes.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while restCount > 0, index < bytes.count {
            add(bytes[index])
            index += 1
        }
        while bytes.count - index >= 8 {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        while index < bytes.count {
            add(bytes[index])
            index += 1
        }
    }

    private mutating func add(_ byte: UInt8) {
        rest |= UInt64(byte) << (restCount * 8)
        restCount += 1
        guard restCount == 8 else { return }
        mix(rest)
        (rest, restCount) = (0, 0)
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0x0000_0100_0000_01b3
        // A product carries only upwards: changes in the high bytes of a word would stay there.
        state ^= state >> 32
    }
}
