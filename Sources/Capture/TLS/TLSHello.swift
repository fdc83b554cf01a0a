/// Versions of TLS by their wire values, which are ordered.
enum TLSVersion {
    static let tls10: UInt16 = 0x0301
    static let tls11: UInt16 = 0x0302
    static let tls12: UInt16 = 0x0303
    static let tls13: UInt16 = 0x0304
}

private enum HelloExtension {
    static let serverName = 0
    static let applicationProtocol = 16
    static let encryptThenMAC = 22
    static let earlyData = 42
    static let supportedVersions = 43
}

/// The relevant parts of a ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2).
struct ClientHello: Equatable {
    let random: ClientRandom
    /// The server's name (RFC 6066 section 3), if sent and printable.
    let serverName: String?
    let offersEarlyData: Bool

    /// Reads the body of the message; nil if it is invalid.
    init?(_ body: UnsafeRawBufferPointer) {
        var reader = WireReader(body)
        guard let version = reader.u16(), version >> 8 == 3,
            let random = reader.bytes(ClientRandom.byteCount).flatMap({ ClientRandom($0) }),
            reader.shortVector() != nil, reader.vector() != nil, reader.shortVector() != nil
        else { return nil }
        self.random = random
        var name: String?
        var hasEarlyData = false
        forEachExtension(&reader) { type, content in
            var content = content
            switch type {
            case HelloExtension.serverName: name = ClientHello.serverName(&content)
            case HelloExtension.earlyData: hasEarlyData = true
            default: break
            }
        }
        serverName = name
        offersEarlyData = hasEarlyData
    }

    private static func serverName(_ content: inout WireReader) -> String? {
        guard var list = content.vector() else { return nil }
        while let type = list.u8(), let name = list.vector() {
            guard type == 0 else { continue }
            guard (1...255).contains(name.rest.count),
                name.rest.allSatisfy({ (0x21...0x7e).contains($0) })
            else {
                return nil
            }
            return String(decoding: name.rest, as: UTF8.self)
        }
        return nil
    }
}

/// The relevant parts of a ServerHello (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
struct ServerHello: Equatable {
    let version: UInt16
    let random: [UInt8]
    let sessionID: [UInt8]
    let cipherSuite: UInt16
    let compression: UInt8
    /// Whether MACs cover the ciphertext (RFC 7366).
    let usesEncryptThenMAC: Bool
    /// The chosen protocol (RFC 7301), if sent unencrypted.
    let applicationProtocol: String?

    /// Reads the body of the message; nil if it is invalid.
    init?(_ body: UnsafeRawBufferPointer) {
        var reader = WireReader(body)
        guard let legacyVersion = reader.u16(), legacyVersion >> 8 == 3,
            let random = reader.bytes(ClientRandom.byteCount), let session = reader.shortVector(),
            session.rest.count <= 32, let suite = reader.u16(), let compression = reader.u8()
        else { return nil }
        self.random = Array(random)
        sessionID = Array(session.rest)
        cipherSuite = UInt16(suite)
        self.compression = UInt8(compression)
        var version = UInt16(legacyVersion)
        var macsCiphertext = false
        var chosen: String?
        forEachExtension(&reader) { type, content in
            var content = content
            switch type {
            case HelloExtension.supportedVersions: version = content.u16().map { UInt16($0) } ?? version
            case HelloExtension.encryptThenMAC: macsCiphertext = true
            case HelloExtension.applicationProtocol: chosen = applicationProtocolName(&content)
            default: break
            }
        }
        self.version = version
        usesEncryptThenMAC = macsCiphertext
        applicationProtocol = chosen
    }

    /// Whether it asks for another ClientHello (RFC 8446 section 4.1.3: the random is SHA-256 of "HelloRetryRequest").
    var isRetryRequest: Bool { random == ServerHello.retryRandom }

    private static let retryRandom: [UInt8] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
        0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ]
}

/// The application protocol in EncryptedExtensions (RFC 8446 section 4.3.1).
func encryptedApplicationProtocol(_ body: UnsafeRawBufferPointer) -> String? {
    var reader = WireReader(body)
    var chosen: String?
    forEachExtension(&reader) { type, content in
        var content = content
        if type == HelloExtension.applicationProtocol { chosen = applicationProtocolName(&content) }
    }
    return chosen
}

private func applicationProtocolName(_ content: inout WireReader) -> String? {
    guard var list = content.vector(), let name = list.shortVector() else { return nil }
    guard !name.isAtEnd, name.rest.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    return String(decoding: name.rest, as: UTF8.self)
}

/// Calls `body` for each extension until they end or are invalid; a message without extensions is valid too.
private func forEachExtension(_ reader: inout WireReader, _ body: (Int, WireReader) -> Void) {
    guard var list = reader.vector() else { return }
    while let type = list.u16(), let content = list.vector() { body(type, content) }
}
