/// A cipher that swift-crypto does not have, for reading recordings of old systems.
enum LegacyCipher {
    case library(LibraryCipher)
    case idea(IDEA)

    /// - Returns: nil for ciphers that are implemented elsewhere, and for those that this machine's libcrypto lacks.
    init?(_ bulk: TLSCipherSuite.Bulk, key: [UInt8]) {
        let name: String
        switch bulk {
        case .camelliaCBC: name = "CAMELLIA-\(key.count * 8)-CBC"
        case .seedCBC: name = "SEED-CBC"
        case .tripleDESCBC: name = "DES-EDE3-CBC"
        case .desCBC: name = "DES-CBC"
        case .rc2CBC: name = "RC2-CBC"
        case .rc4: name = "RC4"
        case .ideaCBC:
            self = .idea(IDEA(key: key))
            return
        case .aesGCM, .chaCha20Poly1305, .aesCCM, .aesCBC, .null: return nil
        }
        guard let cipher = LibraryCipher(name, key: key) else { return nil }
        self = .library(cipher)
    }

    /// Decrypts whole blocks with an initialisation vector, or the next bytes of a stream cipher, whose `vector` is
    /// nil.
    mutating func decrypt(_ ciphertext: ArraySlice<UInt8>, vector: [UInt8]?) -> [UInt8]? {
        switch self {
        case .library(var cipher):
            defer { self = .library(cipher) }
            return cipher.decrypt(ciphertext, vector: vector)
        case .idea(let cipher): return vector.map { cipher.decrypt(ciphertext, vector: $0) }
        }
    }
}
