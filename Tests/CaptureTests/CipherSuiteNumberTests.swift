import Testing

@testable import Capture

/// The numbers of cipher suites, in the order of IANA's registry.
@Suite struct CipherSuiteNumberTests {
    /// Suites with consecutive numbers: the first number, and how each protects records.
    private static let rows: [(first: UInt16, suites: [String])] = [
        // RSA, then the export and old ones of TLS 1.0.
        (0x0001, ["NULL MD5", "NULL SHA", "export RC4 MD5", "RC4 MD5", "RC4 SHA", "export RC2 MD5", "IDEA SHA"]),
        (
            0x0008,
            [
                "export DES SHA", "DES SHA", "3DES SHA", "export DES SHA", "DES SHA", "3DES SHA", "export DES SHA",
                "DES SHA",
            ]
        ),
        (0x0010, ["3DES SHA", "export DES SHA", "DES SHA", "3DES SHA", "export DES SHA", "DES SHA", "3DES SHA"]),
        (0x0017, ["export RC4 MD5", "RC4 MD5", "export DES SHA", "DES SHA", "3DES SHA"]),
        // Suites of Fortezza and Kerberos are not known.
        (0x001c, Array(repeating: "-", count: 16)), (0x002c, Array(repeating: "NULL SHA", count: 3)),
        (0x002f, Array(repeating: "AES128 SHA", count: 6)), (0x0035, Array(repeating: "AES256 SHA", count: 6)),
        (0x003b, ["NULL SHA256", "AES128 SHA256", "AES256 SHA256", "AES128 SHA256", "AES128 SHA256", "AES128 SHA256"]),
        (0x0041, Array(repeating: "Camellia128 SHA", count: 6)), (0x0047, Array(repeating: "-", count: 32)),
        (
            0x0067,
            [
                "AES128 SHA256", "AES256 SHA256", "AES256 SHA256", "AES256 SHA256", "AES256 SHA256", "AES128 SHA256",
                "AES256 SHA256",
            ]
        ),
        (0x006e, Array(repeating: "-", count: 22)), (0x0084, Array(repeating: "Camellia256 SHA", count: 6)),
        // PSK, DHE_PSK, RSA_PSK.
        (0x008a, Array(repeating: ["RC4 SHA", "3DES SHA", "AES128 SHA", "AES256 SHA"], count: 3).flatMap { $0 }),
        (0x0096, Array(repeating: "SEED SHA", count: 6)),
        (0x009c, Array(repeating: ["AES128 GCM", "AES256 GCM"], count: 9).flatMap { $0 }),
        (
            0x00ae,
            Array(repeating: ["AES128 SHA256", "AES256 SHA384", "NULL SHA256", "NULL SHA384"], count: 3).flatMap { $0 }
        ),
        (0x00ba, Array(repeating: "Camellia128 SHA256", count: 6) + Array(repeating: "Camellia256 SHA256", count: 6)),
        (0x00c6, Array(repeating: "-", count: 4)),
        (0x1300, ["-", "AES128 GCM", "AES256 GCM", "ChaCha20", "AES128 CCM", "AES128 CCM8", "-"]),
        // ECDH_ECDSA, ECDHE_ECDSA, ECDH_RSA, ECDHE_RSA, ECDH_anon.
        (0xc000, ["-"]),
        (
            0xc001,
            Array(repeating: ["NULL SHA", "RC4 SHA", "3DES SHA", "AES128 SHA", "AES256 SHA"], count: 5).flatMap { $0 }
        ),
        // SRP.
        (0xc01a, ["3DES SHA", "AES128 SHA", "AES256 SHA"].flatMap { Array(repeating: $0, count: 3) }),
        (0xc023, Array(repeating: ["AES128 SHA256", "AES256 SHA384"], count: 4).flatMap { $0 }),
        (0xc02b, Array(repeating: ["AES128 GCM", "AES256 GCM"], count: 4).flatMap { $0 }),
        // ECDHE_PSK.
        (
            0xc033,
            [
                "RC4 SHA", "3DES SHA", "AES128 SHA", "AES256 SHA", "AES128 SHA256", "AES256 SHA384", "NULL SHA",
                "NULL SHA256",
                "NULL SHA384",
            ]
        ), (0xc03c, ["-", "-"]),
        (0xc072, Array(repeating: ["Camellia128 SHA256", "Camellia256 SHA384"], count: 4).flatMap { $0 }),
        (0xc07a, ["-"]), (0xc09b, ["-"]),
        // RSA, DHE_RSA; the same with short tags; PSK, DHE_PSK; short; ECDHE_ECDSA; short.
        (0xc09c, Array(repeating: ["AES128 CCM", "AES256 CCM"], count: 2).flatMap { $0 }),
        (0xc0a0, Array(repeating: ["AES128 CCM8", "AES256 CCM8"], count: 2).flatMap { $0 }),
        (0xc0a4, Array(repeating: ["AES128 CCM", "AES256 CCM"], count: 2).flatMap { $0 }),
        (0xc0a8, Array(repeating: ["AES128 CCM8", "AES256 CCM8"], count: 2).flatMap { $0 }),
        (0xc0ac, ["AES128 CCM", "AES256 CCM", "AES128 CCM8", "AES256 CCM8", "-"]), (0xcca7, ["-"]),
        (0xcca8, Array(repeating: "ChaCha20", count: 7) + ["-"]), (0xd000, ["-", "AES128 GCM", "AES256 GCM"]),
        (0x0000, ["-"]),
    ]

