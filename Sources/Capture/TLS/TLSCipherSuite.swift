/// What a cipher suite does to records. How its keys were agreed on does not matter: the key log has the result.
struct TLSCipherSuite: Equatable {
    /// The cipher that records are encrypted with.
    enum Bulk: Equatable {
        case aesGCM, chaCha20Poly1305
        /// Counter with CBC-MAC (RFC 6655), with a tag of this many bytes.
        case aesCCM(tagBytes: Int)
        case aesCBC, camelliaCBC, seedCBC, tripleDESCBC, desCBC, ideaCBC, rc2CBC
        case rc4, null
    }

    /// The hash of a suite's MAC or of its key derivation.
    enum Hash: Equatable {
        case md5, sha1, sha256, sha384

        var byteCount: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            }
        }
    }

    var bulk: Bulk
    /// Bytes of the cipher's key.
    var keyBytes: Int
    /// The hash of the MAC; nil when the cipher authenticates by itself.
    var mac: Hash?
    /// The hash that keys are derived with from TLS 1.2 on.
    var derivation = Hash.sha256
    /// Bytes of key material, when export rules made it shorter than the key (RFC 2246 section 6.3.1).
    var exportKeyBytes: Int?

    var isAEAD: Bool {
        switch bulk {
        case .aesGCM, .chaCha20Poly1305, .aesCCM: true
        default: false
        }
    }

    /// Bytes of the cipher's blocks; 0 for those that have none.
    var blockBytes: Int {
        switch bulk {
        case .aesCBC, .camelliaCBC, .seedCBC: 16
        case .tripleDESCBC, .desCBC, .ideaCBC, .rc2CBC: 8
        default: 0
        }
    }

    /// Bytes of the initialisation vector in the key block of TLS 1.2 and before.
    var ivBytes: Int {
        switch bulk {
        case .aesGCM, .aesCCM: 4
        case .chaCha20Poly1305: 12
        default: blockBytes
        }
    }

    /// Bytes of an AEAD's tag.
    var tagBytes: Int {
        if case .aesCCM(let bytes) = bulk { bytes } else { 16 }
    }
}
