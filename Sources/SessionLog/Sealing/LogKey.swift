import Crypto
import Formats
import FoundationEssentials

/// The secret that seals and opens logs: 32 bytes.
public struct LogKey: Sendable {
    /// Bytes of a key.
    public static let byteCount = 32
    private let secret: SymmetricKey

    /// The key in a key file: 32 raw bytes, 64 hexadecimal digits, or base64 (with or without padding, either
    /// alphabet); white space around the latter two is ignored.
    ///
    /// - Returns: nil if `content` is none of these.
    public init?(content: [UInt8]) {
        if content.count == LogKey.byteCount {
            secret = SymmetricKey(data: content)
            return
        }
        let text = String(decoding: content, as: UTF8.self).trimmingWhitespace
        guard let bytes = Hex.bytes(text) ?? LogKey.base64(text), bytes.count == LogKey.byteCount else {
            return nil
        }
        secret = SymmetricKey(data: bytes)
    }

    /// The key for the blocks of one log (HKDF, RFC 5869, with SHA-256).
    func blockKey(logID: UInt64, salt: Salt) -> SymmetricKey {
        derived(logID, salt, "reprise session log: blocks", LogKey.byteCount)
    }

    /// The value that a log stores to verify a key.
    func check(logID: UInt64, salt: Salt) -> Salt {
        derived(logID, salt, "reprise session log: key check", 16).withUnsafeBytes { Salt($0) }
    }

    private func derived(_ logID: UInt64, _ salt: Salt, _ purpose: String, _ count: Int) -> SymmetricKey {
        var input = salt.bytes
        input.appendLittleEndian(logID)
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, salt: input, info: Array(purpose.utf8), outputByteCount: count)
    }

    private static func base64(_ text: String) -> [UInt8]? {
        Base64.lenient(Array(text.utf8))
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
