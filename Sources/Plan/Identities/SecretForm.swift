import Formats

/// How a client writes a password that it does not send as it is: encoded, or hashed together with other values.
struct SecretForm: Hashable {
    /// A part of the text that is encoded or hashed.
    enum Part: Hashable {
        case password
        /// The name of the person.
        case name
        /// A value of the same request, or of an earlier response.
        case salt
        case colon
        /// The password's own hash in lower-case hexadecimal digits.
        case passwordHash
    }

    /// How the result is written.
    enum Text: Hashable {
        case hex(isUppercase: Bool)
        case base64(Base64)
    }

    /// The hash function; nil if the text is only encoded.
    var algorithm: HashAlgorithm?
    var parts: [Part]
    var text: Text

    var hasSalt: Bool { parts.contains(.salt) }
    var hasName: Bool { parts.contains(.name) }

    /// The texts that are only encoded.
    static let encodedParts: [[Part]] = [[.password], [.name, .colon, .password]]
    /// The texts that are hashed, without and with a salt.
    static let plainParts: [[Part]] = [
        [.password], [.passwordHash], [.name, .colon, .password], [.name, .password], [.password, .name],
    ]
    static let saltedParts: [[Part]] = [
        [.password, .salt], [.salt, .password], [.passwordHash, .salt], [.salt, .passwordHash],
        [.password, .colon, .salt], [.salt, .colon, .password], [.name, .colon, .salt, .colon, .password],
        [.salt, .password, .salt],
    ]

    /// The hash functions that clients use for passwords.
    static let algorithms: [HashAlgorithm] = [.md5, .sha1, .sha256, .sha384, .sha512]

    /// The hash function with results of `count` bytes; nil if there is none.
    static func algorithm(ofResult count: Int) -> HashAlgorithm? { algorithms.first { $0.byteCount == count } }

    /// The text of the parts.
    ///
    /// - Parameter algorithm: the hash function, for the password's own hash.
    static func content(
        _ parts: [Part], password: [UInt8], name: [UInt8], salt: [UInt8], _ algorithm: HashAlgorithm?
    ) -> [UInt8] {
        parts.flatMap { part -> [UInt8] in
            switch part {
            case .password: password
            case .name: name
            case .salt: salt
            case .colon: [UInt8(ascii: ":")]
            case .passwordHash: algorithm?.hex(password) ?? []
            }
        }
    }
}

/// A text that may be a secret in another form: hexadecimal digits or base64, perhaps after a prefix such as `enc:`.
struct CodedSecret {
    /// The number of bytes before it.
    var prefixCount: Int
    var text: SecretForm.Text
    /// The decoded bytes.
    var bytes: [UInt8]

    /// The longest value and prefix, in bytes.
    static let longest = 512
    private static let longestPrefix = 16

    /// The ways to read `value`; most values have none.
    static func all(in value: [UInt8]) -> [CodedSecret] {
        guard value.count >= 6, value.count <= longest else { return [] }
        var found = read(value[...], prefixCount: 0)
        if let mark = value.prefix(longestPrefix).lastIndex(where: { ":}$ ".utf8.contains($0) }), mark + 1 < value.count
        {
            found += read(value[(mark + 1)...], prefixCount: mark + 1)
        }
        return found
    }

    private static func read(_ text: ArraySlice<UInt8>, prefixCount: Int) -> [CodedSecret] {
        var found: [CodedSecret] = []
        if let (bytes, isUppercase) = hex(text) {
            found.append(CodedSecret(prefixCount: prefixCount, text: .hex(isUppercase: isUppercase), bytes: bytes))
        }
        if let (form, bytes) = Array(text).withUnsafeBufferPointer({ Base64.parsed($0) }) {
            found.append(CodedSecret(prefixCount: prefixCount, text: .base64(form), bytes: bytes))
        }
        return found
    }

    /// The bytes of hexadecimal digits in one letter case; nil for other texts.
    private static func hex(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], isUppercase: Bool)? {
        guard !text.isEmpty, let bytes = Hex.bytes(String(decoding: text, as: UTF8.self)) else { return nil }
        let isUppercase = text.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
        let isLowercase = text.contains { (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
        return isUppercase && isLowercase ? nil : (bytes, isUppercase)
    }
}
