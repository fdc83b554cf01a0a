/// The block cipher IDEA (Lai, "On the Design and Security of Block Ciphers", 1992).
///
/// The only TLS cipher that libcrypto's providers lack on many systems. It only decrypts recordings, so it does not
/// have to run in constant time.
struct IDEA {
    private static let blockBytes = 8

    /// The 52 decryption subkeys.
    private let keys: [UInt16]

    /// - Precondition: `key` has 16 bytes.
    init(key: [UInt8]) {
        precondition(key.count == 16, "IDEA takes keys of 16 bytes")
        var bits = key.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        var forward: [UInt16] = []
        while forward.count < 52 {
            forward += (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
            bits = bits << 25 | bits >> 103
        }
        var keys: [UInt16] = []
        for round in 0...8 {
            let first = 48 - 6 * round
            // The middle keys are swapped except in the outermost rounds.
            let isOuter = round == 0 || round == 8
            keys.append(IDEA.inverse(forward[first]))
            keys.append(0 &- forward[first + (isOuter ? 1 : 2)])
            keys.append(0 &- forward[first + (isOuter ? 2 : 1)])
            keys.append(IDEA.inverse(forward[first + 3]))
            if round < 8 { keys += forward[(first - 2)..<first] }
        }
        self.keys = keys
    }

    /// Decrypts whole blocks in cipher block chaining (NIST SP 800-38A section 6.2).
    ///
    /// - Parameter vector: one block.
    func decrypt(_ ciphertext: ArraySlice<UInt8>, vector: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(ciphertext.count)
        var previous = vector[...]
        var rest = ciphertext
        while rest.count >= IDEA.blockBytes {
            let block = rest.prefix(IDEA.blockBytes)
            plain.append(contentsOf: zip(decrypted(block), previous).map { $0 ^ $1 })
            previous = block
            rest = rest.dropFirst(IDEA.blockBytes)
        }
        return plain
    }

    private func decrypted(_ block: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = Array(block)
        var words = (0..<4).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        for round in 0..<8 {
            let key = round * 6
            words = transformed(words, key)
            let first = IDEA.product(words[0] ^ words[2], keys[key + 4])
            let second = IDEA.product(first &+ (words[1] ^ words[3]), keys[key + 5])
            let sum = first &+ second
            words = [words[0] ^ second, words[2] ^ second, words[1] ^ sum, words[3] ^ sum]
        }
        return transformed([words[0], words[2], words[1], words[3]], 48).flatMap {
            [UInt8($0 >> 8), UInt8($0 & 0xff)]
        }
    }

    private func transformed(_ words: [UInt16], _ key: Int) -> [UInt16] {
        [
            IDEA.product(words[0], keys[key]), words[1] &+ keys[key + 1], words[2] &+ keys[key + 2],
            IDEA.product(words[3], keys[key + 3]),
        ]
    }

    /// Multiplication modulo 2^16 + 1, where 0 represents 2^16.
    private static func product(_ left: UInt16, _ right: UInt16) -> UInt16 {
        let (first, second) = (left == 0 ? 65536 : UInt64(left), right == 0 ? 65536 : UInt64(right))
        return UInt16(truncatingIfNeeded: first * second % 65537)
    }

    private static func inverse(_ value: UInt16) -> UInt16 {
        // Fermat: the inverse is the power 2^16 − 1.
        var (result, power) = (UInt16(1), value)
        for _ in 0..<16 {
            result = product(result, power)
            power = product(power, power)
        }
        return result
    }
}
