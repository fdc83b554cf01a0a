import Formats

/// Values that clients make for themselves, for each request or for good: UUIDs, keys that make requests idempotent.
enum ClientMade {
    /// Whether what is at `sink` looks so; whether a response gave it is for others to say.
    static func isLikely(_ sink: Sink, of request: ParsedRequest, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard sink.distinctiveness == .strong, sink.isUppercase == nil else { return false }
        switch sink.place {
        case .piece, .part, .condition, .cookie, .name: return false
        case .header:
            guard request.parts[sink.part].rule == .any else { return false }
            if case .field(let name) = request.parts[sink.part].kind, names.occur(in: name.utf8) { return true }
        case .json(let name?, _), .xml(let name?, _), .query(let name), .form(let name):
            if names.occur(in: bytes[name]) { return true }
        case .path, .json, .xml, .protobuf: break
        }
        return isUUID(bytes, sink.range)
    }

    /// What fields are called whose values clients make for each request.
    private static let names = AnyCaseWords(
        "idempotency", "request-id", "request_id", "requestid", "correlation", "traceparent")

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
