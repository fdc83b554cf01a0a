/// A block cipher that swift-crypto does not have, for reading recordings of old systems. Nothing is ever encrypted with it,
/// so it need not hide its timing.
protocol BlockDecryptor: Sendable {
    static var blockBytes: Int { get }

    /// Decrypts one block in place.
    func decrypt(_ block: UnsafeMutableBufferPointer<UInt8>)
}

extension BlockDecryptor {
    /// Cipher block chaining (NIST SP 800-38A section 6.2). `ciphertext` is whole blocks, `vector` is one.
    func decryptChain(_ ciphertext: ArraySlice<UInt8>, vector: [UInt8]) -> [UInt8] {
        let size = Self.blockBytes
        var output = Array(ciphertext)
        output.withUnsafeMutableBufferPointer { bytes in
            var offset = 0
            while offset + size <= bytes.count {
                decrypt(UnsafeMutableBufferPointer(rebasing: bytes[offset..<(offset + size)]))
                for index in 0..<size {
                    let before =
                        offset == 0
                        ? vector[index] : ciphertext[ciphertext.startIndex + offset - size + index]
                    bytes[offset + index] ^= before
                }
                offset += size
            }
        }
        return output
    }
}

extension TLSCipherSuite.Bulk {
    /// What decrypts the blocks of a cipher with `key`; nil for ciphers that are done elsewhere.
    func blockDecryptor(key: [UInt8]) -> (any BlockDecryptor)? {
        switch self {
        case .camelliaCBC: Camellia(key: key)
        case .seedCBC: SEED(key: key)
        case .tripleDESCBC: TripleDES(key: key)
        case .desCBC: SingleDES(key: key)
        case .ideaCBC: IDEA(key: key)
        case .rc2CBC: RC2(key: key)
        default: nil
        }
    }
}
