internal import Crypto
internal import CryptoExtras
import Formats

/// Reads private keys from JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
enum JSONWebKeys {
    /// The most keys of one set.
    static let limit = 1024

    /// The keys of a JSON Web Key or a key set; nil when the text is neither.
    static func keys(in text: [UInt8]) throws(KeyRing.Problem) -> [SigningKey]? {
        let objects = objects(in: text).filter { $0["kty"] != nil }
        guard !objects.isEmpty else { return nil }
        var keys: [SigningKey] = []
        var problem: KeyRing.Problem?
        for object in objects.prefix(limit) {
            let kind = object["kty"].map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard let material = material(kind, object) else {
                // A key set may also hold public keys of others.
                problem = .badJWK(kind: String(kind.prefix(16)))
                continue
            }
            keys.append(
                SigningKey(
                    material, identifier: object["kid"].map { String(decoding: $0, as: UTF8.self) },
                    algorithm: object["alg"].flatMap { SigningAlgorithm(rawValue: String(decoding: $0, as: UTF8.self)) }
                ))
        }
        if keys.isEmpty, let problem { throw problem }
        return keys
    }

    /// The string members of every object in the text.
    private static func objects(in text: [UInt8]) -> [[String: [UInt8]]] {
        text.withUnsafeBufferPointer { bytes in
            var order: [Int] = []
            var objects: [Int: [String: [UInt8]]] = [:]
            var leaves = JSONLeaves(bytes)
            while let leaf = leaves.next() {
                guard leaf.isString, let key = leaves.key else { continue }
                let name = String(decoding: bytes[key], as: UTF8.self)
                if objects[leaves.objectStart] == nil { order.append(leaves.objectStart) }
                objects[leaves.objectStart, default: [:]][name] = Sink.Coding.json.decoded(bytes, leaf.range)
            }
            return order.compactMap { objects[$0] }
        }
    }

    private static func material(_ kind: String, _ object: [String: [UInt8]]) -> SigningKey.Material? {
        func number(_ name: String) -> [UInt8]? { object[name].flatMap { Base64.url.decoded($0) } }
        switch kind {
        case "oct": return number("k").flatMap { $0.isEmpty ? nil : .secret(SymmetricKey(data: $0)) }
        case "RSA":
            guard let n = number("n"), let e = number("e"), let d = number("d"), let p = number("p"),
                let q = number("q")
            else { return nil }
            return (try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q)).map { .rsa($0) }
        case "EC": return number("d").flatMap { curve(object["crv"] ?? [], $0) }
        case "OKP":
            guard object["crv"] == Array("Ed25519".utf8), let d = number("d") else { return nil }
            return (try? Curve25519.Signing.PrivateKey(rawRepresentation: d)).map { .ed25519($0) }
        default: return nil
        }
    }

    private static func curve(_ name: [UInt8], _ d: [UInt8]) -> SigningKey.Material? {
        switch String(decoding: name, as: UTF8.self) {
        case "P-256": (try? P256.Signing.PrivateKey(rawRepresentation: d)).map { .p256($0) }
        case "P-384": (try? P384.Signing.PrivateKey(rawRepresentation: d)).map { .p384($0) }
        case "P-521": (try? P521.Signing.PrivateKey(rawRepresentation: d)).map { .p521($0) }
        default: nil
        }
    }
}
