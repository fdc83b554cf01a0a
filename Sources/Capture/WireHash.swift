/// Hashes of bytes from the wire: multiply and fold, eight bytes at a time, as in wyhash. With a random seed, nobody
/// can craft bytes with equal hashes.
enum WireHash {
    /// The hash of `bytes`.
    static func of(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* 0xa076_1d64_78bd_642f
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            hash = fold(hash ^ word, 0xe703_7ed1_a0b4_28db) &+ 0x8ebc_6af0_9c88_c6e3
            offset += 8
        }
        hash = fold(hash ^ rest(of: bytes, from: offset), 0xe703_7ed1_a0b4_28db ^ seed)
        return fold(hash, 0x5899_65cc_7537_4cc3)
    }

    /// Two independent hashes of `bytes` in one pass.
    static func pair(of bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> (low: UInt64, high: UInt64) {
        var low = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* 0xa076_1d64_78bd_642f
        var high = seed.byteSwapped ^ 0x9e37_79b9_7f4a_7c15
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            low = fold(low ^ word, 0xe703_7ed1_a0b4_28db) &+ 0x8ebc_6af0_9c88_c6e3
            high = fold(high ^ word, 0x5899_65cc_7537_4cc3) &+ 0x1d8e_4e27_c47d_124f
            offset += 8
        }
        let word = rest(of: bytes, from: offset)
        low = fold(low ^ word, 0xe703_7ed1_a0b4_28db ^ seed)
        high = fold(high ^ word, 0x5899_65cc_7537_4cc3 ^ seed)
        return (fold(low, 0x5899_65cc_7537_4cc3), fold(high, 0xe703_7ed1_a0b4_28db))
    }

    /// The last bytes, fewer than eight, as a number.
    @inline(__always)
    private static func rest(of bytes: UnsafeRawBufferPointer, from offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in offset..<bytes.count { word = word << 8 | UInt64(bytes[index]) }
        return word
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
