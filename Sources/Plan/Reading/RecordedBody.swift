import Traffic

/// What a recorded response's body is compared by: its length and a hash of its bytes, as they crossed the wire.
public struct RecordedBody: Hashable, Sendable {
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

/// A hash of bytes that come in pieces (FNV-1a, 64 bits). It tells differences, not forgeries.
public struct BodyHash: Hashable, Sendable {
    /// The hash of what was added.
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash of nothing.
    public init() {}

    /// Adds the next bytes.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
}
