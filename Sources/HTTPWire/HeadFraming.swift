import Credentials
import Formats
public import Traffic

/// What a head says about the end of its message, and whether certain fields are present: read in one pass over the raw
/// bytes, without copying (RFC 9112 section 6).
public struct HeadFraming: Sendable {
    /// Whether the head is a request's.
    public internal(set) var isRequest: Bool
    /// The request's method; `.other` in a response.
    public internal(set) var method: RequestMethod = .other
    /// The response's status code; 0 in a request.
    public internal(set) var status: UInt16 = 0
    /// The version of the start line.
    public internal(set) var version: HTTPVersion = .http11
    /// Bytes of the head, including its empty line.
    public internal(set) var headBytes = 0
    /// Content-Length; nil if absent or not a number. Of several different values, the first counts, as in most
    /// servers.
    public internal(set) var contentLength: UInt64?
    /// Whether Content-Length is not a number, or has contradictory values.
    public internal(set) var hasBadContentLength = false
    /// Whether "chunked" is the last transfer coding.
    public internal(set) var isChunked = false
    /// Whether there are transfer codings that do not end with "chunked": a response then ends with its connection.
    public internal(set) var hasOtherTransferCoding = false
    /// Whether a transfer coding is unknown (RFC 9112 section 7 and its registry), so that the bytes are not the
    /// content.
    public internal(set) var hasUnknownTransferCoding = false
    /// Whether this is an HTTP/0.9 request: a single line without fields, answered without a head.
    public internal(set) var isSimple = false
    /// Whether there is a `CredentialField`, which may identify a session.
    public internal(set) var hasCredentials = false

    /// Whether a request waits for 100 (Continue) before sending its body (Expect: 100-continue, RFC 9110 section
    /// 10.1.1).
    public internal(set) var expectsContinue = false

    /// The persistence given by the Connection field (RFC 9112 section 9.3).
    public internal(set) var persistence = Persistence.unsaid

    /// Whether a connection continues after a message.
    public enum Persistence: UInt8, Sendable {
        case unsaid, close, keepAlive
    }

    /// Whether the sender closes the connection after this message.
    public var endsConnection: Bool {
        persistence == .close || (version == .http10 && persistence != .keepAlive)
    }

    /// Reads the head at the beginning of `bytes`.
    ///
    /// - Returns: nil if it does not end within `bytes` or does not begin like a head of its side.
    public init?(_ bytes: UnsafeRawBufferPointer, isRequest: Bool) {
        self.isRequest = isRequest
        guard let lineEnd = bytes.index(ofByte: ASCII.lineFeed, from: 0),
            readStartLine(bytes.slice(0..<lineEnd).withoutReturn)
        else { return nil }
        if isSimple {
            headBytes = lineEnd + 1
            return
        }
        guard let end = readFields(bytes, from: lineEnd + 1) else { return nil }
        headBytes = end
    }

    /// Reads only the start line at the beginning of `bytes`, for a truncated head.
    ///
    /// - Returns: nil if the line does not end within `bytes` or is not a start line.
    public init?(startLineOf bytes: UnsafeRawBufferPointer, isRequest: Bool) {
        self.isRequest = isRequest
        guard let lineEnd = bytes.index(ofByte: ASCII.lineFeed, from: 0),
            readStartLine(bytes.slice(0..<lineEnd).withoutReturn)
        else { return nil }
    }

    private mutating func readStartLine(_ line: UnsafeRawBufferPointer) -> Bool {
        if isRequest {
            guard let request = StartLine.request(line) else { return false }
            (version, isSimple, method) = (request.version, request.isSimple, request.method)
        } else {
            guard let response = StartLine.status(line) else { return false }
            (status, version) = response
        }
        return true
    }

    /// - Returns: the index after the empty line; nil if it is not in `bytes`.
    private mutating func readFields(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var start = start
        while let lineEnd = bytes.index(ofByte: ASCII.lineFeed, from: start) {
            let length = lineEnd - start
            if length == 0 || (length == 1 && bytes[start] == ASCII.carriageReturn) { return lineEnd + 1 }
            switch bytes[start] | 0x20 {
            case UInt8(ascii: "c"): readFieldOfC(bytes, start, lineEnd)
            case UInt8(ascii: "t"):
                if let value = value(of: "transfer-encoding", bytes, start, lineEnd) { readTransferEncoding(value) }
            case UInt8(ascii: "e"):
                if isRequest, let value = value(of: "expect", bytes, start, lineEnd) { readExpect(value) }
            default: break
            }
            if !hasCredentials, CredentialField.find(in: bytes.slice(start..<lineEnd)) != nil { hasCredentials = true }
            start = lineEnd + 1
        }
        return nil
    }

    private mutating func readFieldOfC(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ lineEnd: Int) {
        if let value = value(of: "content-length", bytes, start, lineEnd) {
            readContentLength(value)
        } else if let value = value(of: "connection", bytes, start, lineEnd) {
            readConnection(value)
        }
    }