    private static func name(_ suite: TLSCipherSuite?) -> String {
        guard let suite else { return "-" }
        let hash =
            suite.mac.map {
                ["MD5", "SHA", "SHA256", "SHA384"][[.md5, .sha1, .sha256, .sha384].firstIndex(of: $0) ?? 0]
            } ?? ""
        return switch suite.bulk {
        case .aesGCM: "AES\(8 * suite.keyBytes) GCM"
        case .chaCha20Poly1305: "ChaCha20"
        case .aesCCM(let tagBytes): "AES\(8 * suite.keyBytes) CCM\(tagBytes == 8 ? "8" : "")"
        case .aesCBC: "AES\(8 * suite.keyBytes) \(hash)"
        case .camelliaCBC: "Camellia\(8 * suite.keyBytes) \(hash)"
        case .seedCBC: "SEED \(hash)"
        case .tripleDESCBC: "3DES \(hash)"
        case .desCBC: "\(suite.exportKeyBytes == nil ? "" : "export ")DES \(hash)"
        case .ideaCBC: "IDEA \(hash)"
        case .rc2CBC: "\(suite.exportKeyBytes == nil ? "" : "export ")RC2 \(hash)"
        case .rc4: "\(suite.exportKeyBytes == nil ? "" : "export ")RC4 \(hash)"
        case .null: "NULL \(hash)"
        }
    }

    @Test func everyNumberHasItsSuite() {
        for row in Self.rows {
            for (offset, suite) in row.suites.enumerated() {
                let number = row.first + UInt16(offset)
                #expect(Self.name(TLSCipherSuite(number)) == suite, "0x\(String(number, radix: 16))")
            }
        }
    }

    @Test func keysHaveTheirSizes() {
        let sizes: [(number: UInt16, key: Int, iv: Int, block: Int, export: Int?)] = [
            (0x0001, 0, 0, 0, nil), (0x0003, 16, 0, 0, 5), (0x0004, 16, 0, 0, nil), (0x0006, 16, 8, 8, 5),
            (0x0007, 16, 8, 8, nil),
            (0x0008, 8, 8, 8, 5), (0x0009, 8, 8, 8, nil), (0x000a, 24, 8, 8, nil), (0x002f, 16, 16, 16, nil),
            (0x0035, 32, 16, 16, nil),
            (0x0041, 16, 16, 16, nil), (0x0084, 32, 16, 16, nil), (0x0096, 16, 16, 16, nil), (0x009c, 16, 4, 0, nil),
            (0x009d, 32, 4, 0, nil),
            (0xc09c, 16, 4, 0, nil), (0xc09d, 32, 4, 0, nil), (0xcca8, 32, 12, 0, nil),
        ]
        for size in sizes {
            let suite = TLSCipherSuite(size.number)
            #expect(suite?.keyBytes == size.key && suite?.ivBytes == size.iv, "0x\(String(size.number, radix: 16))")
            #expect(
                suite?.blockBytes == size.block && suite?.exportKeyBytes == size.export,
                "0x\(String(size.number, radix: 16))")
            #expect(suite?.isAEAD == (suite?.mac == nil))
        }
        #expect([TLSCipherSuite.Hash.md5, .sha1, .sha256, .sha384].map(\.byteCount) == [16, 20, 32, 48])
        // Keys are derived with SHA-256 unless the suite says SHA-384 (RFC 5246 section 5).
        for (number, hash) in [
            (0x009c, .sha256), (0x009d, .sha384), (0x002f, .sha256), (0xc024, .sha384), (0xcca8, .sha256),
            (0xc09d, .sha256),
        ]
            as [(UInt16, TLSCipherSuite.Hash)]
        { #expect(TLSCipherSuite(number)?.derivation == hash, "0x\(String(number, radix: 16))") }
    }
}
