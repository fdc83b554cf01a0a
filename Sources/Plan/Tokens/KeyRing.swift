/// The keys that tokens are signed with.
public struct KeyRing: Sendable {
    /// The keys, in the order they were given.
    public private(set) var keys: [SigningKey]

    /// Why a key cannot be read. Never includes anything of the key itself.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case empty
        /// A PEM file without a private key.
        case noPrivateKey
        case encrypted
        /// A private key of a kind that signs no tokens.
        case unknownKind
        /// A JSON Web Key without its private part, or with an invalid one.
        case badJWK(kind: String)

        /// One line for the user.
        public var description: String {
            switch self {
            case .empty: "it is empty: a key to sign with is needed"
            case .noPrivateKey: "it has no private key"
            case .encrypted: "its private key is encrypted: decrypt it first"
            case .unknownKind: "its private key is not RSA (2048 bits or more), P-256, P-384, P-521 or Ed25519"
            case .badJWK(let kind): "its JSON Web Key of type '\(kind)' has no private part that can be used"
            }
        }
    }

    /// A ring of `keys`.
    public init(_ keys: [SigningKey] = []) { self.keys = keys }

    /// The keys of a file: PEM (PKCS #8, PKCS #1, SEC 1), a JSON Web Key or a key set (RFC 7517). Anything else is a
    /// shared secret, including all of its bytes.
    ///
    /// - Throws: the reason when `bytes` have no usable key.
    public init(reading bytes: [UInt8]) throws(Problem) {
        guard !bytes.isEmpty else { throw .empty }
        let start = bytes.firstIndex { $0 > 0x20 } ?? 0
        if bytes[start...].starts(with: "-----BEGIN ".utf8) {
            keys = try PEMKeys.keys(in: String(decoding: bytes, as: UTF8.self))
        } else if bytes[start] == UInt8(ascii: "{"), let found = try JSONWebKeys.keys(in: bytes) {
            keys = found
        } else {
            keys = [SigningKey(secret: bytes)]
        }
    }

    /// Adds the keys of `other`.
    public mutating func add(_ other: KeyRing) { keys += other.keys }

    /// The key for a token with this header: the one with that identifier, else the first that can sign it.
    func key(identifier: String?, algorithm: SigningAlgorithm) -> SigningKey? {
        let able = keys.filter { $0.signs(algorithm) }
        return able.first { identifier != nil && $0.identifier == identifier } ?? able.first
    }
}
