/// The block cipher DES (FIPS 46-3), and three of it one after another.
struct DES: Sendable {
    /// 48 bits for each round, in the order of encryption.
    private let keys: [UInt64]

    /// - Precondition: `key` has 8 bytes.
    init(key: ArraySlice<UInt8>) {
        precondition(key.count == 8, "DES takes keys of 8 bytes")
        let chosen = DES.permute(key.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, 64, DES.keyChoice1)
        var (left, right) = (UInt32(truncatingIfNeeded: chosen >> 28), UInt32(truncatingIfNeeded: chosen & 0xfff_ffff))
        keys = (0..<16).map { round in
            let shift: UInt32 = [0, 1, 8, 15].contains(round) ? 1 : 2
            left = (left << shift | left >> (28 - shift)) & 0xfff_ffff
            right = (right << shift | right >> (28 - shift)) & 0xfff_ffff
            return DES.permute(UInt64(left) << 28 | UInt64(right), 56, DES.keyChoice2)
        }
    }

    func decrypt(_ block: UInt64) -> UInt64 { run(block, keys.reversed()) }

    func encrypt(_ block: UInt64) -> UInt64 { run(block, keys) }

    private func run(_ block: UInt64, _ keys: [UInt64]) -> UInt64 {
        let start = DES.permute(block, 64, DES.initial)
        var (left, right) = (UInt32(truncatingIfNeeded: start >> 32), UInt32(truncatingIfNeeded: start))
        for key in keys { (left, right) = (right, left ^ DES.round(right, key)) }
        return DES.permute(UInt64(right) << 32 | UInt64(left), 64, DES.final)
    }

    private static func round(_ half: UInt32, _ key: UInt64) -> UInt32 {
        // Expansion: each group of four bits with its neighbours.
        let turned = half >> 1 | half << 31
        var output: UInt32 = 0
        for box in 0..<8 {
            let shift = UInt32(4 * box)
            let six = (shift == 0 ? turned : turned << shift | turned >> (32 - shift)) >> 26
            output |= substitutions[box * 64 + Int(UInt64(six) ^ key >> UInt64(42 - 6 * box) & 63)]
        }
        return output
    }

    /// Takes the bits that `table` names, counted from 1 at the highest of `width`.
    private static func permute(_ value: UInt64, _ width: UInt64, _ table: [UInt8]) -> UInt64 {
        table.reduce(UInt64(0)) { $0 << 1 | value >> (width - UInt64($1)) & 1 }
    }

    /// The S-boxes, their output already permuted.
    private static let substitutions: [UInt32] = (0..<512).map { index in
        let (box, input) = (index / 64, index % 64)
        let row = (input >> 4 & 2) | (input & 1)
        let value = boxes[box * 4 + row] >> UInt64(60 - 4 * (input >> 1 & 15)) & 15
        return UInt32(permute(value << UInt64(28 - 4 * box), 32, permutation))
    }

    private static let initial: [UInt8] = [58, 60, 62, 64, 57, 59, 61, 63].flatMap { first in
        (0..<8).map { UInt8(first - 8 * $0) }
    }

    private static let final: [UInt8] = (1...64).map { position in
        UInt8((initial.firstIndex(of: UInt8(position)) ?? 0) + 1)
    }

    private static let permutation: [UInt8] = [
        16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11,
        4, 25,
    ]

    private static let keyChoice1: [UInt8] = [
        57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
        63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
    ]

    private static let keyChoice2: [UInt8] = [
        14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55,
        30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
    ]

    /// A row of an S-box in each, a digit a column.
    private static let boxes: [UInt64] = [
        0xe4d1_2fb8_3a6c_5907, 0x0f74_e2d1_a6cb_9538, 0x41e8_d62b_fc97_3a50, 0xfc82_4917_5b3e_a06d,
        0xf18e_6b34_972d_c05a, 0x3d47_f28e_c01a_69b5, 0x0e7b_a4d1_58c6_932f, 0xd8a1_3f42_b67c_05e9,
        0xa09e_63f5_1dc7_b428, 0xd709_346a_285e_cbf1, 0xd649_8f30_b12c_5ae7, 0x1ad0_6987_4fe3_b52c,
        0x7de3_069a_1285_bc4f, 0xd8b5_6f03_472c_1ae9, 0xa690_cb7d_f13e_5284, 0x3f06_a1d8_945b_c72e,
        0x2c41_7ab6_853f_d0e9, 0xeb2c_47d1_50fa_3986, 0x421b_ad78_f9c5_630e, 0xb8c7_1e2d_6f09_a453,
        0xc1af_9268_0d34_e75b, 0xaf42_7c95_61de_0b38, 0x9ef5_28c3_704a_1db6, 0x432c_95fa_be17_608d,
        0x4b2e_f08d_3c97_5a61, 0xd0b7_491a_e35c_2f86, 0x14bd_c37e_af68_0592, 0x6bd8_14a7_950f_e23c,
        0xd284_6fb1_a93e_50c7, 0x1fd8_a374_c56b_0e92, 0x7b41_9ce2_06ad_f358, 0x21e7_4a8d_fc90_356b,
    ]
}

/// DES in cipher block chaining.
struct SingleDES: BlockDecryptor {
    static let blockBytes = 8
    private let cipher: DES

    init(key: [UInt8]) { cipher = DES(key: key[...]) }

    func decrypt(_ block: UnsafeMutableBufferPointer<UInt8>) { block.replaceBigEndian { cipher.decrypt($0) } }
}

/// Triple DES (NIST SP 800-67) with three keys.
struct TripleDES: BlockDecryptor {
    static let blockBytes = 8
    private let first: DES
    private let second: DES
    private let third: DES

    /// - Precondition: `key` has 24 bytes.
    init(key: [UInt8]) {
        precondition(key.count == 24, "triple DES takes keys of 24 bytes")
        first = DES(key: key[..<8])
        second = DES(key: key[8..<16])
        third = DES(key: key[16...])
    }

    func decrypt(_ block: UnsafeMutableBufferPointer<UInt8>) {
        block.replaceBigEndian { first.decrypt(second.encrypt(third.decrypt($0))) }
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Changes its eight bytes, taken as a number.
    fileprivate func replaceBigEndian(_ change: (UInt64) -> UInt64) {
        let value = change(reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        for index in 0..<8 { self[index] = UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * index)) }
    }
}
