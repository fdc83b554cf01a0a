import Formats

/// Reads claims of JSON Web Tokens (RFC 7519) in raw bytes. Signatures are not verified.
///
/// Keeps one buffer, so that reading many tokens allocates once.
public struct ClaimReader: Sendable {
    /// Maximum characters of an encoded payload; a longer one is skipped.
    private static let maximumPayloadBytes = 16 << 10
    private var payload: [UInt8] = []

    /// Creates a reader.
    public init() {}

    /// Calls `body` with the value of `claim` in the first token within `bytes` that has it: the raw text between a
    /// string's quotes, or a number's digits. The value is valid during the call.
    ///
    /// - Returns: the result of `body`; nil if no token has the claim.
    public mutating func withClaim<Result>(
        _ claim: [UInt8], in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        var start = 0
        // The encoding of a JSON object that begins with a member.
        while let at = bytes.find("eyJ", from: start) {
            start = at + 3
            guard let encoded = ClaimReader.payload(ofTokenAt: at, in: bytes) else { continue }
            start = encoded.endIndex
            guard decode(encoded) else { continue }
            let result = payload.withUnsafeBytes { object in
                JSONMember.value(of: claim, in: object).map(body)
            }
            if let result { return result }
        }
        return nil
    }

    /// Calls `body` with the values of two claims of `token`, which must be a single token; the first claim may be
    /// missing.
    ///
    /// - Returns: the result of `body`; nil if it is not a token or does not have the second claim.
    public mutating func withClaims<Result>(
        _ first: [UInt8], _ second: [UInt8], of token: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard token.count > 3, token.starts(with: "eyJ".utf8),
            let encoded = ClaimReader.payload(ofTokenAt: 0, in: token), decode(encoded)
        else { return nil }
        return payload.withUnsafeBytes { object in
            JSONMember.value(of: second, in: object).map { body(JSONMember.value(of: first, in: object), $0) }
        }
    }

    /// The second part of the three-part token that begins at `start`.
    private static func payload(
        ofTokenAt start: Int, in bytes: UnsafeRawBufferPointer
    ) -> Slice<UnsafeRawBufferPointer>? {
        let dot = UInt8(ascii: ".")
        let header = bytes[start...].prefix { Base64.url.value(of: $0) != nil }
        guard header.endIndex < bytes.count, bytes[header.endIndex] == dot else { return nil }
        let payload = bytes[(header.endIndex + 1)...].prefix { Base64.url.value(of: $0) != nil }
        guard payload.endIndex < bytes.count, bytes[payload.endIndex] == dot, !payload.isEmpty,
            payload.count <= maximumPayloadBytes
        else { return nil }
        return payload
    }

    /// Decodes `encoded` into `payload`.
    private mutating func decode(_ encoded: Slice<UnsafeRawBufferPointer>) -> Bool {
        payload.removeAll(keepingCapacity: true)
        return Base64.url.decode(encoded, into: &payload)
    }
}
