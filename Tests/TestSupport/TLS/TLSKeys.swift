import Crypto

/// Connections whose secrets are known: what is sealed under them here, a capture with their key log opens.
public struct TLSKeys: Sendable {
    /// Versions and ciphers that can be sealed.
    public enum Suite: UInt16, CaseIterable, Sendable {
        case tls13AES = 0x1301
        case tls13ChaCha = 0x1303
        case tls12AES = 0xc02f
        case tls12ChaCha = 0xcca8
    }

    /// What the server chose.
    public let suite: Suite

    /// The keys of a connection.
    public init(_ suite: Suite) { self.suite = suite }

    /// Whether it is TLS 1.3.
    public var isTLS13: Bool { suite.rawValue >> 8 == 0x13 }
    var isChaCha: Bool { suite == .tls13ChaCha || suite == .tls12ChaCha }
    private var clientRandom: [UInt8] { [UInt8](repeating: isTLS13 ? 0x13 : 0x12, count: 32) }
    private static let serverRandom = [UInt8](repeating: 0x5e, count: 32)
    private static let master = [UInt8](repeating: 0x3c, count: 48)

    private static func secret(fromClient: Bool, isHandshake: Bool) -> [UInt8] {
        [UInt8](repeating: (fromClient ? 0xc0 : 0x50) + (isHandshake ? 1 : 2), count: 32)
    }

    /// The lines of a key log (SSLKEYLOGFILE).
    public var keyLog: String {
        guard isTLS13 else { return "CLIENT_RANDOM \(hex(clientRandom)) \(hex(TLSKeys.master))\n" }
        let labels = [
            ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", true, true), ("SERVER_HANDSHAKE_TRAFFIC_SECRET", false, true),
            ("CLIENT_TRAFFIC_SECRET_0", true, false), ("SERVER_TRAFFIC_SECRET_0", false, false),
        ]
        return labels.map { label, isClient, isHandshake in
            let secret = TLSKeys.secret(fromClient: isClient, isHandshake: isHandshake)
            return "\(label) \(hex(clientRandom)) \(hex(secret))\n"
        }.joined()
    }

    /// The record with the client's first message, which names the server `name`.
    public func clientHello(serverName name: String = "h") -> [UInt8] {
        let host: [UInt8] = [0] + big(name.utf8.count) + Array(name.utf8)
        let list = big(host.count) + host
        let extensions: [UInt8] = [0, 0] + big(list.count) + list
        let suites: [UInt8] = [0, 2] + big(Int(suite.rawValue)) + [1, 0]
        let body = [3, 3] + clientRandom + [0] + suites + big(extensions.count) + extensions
        return RecordSealer.clear(22, [1, 0] + big(body.count) + body)
    }

    /// The record with the server's first message.
    public var serverHello: [UInt8] {
        let extensions: [UInt8] = isTLS13 ? [0, 6, 0, 43, 0, 2, 3, 4] : []
        let body = [3, 3] + TLSKeys.serverRandom + [0] + big(Int(suite.rawValue)) + [0] + extensions
        return RecordSealer.clear(22, [2, 0] + big(body.count) + body)
    }

    /// The keys of a direction: those of the handshake, or of what follows it. TLS 1.2 has one pair for both.
    public func sealer(fromClient: Bool, isHandshake: Bool) -> RecordSealer {
        if isTLS13 {
            let secret = TLSKeys.secret(fromClient: fromClient, isHandshake: isHandshake)
            return RecordSealer(secret: secret, isChaCha: isChaCha)
        }
        let block = TLSKeys.keyBlock(TLSKeys.serverRandom + clientRandom)
        let (keyBytes, ivBytes) = isChaCha ? (32, 12) : (16, 4)
        let key = block[(fromClient ? 0 : keyBytes)...].prefix(keyBytes)
        let iv = block[(2 * keyBytes + (fromClient ? 0 : ivBytes))...].prefix(ivBytes)
        return RecordSealer(key: Array(key), iv: Array(iv), isChaCha: isChaCha)
    }

    /// RFC 5246 section 6.3 with the pseudo-random function of SHA-256 (section 5).
    private static func keyBlock(_ randoms: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: master)
        let seed = Array("key expansion".utf8) + randoms
        var (link, block) = (seed, [UInt8]())
        while block.count < 96 {
            link = Array(HMAC<SHA256>.authenticationCode(for: link, using: key))
            block += HMAC<SHA256>.authenticationCode(for: link + seed, using: key)
        }
        return block
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// A number in two bytes.
func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] }
