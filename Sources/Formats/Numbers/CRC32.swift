import CZlib

/// CRC-32 as in zlib, gzip, PNG and IEEE 802.3 (polynomial 0x04C11DB7, reflected).
public enum CRC32 {
    /// The checksum of `bytes`.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum: uLong = 0
        var rest = bytes
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            sum = crc32(sum, part.assumingMemoryBound(to: UInt8.self).baseAddress, uInt(part.count))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
        }
        return UInt32(truncatingIfNeeded: sum)
    }

    /// The checksum of two concatenated parts, from the checksum of each; corresponds to `crc32_combine`.
    public static func of(_ first: UInt32, followedBy second: UInt32, ofBytes count: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_combine(uLong(first), uLong(second), Int(count)))
    }
}
