import Testing

@testable import Capture

/// Ciphers of old recordings, checked with the test vectors of their standards.
@Suite struct LegacyCipherTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    }

    struct Vector: CustomTestStringConvertible {
        var bulk: TLSCipherSuite.Bulk
        var source: String
        var key: String
        var plain: String
        var sealed: String
        var testDescription: String { "\(bulk), \(source)" }
    }

    /// One block each, so that a zero vector makes chaining equal to the plain cipher.
    static let blocks: [Vector] = [
        Vector(
            bulk: .camelliaCBC, source: "RFC 3713 appendix A, 128 bits", key: "0123456789abcdeffedcba9876543210",
            plain: "0123456789abcdeffedcba9876543210", sealed: "67673138549669730857065648eabe43"),
        Vector(
            bulk: .camelliaCBC, source: "RFC 3713 appendix A, 256 bits",
            key: "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff",
            plain: "0123456789abcdeffedcba9876543210", sealed: "9acc237dff16d76c20ef7c919e3a7509"),
        Vector(
            bulk: .seedCBC, source: "RFC 4269 appendix B.1", key: "00000000000000000000000000000000",
            plain: "000102030405060708090a0b0c0d0e0f", sealed: "5ebac6e0054e166819aff1cc6d346cdb"),
        Vector(
            bulk: .tripleDESCBC, source: "NIST SP 800-67 appendix B",
            key: "0123456789abcdef23456789abcdef01456789abcdef0123", plain: "5468652071756663",
            sealed: "a826fd8ce53b855f"),
        Vector(
            bulk: .desCBC, source: "one of three equal keys", key: "0123456789abcdef", plain: "4e6f772069732074",
            sealed: "3fa40e8a984d4815"),
        Vector(
            bulk: .rc2CBC, source: "RFC 2268 section 5", key: "88bca90e90875a7f0f79c384627bafb2",
            plain: "0000000000000000",
            sealed: "2269552ab0f85ca6"),
        Vector(
            bulk: .ideaCBC, source: "Lai 1992", key: "00010002000300040005000600070008", plain: "0000000100020003",
            sealed: "11fbed2b01986de5"),
    ]

    @Test(arguments: blocks)
    func blocksAreThoseOfTheStandard(_ vector: Vector) throws {
        let plain = Self.bytes(vector.plain)
        let sealed = Self.bytes(vector.sealed)
        var cipher = try #require(
            LegacyCipher(vector.bulk, key: Self.bytes(vector.key)), "libcrypto lacks \(vector.bulk)")
        #expect(cipher.decrypt(sealed[...], vector: [UInt8](repeating: 0, count: sealed.count)) == plain)
        // The vector of the second block of a chain is the first block.
        let chained = cipher.decrypt((sealed + sealed)[...], vector: [UInt8](repeating: 0, count: sealed.count))
        #expect(chained == plain + zip(plain, sealed).map { $0 ^ $1 })
    }

    @Test(
        "RC4 goes on from record to record, and a copy from where it was made (RFC 6229)",
        arguments: [
            ("0102030405", "b2396305f03dc027ccc3524a0a1118a8", "6982944f18fc82d589c403a47a0d0919"),
            (
                "0102030405060708090a0b0c0d0e0f10", "9ac7cc9a609d1ef7b2932899cde41b97",
                "5248c4959014126a6e8a84f11d1a9e1c"
            ),
        ])
    func streams(key: String, first: String, second: String) throws {
        let zeros = [UInt8](repeating: 0, count: 16)
        var cipher = try #require(LegacyCipher(.rc4, key: Self.bytes(key)), "libcrypto lacks RC4")
        #expect(cipher.decrypt(zeros[...], vector: nil) == Self.bytes(first))
        var attempt = cipher
        #expect(attempt.decrypt(zeros[...], vector: nil) == Self.bytes(second))
        #expect(cipher.decrypt(zeros[...], vector: nil) == Self.bytes(second))
    }

    @Test func aVectorOfAnotherLengthIsRefused() throws {
        var cipher = try #require(LegacyCipher(.camelliaCBC, key: [UInt8](repeating: 1, count: 16)))
        #expect(cipher.decrypt([UInt8](repeating: 0, count: 16)[...], vector: [1, 2, 3]) == nil)
    }
}
