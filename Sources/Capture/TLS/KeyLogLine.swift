import Formats

/// The labels of the supported secrets in a key log.
enum SecretLabel: Int, Sendable, CaseIterable {
    /// TLS 1.2 and earlier: the master secret.
    case master
    case clientEarly
    case clientHandshake
    case serverHandshake
    case clientTraffic
    case serverTraffic

    init?(_ label: Substring) {
        switch label {
        case "CLIENT_RANDOM": self = .master
        case "CLIENT_EARLY_TRAFFIC_SECRET": self = .clientEarly
        case "CLIENT_HANDSHAKE_TRAFFIC_SECRET": self = .clientHandshake
        case "SERVER_HANDSHAKE_TRAFFIC_SECRET": self = .serverHandshake
        case "CLIENT_TRAFFIC_SECRET_0": self = .clientTraffic
        case "SERVER_TRAFFIC_SECRET_0": self = .serverTraffic
        default: return nil
        }
    }

    /// Whether a secret of this kind can have this length: 48 bytes for a master secret, otherwise that of SHA-256 or
    /// SHA-384.
    func canHave(byteCount: Int) -> Bool { byteCount == 48 || (byteCount == 32 && self != .master) }
}

/// A parsed line of a key log (draft-ietf-tls-keylogfile; also OpenSSL's older form by session).
enum KeyLogLine: Equatable {
    case secret(SecretLabel, ClientRandom, [UInt8])
    /// `RSA Session-ID:… Master-Key:…`
    case sessionMaster(sessionID: [UInt8], master: [UInt8])
    /// An empty line, a comment, or an unsupported secret.
    case ignored
    case malformed

    static let masterBytes = 48

    init(_ line: some Collection<UInt8>) {
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        guard let label = words.first, !label.hasPrefix("#") else {
            self = .ignored
            return
        }
        guard words.count == 3 else {
            self = .malformed
            return
        }
        if label == "RSA" {
            self = KeyLogLine.bySession(words[1], words[2])
        } else if let known = SecretLabel(label) {
            self = KeyLogLine.byClientRandom(known, words[1], words[2])
        } else {
            let isLabel = label.utf8.allSatisfy { KeyLogLine.isLabelByte($0) }
            self =
                isLabel && bytes(hex: words[1]) != nil && bytes(hex: words[2]) != nil
                ? .ignored : .malformed
        }
    }

    private static func byClientRandom(_ label: SecretLabel, _ first: Substring, _ second: Substring)
        -> KeyLogLine
    {
        guard let random = bytes(hex: first).flatMap({ ClientRandom($0) }),
            let secret = bytes(hex: second),
            label.canHave(byteCount: secret.count)
        else { return .malformed }
        return .secret(label, random, secret)
    }

    private static func bySession(_ first: Substring, _ second: Substring) -> KeyLogLine {
        let (session, master) = ("Session-ID:", "Master-Key:")
        guard first.hasPrefix(session), second.hasPrefix(master) else {
            // An encrypted premaster secret and its plaintext, which cannot be used without the server's key exchange
            // message.
            return bytes(hex: first) != nil && bytes(hex: second) != nil ? .ignored : .malformed
        }
        guard let id = bytes(hex: first.dropFirst(session.count)), (1...32).contains(id.count),
            let secret = bytes(hex: second.dropFirst(master.count)), secret.count == masterBytes
        else { return .malformed }
        return .sessionMaster(sessionID: id, master: secret)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// The bytes of hexadecimal `text`; nil if it is invalid or empty.
private func bytes(hex text: Substring) -> [UInt8]? { text.isEmpty ? nil : Hex.bytes(text) }
