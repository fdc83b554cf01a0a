import Crypto

/// The sending half of a direction's keys.
public struct RecordSealer: Sendable {
    private var secret: [UInt8]?
    private let key: SymmetricKey
    private let iv: [UInt8]
    private let isChaCha: Bool
    private var sequence: UInt64 = 0

    /// TLS 1.3 (RFC 8446 section 7.3).
    init(secret: [UInt8], isChaCha: Bool) {
        self.secret = secret
        self.isChaCha = isChaCha
        key = SymmetricKey(data: RecordSealer.expand(secret, "key", isChaCha ? 32 : 16))
        iv = RecordSealer.expand(secret, "iv", 12)
    }

    /// TLS 1.2.
    init(key: [UInt8], iv: [UInt8], isChaCha: Bool) {
        self.isChaCha = isChaCha
        self.key = SymmetricKey(data: key)
        self.iv = iv
    }

    /// A record that is not encrypted.
    public static func clear(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        [type, 3, 3] + big(content.count) + content
    }

    /// Takes up the keys after a KeyUpdate; TLS 1.2 has none.
    public mutating func update() {
        guard let secret else { return }
        self = RecordSealer(secret: RecordSealer.expand(secret, "traffic upd", 32), isChaCha: isChaCha)
    }

    /// The next record.
    public mutating func seal(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        defer { sequence += 1 }
        let number = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * $0)) }
        if secret != nil {
            let header: [UInt8] = [23, 3, 3] + big(content.count + 17)
            return header + box(content + [type], exclusiveOr(number), header)
        }
        let header = number + [type, 3, 3] + big(content.count)
        let sealed = isChaCha ? box(content, exclusiveOr(number), header) : number + box(content, iv + number, header)
        return RecordSealer.clear(type, sealed)
    }

    /// The next record, with content.
    public mutating func seal(_ text: String) -> [UInt8] { seal(23, Array(text.utf8)) }

    private func box(_ content: [UInt8], _ nonce: [UInt8], _ header: [UInt8]) -> [UInt8] {
        do {
            if isChaCha {
                let box = try ChaChaPoly.seal(
                    content, using: key, nonce: ChaChaPoly.Nonce(data: nonce), authenticating: header)
                return Array(box.ciphertext + box.tag)
            }
            let box = try AES.GCM.seal(content, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: header)
            return Array(box.ciphertext + box.tag)
        } catch {
            preconditionFailure("keys and nonces have the right sizes: \(error)")
        }
    }

    private func exclusiveOr(_ number: [UInt8]) -> [UInt8] {
        iv.enumerated().map { $0.offset < 4 ? $0.element : $0.element ^ number[$0.offset - 4] }
    }

    private static func expand(_ secret: [UInt8], _ label: String, _ count: Int) -> [UInt8] {
        let name = Array("tls13 \(label)".utf8)
        let info = big(count) + [UInt8(name.count)] + name + [0]
        let key = HKDF<SHA256>.expand(pseudoRandomKey: SymmetricKey(data: secret), info: info, outputByteCount: count)
        return key.withUnsafeBytes { Array($0) }
    }
}
