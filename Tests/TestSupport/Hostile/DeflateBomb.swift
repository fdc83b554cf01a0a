/// Zeros as deflate packs them best (RFC 1951): a match of 258 bytes for each 13 bits.
public enum DeflateBomb {
    /// A gzip file (RFC 1952) of about `bytes` bytes, which swells to some 158 times as many. Its checksum is wrong: a
    /// reader is to have given up before.
    public static func gzip(bytes: Int) -> [UInt8] {
        var writer = BitWriter()
        writer.bytes = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        // One last block of fixed codes.
        writer.put(1, count: 1)
        writer.put(1, count: 2)
        // The literal 0 is 00110000; codes go out from their highest bit.
        writer.put(0b0000_1100, count: 8)
        while writer.bytes.count < bytes - 16 {
            // Length 258 is code 285, 11000101; distance 1 is code 0.
            writer.put(0b1010_0011, count: 8)
            writer.put(0, count: 5)
        }
        // The end of the block, and of the last byte.
        writer.put(0, count: 7)
        writer.put(0, count: 7)
        return writer.bytes + [UInt8](repeating: 0, count: 8)
    }

    private struct BitWriter {
        var bytes: [UInt8] = []
        private var bits: UInt32 = 0
        private var filled = 0

        mutating func put(_ value: UInt32, count: Int) {
            bits |= value << UInt32(filled)
            filled += count
            while filled >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                filled -= 8
            }
        }
    }
}
