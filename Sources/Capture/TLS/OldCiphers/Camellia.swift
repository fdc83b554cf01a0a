/// The block cipher Camellia (RFC 3713) with keys of 128 or 256 bits.
struct Camellia: BlockDecryptor {
    static let blockBytes = 16

    /// Keys of the rounds, of the layers between them and of the ends, in the order in which decryption uses them.
    private let rounds: [UInt64]
    private let layers: [UInt64]
    private let ends: [UInt64]

    /// - Precondition: `key` has 16 or 32 bytes.
    init(key: [UInt8]) {
        precondition(key.count == 16 || key.count == 32, "Camellia takes keys of 16 or 32 bytes here")
        let left = key.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        let right = key.dropFirst(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        let mixed = Camellia.mix(Camellia.mix(left ^ right, 0) ^ left, 2)
        let schedule: [(UInt128, Int)]
        if key.count == 16 {
            // The ninth and tenth keys come from two rotations.
            let low = UInt128(UInt64.max)
            let middle = Camellia.rotate(mixed, 45) & ~low | Camellia.rotate(left, 60) & low
            schedule = [
                (mixed, 0), (left, 15), (mixed, 15), (left, 45), (middle, 0), (mixed, 60), (left, 94), (mixed, 94),
                (left, 111),
            ]
            layers = Camellia.halves([(mixed, 30), (left, 77)]).reversed()
            ends = Camellia.halves([(mixed, 111), (left, 0)])
        } else {
            let last = Camellia.mix(mixed ^ right, 4)
            schedule = [
                (last, 0), (right, 15), (mixed, 15), (last, 30), (left, 45), (mixed, 45), (right, 60), (last, 60),
                (left, 77), (right, 94), (mixed, 94), (left, 111),
            ]
            layers = Camellia.halves([(right, 30), (left, 60), (mixed, 77)]).reversed()
            ends = Camellia.halves([(last, 111), (left, 0)])
        }
        rounds = Camellia.halves(schedule).reversed()
    }

    func decrypt(_ block: UnsafeMutableBufferPointer<UInt8>) {
        var left = block[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ^ ends[0]
        var right = block[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ^ ends[1]
        for index in 0..<rounds.count {
            if index > 0, index % 6 == 0 {
                left = Camellia.layer(left, layers[index / 3 - 2])
                right = Camellia.inverseLayer(right, layers[index / 3 - 1])
            }
            if index % 2 == 0 {
                right ^= Camellia.round(left, rounds[index])
            } else {
                left ^= Camellia.round(right, rounds[index])
            }
        }
        right ^= ends[2]
        left ^= ends[3]
        for index in 0..<8 {
            block[index] = UInt8(truncatingIfNeeded: right >> UInt64(56 - 8 * index))
            block[8 + index] = UInt8(truncatingIfNeeded: left >> UInt64(56 - 8 * index))
        }
    }

    private static func halves(_ keys: [(UInt128, Int)]) -> [UInt64] {
        keys.flatMap { key, shift in
            let rotated = rotate(key, shift)
            return [UInt64(truncatingIfNeeded: rotated >> 64), UInt64(truncatingIfNeeded: rotated)]
        }
    }

    private static func rotate(_ value: UInt128, _ shift: Int) -> UInt128 {
        shift == 0 ? value : value << UInt128(shift) | value >> UInt128(128 - shift)
    }

    /// Two rounds under the constants from `first` on.
    private static func mix(_ value: UInt128, _ first: Int) -> UInt128 {
        var (left, right) = (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
        right ^= round(left, constants[first])
        left ^= round(right, constants[first + 1])
        return UInt128(left) << 64 | UInt128(right)
    }

    /// The function F.
    private static func round(_ input: UInt64, _ key: UInt64) -> UInt64 {
        let mixed = input ^ key
        var output: UInt64 = 0
        for index in 0..<8 {
            let byte = UInt8(truncatingIfNeeded: mixed >> UInt64(56 - 8 * index))
            let substitute: UInt8
            switch index {
            case 0, 7: substitute = table[Int(byte)]
            case 1, 4: substitute = table[Int(byte)] << 1 | table[Int(byte)] >> 7
            case 2, 5: substitute = table[Int(byte)] >> 1 | table[Int(byte)] << 7
            default: substitute = table[Int(byte << 1 | byte >> 7)]
            }
            output ^= UInt64(substitute) &* spread[index]
        }
        return output
    }

    private static func layer(_ input: UInt64, _ key: UInt64) -> UInt64 {
        var (high, low) = (UInt32(truncatingIfNeeded: input >> 32), UInt32(truncatingIfNeeded: input))
        let anded = high & UInt32(truncatingIfNeeded: key >> 32)
        low ^= anded << 1 | anded >> 31
        high ^= low | UInt32(truncatingIfNeeded: key)
        return UInt64(high) << 32 | UInt64(low)
    }

    private static func inverseLayer(_ input: UInt64, _ key: UInt64) -> UInt64 {
        var (high, low) = (UInt32(truncatingIfNeeded: input >> 32), UInt32(truncatingIfNeeded: input))
        high ^= low | UInt32(truncatingIfNeeded: key)
        let anded = high & UInt32(truncatingIfNeeded: key >> 32)
        low ^= anded << 1 | anded >> 31
        return UInt64(high) << 32 | UInt64(low)
    }

    /// Which bytes of F's output each byte of its input goes into (the function P).
    private static let spread: [UInt64] = (0..<8).map { index in
        // Rows of P: the input bytes that each output byte is the sum of, the first byte in the highest bit.
        let rows: [UInt8] = [
            0b1011_0111, 0b1101_1011, 0b1110_1101, 0b0111_1110, 0b1100_0111, 0b0110_1011, 0b0011_1101, 0b1001_1110,
        ]
        return rows.enumerated().reduce(UInt64(0)) { sum, row in
            row.element & (0x80 >> UInt8(index)) == 0 ? sum : sum | 1 << UInt64(56 - 8 * row.offset)
        }
    }

    private static let constants: [UInt64] = [
        0xa09e_667f_3bcc_908b, 0xb67a_e858_4caa_73b2, 0xc6ef_372f_e94f_82be, 0x54ff_53a5_f1d3_6f1c,
        0x10e5_27fa_de68_2d1d, 0xb056_88c2_b3e6_c1fd,
    ]

    /// SBOX1.
    private static let table: [UInt8] = [
        0x70, 0x82, 0x2c, 0xec, 0xb3, 0x27, 0xc0, 0xe5, 0xe4, 0x85, 0x57, 0x35, 0xea, 0x0c, 0xae, 0x41,
        0x23, 0xef, 0x6b, 0x93, 0x45, 0x19, 0xa5, 0x21, 0xed, 0x0e, 0x4f, 0x4e, 0x1d, 0x65, 0x92, 0xbd,
        0x86, 0xb8, 0xaf, 0x8f, 0x7c, 0xeb, 0x1f, 0xce, 0x3e, 0x30, 0xdc, 0x5f, 0x5e, 0xc5, 0x0b, 0x1a,
        0xa6, 0xe1, 0x39, 0xca, 0xd5, 0x47, 0x5d, 0x3d, 0xd9, 0x01, 0x5a, 0xd6, 0x51, 0x56, 0x6c, 0x4d,
        0x8b, 0x0d, 0x9a, 0x66, 0xfb, 0xcc, 0xb0, 0x2d, 0x74, 0x12, 0x2b, 0x20, 0xf0, 0xb1, 0x84, 0x99,
        0xdf, 0x4c, 0xcb, 0xc2, 0x34, 0x7e, 0x76, 0x05, 0x6d, 0xb7, 0xa9, 0x31, 0xd1, 0x17, 0x04, 0xd7,
        0x14, 0x58, 0x3a, 0x61, 0xde, 0x1b, 0x11, 0x1c, 0x32, 0x0f, 0x9c, 0x16, 0x53, 0x18, 0xf2, 0x22,
        0xfe, 0x44, 0xcf, 0xb2, 0xc3, 0xb5, 0x7a, 0x91, 0x24, 0x08, 0xe8, 0xa8, 0x60, 0xfc, 0x69, 0x50,
        0xaa, 0xd0, 0xa0, 0x7d, 0xa1, 0x89, 0x62, 0x97, 0x54, 0x5b, 0x1e, 0x95, 0xe0, 0xff, 0x64, 0xd2,
        0x10, 0xc4, 0x00, 0x48, 0xa3, 0xf7, 0x75, 0xdb, 0x8a, 0x03, 0xe6, 0xda, 0x09, 0x3f, 0xdd, 0x94,
        0x87, 0x5c, 0x83, 0x02, 0xcd, 0x4a, 0x90, 0x33, 0x73, 0x67, 0xf6, 0xf3, 0x9d, 0x7f, 0xbf, 0xe2,
        0x52, 0x9b, 0xd8, 0x26, 0xc8, 0x37, 0xc6, 0x3b, 0x81, 0x96, 0x6f, 0x4b, 0x13, 0xbe, 0x63, 0x2e,
        0xe9, 0x79, 0xa7, 0x8c, 0x9f, 0x6e, 0xbc, 0x8e, 0x29, 0xf5, 0xf9, 0xb6, 0x2f, 0xfd, 0xb4, 0x59,
        0x78, 0x98, 0x06, 0x6a, 0xe7, 0x46, 0x71, 0xba, 0xd4, 0x25, 0xab, 0x42, 0x88, 0xa2, 0x8d, 0xfa,
        0x72, 0x07, 0xb9, 0x55, 0xf8, 0xee, 0xac, 0x0a, 0x36, 0x49, 0x2a, 0x68, 0x3c, 0x38, 0xf1, 0xa4,
        0x40, 0x28, 0xd3, 0x7b, 0xbb, 0xc9, 0x43, 0xc1, 0x15, 0xe3, 0xad, 0xf4, 0x77, 0xc7, 0x80, 0x9e,
    ]
}
