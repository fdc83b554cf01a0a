/// The nine bytes that begin every HTTP/2 frame (RFC 9113 section 4.1).
public struct HTTP2FrameHeader: Hashable, Sendable {
    /// Its size on the wire.
    public static let byteCount = 9

    /// The frame types of RFC 9113 section 6.
    public enum Kind: UInt8, Sendable {
        case data = 0
        case headers = 1
        case priority = 2
        case reset = 3
        case settings = 4
        case pushPromise = 5
        case ping = 6
        case goAway = 7
        case windowUpdate = 8
        case continuation = 9
    }

    /// Bytes that follow the header.
    public var payloadBytes: UInt32
    /// The type as sent; see ``kind``.
    public var type: UInt8
    /// The flags as sent; their meaning depends on the type.
    public var flags: UInt8
    /// The stream it belongs to; 0 is the connection itself.
    public var stream: UInt32
    /// The reserved bit before the stream identifier: senders leave it unset, receivers ignore it.
    var hasReservedBit: Bool

    /// Creates an empty header.
    init() { self.init(high: 0, low: 0) }

    /// Creates a header from its first eight bytes in `high` and its last in `low`, most significant byte first.
    init(high: UInt64, low: UInt8) {
        payloadBytes = UInt32(truncatingIfNeeded: high >> 40)
        type = UInt8(truncatingIfNeeded: high >> 32)
        flags = UInt8(truncatingIfNeeded: high >> 24)
        let number = UInt32(truncatingIfNeeded: high) << 8 | UInt32(low)
        stream = number & 0x7fff_ffff
        hasReservedBit = number != stream
    }

    /// Reads the header at `offset` of `bytes`; nil if it is incomplete.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, offset <= bytes.count - HTTP2FrameHeader.byteCount else { return nil }
        let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        self.init(high: high, low: bytes[offset + 8])
    }

    /// The type; nil for a type not in RFC 9113, whose frames must be ignored.
    public var kind: Kind? { Kind(rawValue: type) }

    /// Whether it ends the sender's side of the stream (END_STREAM).
    public var endsStream: Bool { flags & 0x1 != 0 && (kind == .data || kind == .headers) }

    /// Whether it carries part of a header block.
    public var hasBlock: Bool { kind == .headers || kind == .pushPromise || kind == .continuation }

    /// Whether the header block ends with it (END_HEADERS).
    public var endsBlock: Bool { flags & 0x4 != 0 && hasBlock }

    /// Whether it is padded (PADDED).
    var isPadded: Bool { flags & 0x8 != 0 && (kind == .data || kind == .headers || kind == .pushPromise) }

    /// Bytes between the pad length and the content: a priority or a promised stream identifier.
    var prefixBytes: UInt32 {
        switch kind {
        case .headers: flags & 0x20 != 0 ? 5 : 0
        case .pushPromise: 4
        default: 0
        }
    }

    /// Whether length and stream are valid for the type (RFC 9113 section 6). A frame of unknown type is always
    /// possible.
    var isPossible: Bool {
        guard let kind else { return true }
        let least = (isPadded ? 1 : 0) + prefixBytes
        return switch kind {
        case .data, .headers, .pushPromise, .continuation: stream != 0 && payloadBytes >= least
        case .priority: stream != 0 && payloadBytes == 5
        case .reset: stream != 0 && payloadBytes == 4
        case .settings: stream == 0 && payloadBytes % 6 == 0
        case .ping: stream == 0 && payloadBytes == 8
        case .goAway: stream == 0 && payloadBytes >= 8
        case .windowUpdate: payloadBytes == 4
        }
    }

    /// Whether bytes at an unknown position look like a header: possible, with a known type, only flags of that type,
    /// and not longer than `largest`.
    func isLikely(largest: UInt32) -> Bool {
        guard let kind, isPossible, !hasReservedBit, payloadBytes <= largest else { return false }
        let known: UInt8 =
            switch kind {
            case .data: 0x09
            case .headers: 0x2d
            case .pushPromise: 0x0c
            case .continuation: 0x04
            case .settings, .ping: 0x01
            case .priority, .reset, .goAway, .windowUpdate: 0
            }
        return flags & ~known == 0
    }
}
