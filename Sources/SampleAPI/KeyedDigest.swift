import Crypto

/// Digests with a secret that is new at every start, or shared by workers. Names and passwords are stored and looked up
/// by their digests.
///
/// Deliberately cheap, a single HMAC-SHA256 where a service with real users would use a slow password hash: this
/// service has to answer thousands of logins per second, and keeps nothing when it stops.
struct KeyedDigest: Sendable {
    /// The kind of text: equal texts of different kinds have different digests.
    enum Kind: UInt8 {
        case userName, password, refreshSecret, tokenIdentity
    }

    private let secret: SymmetricKey

    /// - Parameter key: the secret; nil for a new random one
    init(key: [UInt8]? = nil) { secret = key.map { SymmetricKey(data: $0) } ?? SymmetricKey(size: .bits256) }

    /// The first 128 bits of the HMAC over the kind and the length-prefixed parts.
    func digest(of parts: String..., as kind: Kind) -> Key128 {
        var code = HMAC<SHA256>(key: secret)
        code.update(data: [kind.rawValue])
        for part in parts {
            let bytes = Array(part.utf8)
            withUnsafeBytes(of: bytes.count) { code.update(data: $0) }
            code.update(data: bytes)
        }
        return code.finalize().withUnsafeBytes { bytes in
            Key128(
                high: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
