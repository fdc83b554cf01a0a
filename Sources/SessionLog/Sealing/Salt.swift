import Formats

/// 16 bytes.
struct Salt: Hashable {
    var low: UInt64
    var high: UInt64

    static let none = Salt(low: 0, high: 0)

    /// 16 bytes from the system's cryptographically secure generator.
    static func random() -> Salt { Salt(low: .random(in: .min ... .max), high: .random(in: .min ... .max)) }

    /// The bytes, least significant first.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(low)
        bytes.appendLittleEndian(high)
        return bytes
    }

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The first 16 of `bytes`, which must have at least 16.
    init(_ bytes: UnsafeRawBufferPointer) {
        low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
}
