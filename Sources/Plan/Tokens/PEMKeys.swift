internal import Crypto
internal import CryptoExtras
import Formats

/// Reads private keys from PEM (RFC 7468).
enum PEMKeys {
    /// The private keys in `text`; other blocks are skipped.
    static func keys(in text: String) throws(KeyRing.Problem) -> [SigningKey] {
        var keys: [SigningKey] = []
        var rest = text[...]
        while let (label, block, end) = block(in: rest) {
            rest = rest[end...]
            switch label {
            case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
                if block.contains("ENCRYPTED") { throw .encrypted }
                guard let key = key(block, label: label) else { throw .unknownKind }
                keys.append(SigningKey(key))
            case "ENCRYPTED PRIVATE KEY": throw .encrypted
            default: break
            }
        }
        guard !keys.isEmpty else { throw .noPrivateKey }
        return keys
    }

    private static func block(in text: Substring) -> (label: String, block: String, end: String.Index)? {
        guard let begin = text.firstRange(of: "-----BEGIN "),
            let labelEnd = text[begin.upperBound...].firstRange(of: "-----")
        else { return nil }
        let label = String(text[begin.upperBound..<labelEnd.lowerBound])
        guard let end = text[labelEnd.upperBound...].firstRange(of: "-----END \(label)-----") else { return nil }
        return (label, String(text[begin.lowerBound..<end.upperBound]) + "\n", end.upperBound)
    }

    private static func key(_ pem: String, label: String) -> SigningKey.Material? {
        if label != "EC PRIVATE KEY", let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) {
            return .rsa(key)
        }
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) { return .p256(key) }
        if let key = try? P384.Signing.PrivateKey(pemRepresentation: pem) { return .p384(key) }
        if let key = try? P521.Signing.PrivateKey(pemRepresentation: pem) { return .p521(key) }
        return ed25519(pem)
    }

    /// An Ed25519 key in the only form that RFC 8410 section 7 allows: a fixed prefix and 32 bytes.
    private static func ed25519(_ pem: String) -> SigningKey.Material? {
        let lines = pem.split { $0.isNewline }.filter { !$0.hasPrefix("-----") }
        guard let bytes = Base64.standard.decoded(Array(lines.joined().utf8)), bytes.count == beginning.count + 32,
            bytes.starts(with: beginning)
        else { return nil }
        return (try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes[beginning.count...])).map { .ed25519($0) }
    }

    private static let beginning: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
}
