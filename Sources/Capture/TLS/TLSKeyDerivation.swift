import Crypto
import FoundationEssentials

/// The key derivation functions of TLS.
enum TLSKeyDerivation {
    /// The pseudorandom function of a version: RFC 5246 section 5 for TLS 1.2, RFC 2246 section 5 for earlier versions.
    static func pseudorandom(
        _ secret: [UInt8], label: String, seed: [UInt8], count: Int, version: UInt16,
        hash: TLSCipherSuite.Hash
    ) -> [UInt8] {
        let labelled = Array(label.utf8) + seed
        if version >= TLSVersion.tls12 {
            return hash == .sha384
                ? expand(SHA384.self, secret, labelled, count)
                : expand(SHA256.self, secret, labelled, count)
        }
        let half = (secret.count + 1) / 2
        let first = expand(Insecure.MD5.self, Array(secret.prefix(half)), labelled, count)
        let second = expand(Insecure.SHA1.self, Array(secret.suffix(half)), labelled, count)
        return zip(first, second).map { $0 ^ $1 }
    }

    /// `P_hash` of RFC 5246 section 5.
    private static func expand<H: HashFunction>(
        _ function: H.Type, _ secret: [UInt8], _ seed: [UInt8], _ count: Int
    ) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        var output: [UInt8] = []
        var link = seed
        while output.count < count {
            link = Array(HMAC<H>.authenticationCode(for: link, using: key))
            output += Array(HMAC<H>.authenticationCode(for: link + seed, using: key))
        }
        return Array(output.prefix(count))
    }

    /// `HKDF-Expand-Label` with an empty context (RFC 8446 section 7.1).
    static func expandLabel(
        _ secret: [UInt8], _ label: String, _ count: Int, hash: TLSCipherSuite.Hash
    ) -> [UInt8] {
        let name = Array("tls13 ".utf8) + Array(label.utf8)
        let info = [UInt8(count >> 8), UInt8(count & 0xff), UInt8(name.count)] + name + [0]
        let key =
            hash == .sha384
            ? HKDF<SHA384>.expand(pseudoRandomKey: secret, info: info, outputByteCount: count)
            : HKDF<SHA256>.expand(pseudoRandomKey: secret, info: info, outputByteCount: count)
        return key.withUnsafeBytes { Array($0) }
    }

    /// The traffic secret that follows `secret` after a KeyUpdate (RFC 8446 section 7.2).
    static func nextTrafficSecret(_ secret: [UInt8], hash: TLSCipherSuite.Hash) -> [UInt8] {
        expandLabel(secret, "traffic upd", hash.byteCount, hash: hash)
    }

    static func mac(_ hash: TLSCipherSuite.Hash, key: SymmetricKey, _ content: [UInt8]) -> [UInt8] {
        switch hash {
        case .md5: Array(HMAC<Insecure.MD5>.authenticationCode(for: content, using: key))
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: content, using: key))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: content, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: content, using: key))
        }
    }
}
