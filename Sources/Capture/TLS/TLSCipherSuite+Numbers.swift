/// The numbers of cipher suites (IANA, "TLS Cipher Suites").
extension TLSCipherSuite {
    /// The suite with this number on the wire; nil if unknown.
    init?(_ number: UInt16) {
        guard
            let suite = TLSCipherSuite.authenticated(number) ?? TLSCipherSuite.aesCBC(number)
                ?? TLSCipherSuite.withoutAES(number) ?? TLSCipherSuite.export(number)
        else { return nil }
        self = suite
    }

    private static func authenticated(_ number: UInt16) -> TLSCipherSuite? {
        switch number {
        case 0x1301, 0xd001: gcm(16)
        case 0x1302, 0xd002: gcm(32)
        case 0x1303, 0xcca8...0xccae: TLSCipherSuite(bulk: .chaCha20Poly1305, keyBytes: 32)
        case 0x1304: ccm(16, 16)
        case 0x1305: ccm(16, 8)
        // In pairs: AES-128, AES-256.
        case 0x009c...0x00ad: gcm(number & 1 == 0 ? 16 : 32)
        case 0xc02b...0xc032: gcm(number & 1 == 1 ? 16 : 32)
        case 0xc09c...0xc09f, 0xc0a4...0xc0a7, 0xc0ac...0xc0ad: ccm(number & 1 == 0 ? 16 : 32, 16)
        case 0xc0a0...0xc0a3, 0xc0a8...0xc0ab, 0xc0ae...0xc0af: ccm(number & 1 == 0 ? 16 : 32, 8)
        default: nil
        }
    }

    private static func gcm(_ keyBytes: Int) -> TLSCipherSuite {
        TLSCipherSuite(
            bulk: .aesGCM, keyBytes: keyBytes, derivation: keyBytes == 32 ? .sha384 : .sha256)
    }

    private static func ccm(_ keyBytes: Int, _ tagBytes: Int) -> TLSCipherSuite {
        TLSCipherSuite(bulk: .aesCCM(tagBytes: tagBytes), keyBytes: keyBytes)
    }

    private static func aesCBC(_ number: UInt16) -> TLSCipherSuite? {
        switch number {
        case 0x002f...0x0034, 0x008c, 0x0090, 0x0094, 0xc004, 0xc009, 0xc00e, 0xc013, 0xc018,
            0xc01d...0xc01f, 0xc035:
            cbc(.aesCBC, 16, .sha1)
        case 0x0035...0x003a, 0x008d, 0x0091, 0x0095, 0xc005, 0xc00a, 0xc00f, 0xc014, 0xc019,
            0xc020...0xc022, 0xc036:
            cbc(.aesCBC, 32, .sha1)
        case 0x003c, 0x003e...0x0040, 0x0067, 0x006c, 0x00ae, 0x00b2, 0x00b6, 0xc023, 0xc025, 0xc027,
            0xc029, 0xc037:
            cbc(.aesCBC, 16, .sha256)
        case 0x003d, 0x0068...0x006b, 0x006d: cbc(.aesCBC, 32, .sha256)
        case 0x00af, 0x00b3, 0x00b7, 0xc024, 0xc026, 0xc028, 0xc02a, 0xc038: cbc(.aesCBC, 32, .sha384)
        default: nil
        }
    }

    private static func withoutAES(_ number: UInt16) -> TLSCipherSuite? {
        switch number {
        case 0x0041...0x0046: cbc(.camelliaCBC, 16, .sha1)
        case 0x0084...0x0089: cbc(.camelliaCBC, 32, .sha1)
        case 0x00ba...0x00bf, 0xc072, 0xc074, 0xc076, 0xc078: cbc(.camelliaCBC, 16, .sha256)
        case 0x00c0...0x00c5: cbc(.camelliaCBC, 32, .sha256)
        case 0xc073, 0xc075, 0xc077, 0xc079: cbc(.camelliaCBC, 32, .sha384)
        case 0x0096...0x009b: cbc(.seedCBC, 16, .sha1)
        case 0x0007: cbc(.ideaCBC, 16, .sha1)
        case 0x000a, 0x000d, 0x0010, 0x0013, 0x0016, 0x001b, 0x008b, 0x008f, 0x0093, 0xc003, 0xc008,
            0xc00d, 0xc012,
            0xc017, 0xc01a...0xc01c, 0xc034:
            cbc(.tripleDESCBC, 24, .sha1)
        case 0x0009, 0x000c, 0x000f, 0x0012, 0x0015, 0x001a: cbc(.desCBC, 8, .sha1)
        case 0x0004, 0x0018: cbc(.rc4, 16, .md5)
        case 0x0005, 0x008a, 0x008e, 0x0092, 0xc002, 0xc007, 0xc00c, 0xc011, 0xc016, 0xc033:
            cbc(.rc4, 16, .sha1)
        case 0x0001: cbc(.null, 0, .md5)
        case 0x0002, 0x002c...0x002e, 0xc001, 0xc006, 0xc00b, 0xc010, 0xc015, 0xc039:
            cbc(.null, 0, .sha1)
        case 0x003b, 0x00b0, 0x00b4, 0x00b8, 0xc03a: cbc(.null, 0, .sha256)
        case 0x00b1, 0x00b5, 0x00b9, 0xc03b: cbc(.null, 0, .sha384)
        default: nil
        }
    }

    private static func export(_ number: UInt16) -> TLSCipherSuite? {
        var suite: TLSCipherSuite
        switch number {
        case 0x0003, 0x0017: suite = cbc(.rc4, 16, .md5)
        case 0x0006: suite = cbc(.rc2CBC, 16, .md5)
        case 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0019: suite = cbc(.desCBC, 8, .sha1)
        default: return nil
        }
        suite.exportKeyBytes = 5
        return suite
    }

    /// A CBC cipher with a separate MAC. Keys are derived with SHA-256 unless the MAC's hash is longer.
    private static func cbc(_ bulk: Bulk, _ keyBytes: Int, _ mac: Hash) -> TLSCipherSuite {
        TLSCipherSuite(
            bulk: bulk, keyBytes: keyBytes, mac: mac, derivation: mac == .sha384 ? .sha384 : .sha256)
    }
}
