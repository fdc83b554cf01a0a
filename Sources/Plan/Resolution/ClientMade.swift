import Formats

/// Values that clients make for themselves, for each request or for good: UUIDs, keys that make requests idempotent, signatures,
/// times.
enum ClientMade {
    typealias Kind = PlanFindings.ClientMade.Kind

    /// What is at `sink`, as far as it looks made by a client; whether a response gave it is for others to say. Nil for anything
    /// else.
    ///
    /// - Parameter beganNs: when the request began, in nanoseconds since the epoch.
    static func kind(
        of sink: Sink, in request: ParsedRequest, _ bytes: UnsafeBufferPointer<UInt8>, beganNs: Int64
    ) -> Kind? {
        guard sink.distinctiveness == .strong, sink.isUppercase == nil else { return nil }
        var name: String?
        var isField = false
        switch sink.place {
        case .piece, .part, .condition, .cookie, .name: return nil
        case .header:
            guard request.parts[sink.part].rule == .any else {
                return isSignedAuthorization(bytes[sink.range]) ? .signature : nil
            }
            if case .field(let own) = request.parts[sink.part].kind { (name, isField) = (own, true) }
        case .json(let own?, _), .xml(let own?, _), .query(let own), .form(let own):
            name = String(decoding: bytes[own].prefix(nameLimit), as: UTF8.self)
        case .path, .json, .xml, .protobuf: break
        }
        if let name {
            if requestNames.occur(in: name.utf8) { return .perRequest }
            let plain = IdentityFieldName.plain(name)
            if signatureNames.occur(in: name.utf8) || ["sig", "sign", "xsig", "xsign"].contains(plain) {
                return .signature
            }
            if authorizationNames.contains(plain) { return .authorization }
            if plain.contains("nonce") { return .perRequest }
            let isTimed = plain.contains("timestamp") || plain.hasSuffix("date") && !plain.hasSuffix("update")
            if isField, isTimed, bytes[sink.range].contains(where: ASCII.isDigit) {
                return .time
            }
            if isTime(bytes[sink.range], of: beganNs) { return .time }
        }
        return isUUID(bytes, sink.range) || isULID(bytes[sink.range]) ? .perRequest : nil
    }

    /// The most of a name that is looked at.
    private static let nameLimit = 64

    /// What fields are called whose values clients make for each request.
    private static let requestNames = AnyCaseWords(
        "idempotency", "request-id", "request_id", "requestid", "correlation", "traceparent")
    /// What fields with a signature of the request are called.
    private static let signatureNames = AnyCaseWords("signature", "hmac")
    /// What a client sends to see that an authorization answers its own request (RFC 6749 section 4.1.1, RFC 7636).
    private static let authorizationNames: Set<String> = ["codechallenge", "codeverifier", "state"]

    /// Whether an Authorization field signs its request: AWS Signature Version 4, HTTP signatures, OAuth 1.
    private static func isSignedAuthorization(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        ["AWS4-HMAC-SHA256 ", "AWS4-ECDSA-P256-SHA256 ", "Signature ", "HMAC", "SharedKey "].contains {
            text.starts(with: $0.utf8)
        } || text.starts(with: "OAuth ".utf8) && signatureNames.occur(in: text)
    }

    /// Whether `text` is the time of a request, in seconds or milliseconds since the epoch.
    private static func isTime(_ text: Slice<UnsafeBufferPointer<UInt8>>, of beganNs: Int64) -> Bool {
        guard text.count == 10 || text.count == 13, text.allSatisfy(ASCII.isDigit),
            let number = Int64(String(decoding: text, as: UTF8.self))
        else { return false }
        let seconds = text.count == 13 ? number / 1000 : number
        return abs(seconds - beganNs / 1_000_000_000) <= longestSkew
    }

    /// How far a client's clock is taken to be off, in seconds.
    private static let longestSkew: Int64 = 600

    /// Whether `text` is a ULID of our time: 26 digits of Crockford's base 32, of which the first ten count milliseconds.
    private static func isULID(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.count == 26 && text.starts(with: "01".utf8) && text.contains { !ASCII.isDigit($0) }
            && text.allSatisfy { byte in
                ASCII.isDigit(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) && !"ILOU".utf8.contains(byte)
            }
    }

    /// How long a UUID is, and how many digits it has before its first hyphen.
    static let uuidCount = 36
    static let firstMark = 8

    /// Whether `range` is a UUID (RFC 9562 section 4).
    static func isUUID(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == uuidCount else { return false }
        return range.allSatisfy { index in
            switch index - range.lowerBound {
            case 8, 13, 18, 23: bytes[index] == UInt8(ascii: "-")
            default: ASCII.hexValue(bytes[index]) != nil
            }
        }
    }
}