    /// Several fields, or a list in one, may only repeat the same number (RFC 9110 section 8.6).
    private mutating func readContentLength(_ value: UnsafeRawBufferPointer) {
        var rest = value
        while true {
            let length = HeadFraming.length(rest)
            if contentLength == nil { contentLength = length }
            if length == nil || length != contentLength { hasBadContentLength = true }
            guard let comma = rest.index(ofByte: ASCII.comma, from: 0) else { return }
            rest = rest.slice((comma + 1)..<rest.count)
        }
    }

    /// Whether the end of the body is undefined: its length is invalid, and no transfer coding frames it. For a
    /// response, this is an unrecoverable error (RFC 9112 section 6.3, rule 5).
    public var hasUnusableLength: Bool {
        guard hasBadContentLength, !isChunked, !hasOtherTransferCoding else { return false }
        return isRequest || (status >= 200 && status != 204 && status != 304)
    }

    /// Whether a response's body ends with its connection (RFC 9112 section 6.3, rules 4 and 8), unless it answers HEAD
    /// or CONNECT.
    public var endsWithConnection: Bool {
        guard !isRequest, status >= 200, status != 204, status != 304, !isChunked else { return false }
        return hasOtherTransferCoding || contentLength == nil
    }

    private mutating func readExpect(_ value: UnsafeRawBufferPointer) {
        var start = 0
        while start < value.count, ASCII.isBlank(value[start]) { start += 1 }
        if value.slice(start..<value.count).hasPrefixIgnoringCase("100-continue") { expectsContinue = true }
    }

    private mutating func readConnection(_ value: UnsafeRawBufferPointer) {
        var start = 0
        while start < value.count {
            var end = start
            while end < value.count, value[end] > 0x20, value[end] != ASCII.comma { end += 1 }
            let option = value.slice(start..<end)
            if option.count == 5, option.hasPrefixIgnoringCase("close") {
                persistence = .close
            } else if option.count == 10, option.hasPrefixIgnoringCase("keep-alive"), persistence == .unsaid {
                persistence = .keepAlive
            }
            start = end + 1
        }
    }

    /// The value of the line at `start` if its name is `name`, including folded lines that follow; nil otherwise.
    @inline(__always)
    private func value(
        of name: StaticString, _ bytes: UnsafeRawBufferPointer, _ start: Int, _ lineEnd: Int
    ) -> UnsafeRawBufferPointer? {
        let line = bytes.slice(start..<lineEnd)
        guard line.hasPrefixIgnoringCase(name) else { return nil }
        var colon = name.utf8CodeUnitCount
        while colon < line.count, ASCII.isBlank(line[colon]) { colon += 1 }
        guard colon < line.count, line[colon] == ASCII.colon else { return nil }
        var end = lineEnd
        while end + 1 < bytes.count, ASCII.isBlank(bytes[end + 1]),
            let foldEnd = bytes.index(ofByte: ASCII.lineFeed, from: end + 1)
        {
            end = foldEnd
        }
        return bytes.slice((start + colon + 1)..<end)
    }

    /// A decimal number, or the first number of a list; surrounding white space and line ends are ignored.
    private static func length(_ value: UnsafeRawBufferPointer) -> UInt64? {
        var number: UInt64?
        var isEnded = false
        for byte in value {
            if byte == ASCII.comma { break }
            if byte <= 0x20 {
                isEnded = number != nil
                continue
            }
            guard ASCII.isDigit(byte), !isEnded else { return nil }
            let (scaled, overflow) = (number ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            guard !overflow, !carry, sum <= UInt64(Int64.max) else { return nil }
            number = sum
        }
        return number
    }

    private static let transferCodings: [StaticString] = ["chunked", "identity", "gzip", "x-gzip", "deflate"]

    /// Several fields form one list (RFC 9110 section 5.3), so the last coding of the last field decides.
    private mutating func readTransferEncoding(_ value: UnsafeRawBufferPointer) {
        var end = value.count
        while end > 0, value[end - 1] <= 0x20 || value[end - 1] == ASCII.comma { end -= 1 }
        var start = end
        while start > 0, value[start - 1] > 0x20, value[start - 1] != ASCII.comma { start -= 1 }
        for item in value.split(separator: ASCII.comma) {
            let name = item.drop { $0 <= 0x20 }.prefix { $0 > 0x20 && $0 != ASCII.semicolon }
            let coding = UnsafeRawBufferPointer(rebasing: name)
            let isKnown = HeadFraming.transferCodings.contains {
                $0.utf8CodeUnitCount == coding.count && coding.hasPrefixIgnoringCase($0)
            }
            if !isKnown, !coding.isEmpty { hasUnknownTransferCoding = true }
        }
        let last = value.slice(start..<end)
        isChunked = last.count == 7 && last.hasPrefixIgnoringCase("chunked")
        let isIdentity = last.count == 8 && last.hasPrefixIgnoringCase("identity")
        hasOtherTransferCoding = !isChunked && !isIdentity && !last.isEmpty
    }
}
