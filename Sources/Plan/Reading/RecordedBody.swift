import Traffic

/// What a recorded response's body is compared by: its length and a hash of its bytes, as they crossed the wire.
public struct RecordedBody: Hashable, Sendable {
    /// Its length in bytes.
    public let byteCount: UInt64
    /// By ``BodyHash``; nil where the recording kept only the length.
    public let hash: UInt64?

    /// The body of `message`; nil when bytes of it were lost.
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

    /// Whether a body of `byteCount` bytes with this hash is the same.
    public func matches(byteCount: UInt64, hash: UInt64) -> Bool {
        self.byteCount == byteCount && self.hash.map { $0 == hash } ?? true
    }
}

/// A hash of bytes that come in pieces (FNV-1a over words of eight bytes). It tells differences, not forgeries.
public struct BodyHash: Hashable, Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325
    /// The bytes since the last whole word, the first one lowest, and how many.
    private var rest: UInt64 = 0
    private var restCount: UInt64 = 0

    /// The hash of nothing.
    public init() {}

    /// The hash of what was added.
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
        // A product carries upwards only: what is in the high bytes of a word would stay there.
        state ^= state >> 32
    }
}
