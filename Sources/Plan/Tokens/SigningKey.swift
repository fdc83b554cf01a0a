internal import Crypto
internal import CryptoExtras

/// A key that tokens are signed with.
public struct SigningKey: Sendable {
    enum Material: Sendable {
        case secret(SymmetricKey)
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// The key's identifier (RFC 7517 section 4.5); nil if it has none.
    public let identifier: String?
    /// The only algorithm that it is meant for; nil for any that it supports.
    let algorithm: SigningAlgorithm?
    let material: Material

    init(_ material: Material, identifier: String? = nil, algorithm: SigningAlgorithm? = nil) {
        self.material = material
        self.identifier = identifier
        self.algorithm = algorithm
    }

    /// A shared secret, for HS256, HS384 and HS512.
    public init(secret: [UInt8]) { self.init(.secret(SymmetricKey(data: secret))) }

    /// Whether it can sign tokens with `wanted`.
    func signs(_ wanted: SigningAlgorithm) -> Bool {
        guard algorithm == nil || algorithm == wanted else { return false }
        switch (material, wanted) {
        case (.secret, .hs256), (.secret, .hs384), (.secret, .hs512): return true
        case (.rsa, .rs256), (.rsa, .rs384), (.rsa, .rs512), (.rsa, .ps256), (.rsa, .ps384), (.rsa, .ps512): return true
        case (.p256, .es256), (.p384, .es384), (.p521, .es512), (.ed25519, .edDSA): return true
        default: return false
        }
    }

    /// The signature of `bytes`; nil when the key cannot make one.
    func signature(of bytes: [UInt8], _ wanted: SigningAlgorithm) -> [UInt8]? {
        switch material {
        case .secret(let key): SigningKey.code(of: bytes, key, wanted)
        case .rsa(let key): SigningKey.rsa(bytes, key, wanted)
        case .p256(let key): (try? key.signature(for: bytes)).map { Array($0.rawRepresentation) }
        case .p384(let key): (try? key.signature(for: bytes)).map { Array($0.rawRepresentation) }
        case .p521(let key): (try? key.signature(for: bytes)).map { Array($0.rawRepresentation) }
        case .ed25519(let key): (try? key.signature(for: bytes)).map { Array($0) }
        }
    }

    private static func code(of bytes: [UInt8], _ key: SymmetricKey, _ wanted: SigningAlgorithm) -> [UInt8]? {
        switch wanted {
        case .hs256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .hs384: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
        case .hs512: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
        default: nil
        }
    }

    private static func rsa(
        _ bytes: [UInt8], _ key: _RSA.Signing.PrivateKey, _ wanted: SigningAlgorithm
    ) -> [UInt8]? {
        let signature: _RSA.Signing.RSASignature?
        switch wanted {
        case .rs256: signature = try? key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
        case .rs384: signature = try? key.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5)
        case .rs512: signature = try? key.signature(for: SHA512.hash(data: bytes), padding: .insecurePKCS1v1_5)
        case .ps256: signature = try? key.signature(for: SHA256.hash(data: bytes), padding: .PSS)
        case .ps384: signature = try? key.signature(for: SHA384.hash(data: bytes), padding: .PSS)
        case .ps512: signature = try? key.signature(for: SHA512.hash(data: bytes), padding: .PSS)
        default: signature = nil
        }
        return signature.map { Array($0.rawRepresentation) }
    }
}
