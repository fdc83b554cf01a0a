/// How a cipher suite protects records. The key exchange does not matter, because the key log contains its result.
struct TLSCipherSuite: Equatable {
    /// The cipher that records are encrypted with.
    enum Bulk: Equatable {
        case aesGCM, chaCha20Poly1305
        /// Counter mode with CBC-MAC (RFC 6655), with a tag of this many bytes.
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
    /// The hash of the MAC; nil for AEAD ciphers.
    var mac: Hash?
    /// The hash for key derivation from TLS 1.2 on.
    var derivation = Hash.sha256
    /// Bytes of key material, if export rules made it shorter than the key (RFC 2246 section 6.3.1).
    var exportKeyBytes: Int?

    var isAEAD: Bool {
        switch bulk {
        case .aesGCM, .chaCha20Poly1305, .aesCCM: true
        default: false
        }
    }

    /// Block size of the cipher in bytes; 0 for stream ciphers.
    var blockBytes: Int {
        switch bulk {
        case .aesCBC, .camelliaCBC, .seedCBC: 16
        case .tripleDESCBC, .desCBC, .ideaCBC, .rc2CBC: 8
        default: 0
        }
    }

    /// Bytes of the initialisation vector in the key block of TLS 1.2 and earlier.
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
