/// The block cipher SEED (RFC 4269).
struct SEED: BlockDecryptor {
    static let blockBytes = 16

    /// Two keys for each round, the last round's first.
    private let keys: [(UInt32, UInt32)]

    /// - Precondition: `key` has 16 bytes.
    init(key: [UInt8]) {
        precondition(key.count == 16, "SEED takes keys of 16 bytes")
        var left = key[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var right = key[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var constant: UInt32 = 0x9e37_79b9
        var keys: [(UInt32, UInt32)] = []
        for round in 0..<16 {
            let (first, second) = (UInt32(truncatingIfNeeded: left >> 32), UInt32(truncatingIfNeeded: left))
            let (third, fourth) = (UInt32(truncatingIfNeeded: right >> 32), UInt32(truncatingIfNeeded: right))
            keys.append((SEED.mix(first &+ third &- constant), SEED.mix(second &- fourth &+ constant)))
            if round % 2 == 0 { left = left >> 8 | left << 56 } else { right = right << 8 | right >> 56 }
            constant = constant << 1 | constant >> 31
        }
        self.keys = keys.reversed()
    }

    func decrypt(_ block: UnsafeMutableBufferPointer<UInt8>) {
        var left = block[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var right = block[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        for key in keys { (left, right) = (right, left ^ SEED.round(right, key)) }
        for index in 0..<8 {
            block[index] = UInt8(truncatingIfNeeded: right >> UInt64(56 - 8 * index))
            block[8 + index] = UInt8(truncatingIfNeeded: left >> UInt64(56 - 8 * index))
        }
    }

    private static func round(_ half: UInt64, _ key: (UInt32, UInt32)) -> UInt64 {
        let high = UInt32(truncatingIfNeeded: half >> 32) ^ key.0
        let first = mix(UInt32(truncatingIfNeeded: half) ^ key.1 ^ high)
        let second = mix(high &+ first)
        let third = mix(first &+ second)
        return UInt64(second &+ third) << 32 | UInt64(third)
    }

    /// The function G.
    private static func mix(_ input: UInt32) -> UInt32 {
        let masks: [UInt8] = [0xfc, 0xf3, 0xcf, 0x3f]
        var output: UInt32 = 0
        for byte in 0..<4 {
            let index = Int(input >> UInt32(8 * byte) & 0xff)
            let substitute = byte % 2 == 0 ? evenTable[index] : oddTable[index]
            for target in 0..<4 {
                output ^= UInt32(substitute & masks[(byte + target) % 4]) << UInt32(8 * target)
            }
        }
        return output
    }

    /// The S-boxes: a power in GF(2^8), the images of its bits added up, and a constant.
    private static let evenTable = table([0x2c, 0xd0, 0x69, 0xc2, 0x41, 0x44, 0x58, 0xe2], adding: 0xa9)
    private static let oddTable = table([0xd0, 0xb7, 0x2a, 0x93, 0xe1, 0x6a, 0x2c, 0xa8], adding: 0x38)

    private static func table(_ images: [UInt8], adding constant: UInt8) -> [UInt8] {
        (0..<256).map { input in
            var power: UInt8 = 1
            for _ in 0..<247 { power = product(power, UInt8(input)) }
            return images.enumerated().reduce(constant) { sum, image in
                power >> UInt8(image.offset) & 1 == 0 ? sum : sum ^ image.element
            }
        }
    }

    /// Multiplication modulo x^8 + x^6 + x^5 + x + 1.
    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (sum, shifted, rest) = (UInt8(0), left, right)
        while rest != 0 {
            if rest & 1 != 0 { sum ^= shifted }
            shifted = shifted & 0x80 == 0 ? shifted << 1 : shifted << 1 ^ 0x63
            rest >>= 1
        }
        return sum
    }
}
