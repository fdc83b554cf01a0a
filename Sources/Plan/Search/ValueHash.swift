/// A hash that finds equal values in requests and responses (FNV-1a, 64 bits). Equal hashes are compared in full.
enum ValueHash {
    static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

    static func of(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = seed
        for index in range { mix(&hash, bytes[index]) }
        return hash
    }

    static func of(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { of($0, 0..<$0.count) }
    }

    static func mix(_ hash: inout UInt64, _ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

    static func mix(_ hash: inout UInt64, _ bytes: some Sequence<UInt8>) {
        for byte in bytes { mix(&hash, byte) }
    }
}
