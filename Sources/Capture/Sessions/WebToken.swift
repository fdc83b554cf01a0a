import Glibc

/// Finds JSON Web Tokens (RFC 7519) in raw bytes and reads the claims of their payloads. Signatures are not looked at.
struct WebToken {
    /// Characters of an encoded payload that are read; a longer one is passed over.
    private static let maximumPayloadBytes = 16 << 10
    private var payload: [UInt8] = []

    /// Calls `body` with the value of `claim` in the first token within `bytes` that has it: the text between a string's quotes
    /// as it is, or a number's digits. The value is good for the duration of the call.
    ///
    /// - Returns: what `body` returned; nil when no token has the claim.
    mutating func withClaim<Result>(
        _ claim: [UInt8], in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        var start = 0
        // A JSON object that begins with a member is encoded so.
        while let at = CredentialScanner.find("eyJ", in: bytes, from: start) {
            start = at + 3
            guard let encoded = WebToken.payload(ofTokenAt: at, in: bytes) else { continue }
            start = encoded.endIndex
            guard decode(encoded) else { continue }
            let result = payload.withUnsafeBytes { object in
                JSONMember.value(of: claim, in: object).map(body)
            }
            if let result { return result }
        }
        return nil
    }

    /// The same for `token` alone, which must be one.
    mutating func withClaims<Result>(
        _ first: [UInt8], _ second: [UInt8], of token: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard token.count > 3, token.starts(with: "eyJ".utf8),
            let encoded = WebToken.payload(ofTokenAt: 0, in: token), decode(encoded)
        else { return nil }
        return payload.withUnsafeBytes { object in
            JSONMember.value(of: second, in: object).map { body(JSONMember.value(of: first, in: object), $0) }
        }
    }

    /// The second of the three parts of the token that begins at `start`.
    private static func payload(
        ofTokenAt start: Int, in bytes: UnsafeRawBufferPointer
    ) -> Slice<UnsafeRawBufferPointer>? {
        let dot = UInt8(ascii: ".")
        let header = bytes[start...].prefix { digit($0) != nil }
        guard header.endIndex < bytes.count, bytes[header.endIndex] == dot else { return nil }
        let payload = bytes[(header.endIndex + 1)...].prefix { digit($0) != nil }
        guard payload.endIndex < bytes.count, bytes[payload.endIndex] == dot, !payload.isEmpty,
            payload.count <= maximumPayloadBytes
        else { return nil }
        return payload
    }

    /// Fills `payload` with the bytes that `encoded` stands for (base64url, RFC 4648 section 5).
    private mutating func decode(_ encoded: Slice<UnsafeRawBufferPointer>) -> Bool {
        payload.removeAll(keepingCapacity: true)
        var bits: UInt32 = 0
        var count = 0
        for byte in encoded {
            guard let digit = WebToken.digit(byte) else { return false }
            bits = bits << 6 | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                payload.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
