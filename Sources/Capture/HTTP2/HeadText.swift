import Credentials
import HTTPWire

/// The fields of an HTTP/2 header section in the text form of ``Traffic/Exchange/Message/head``.
///
/// Pseudo-header fields come first. Cookie fields, which clients split for better compression, are joined at the
/// position of the first (RFC 9113 section 8.2.3). Bounded and reusable.
struct HeadText {
    private let maximumBytes: Int
    /// The size limit for the current block when decompressed.
    private var boundBytes: Int
    private var pseudo: [UInt8] = []
    private var fields: [UInt8] = []
    private var cookie: [UInt8] = []
    /// The position of the cookies in `fields`; nil if there are none.
    private var cookieOffset: Int?
    /// The value of `:method`; nil if there is none.
    private(set) var method: RequestMethod?
    /// The value of `:status`; 0 if there is none.
    private(set) var status: UInt16 = 0
    private(set) var hasCredentials = false
    /// The value of `content-length`; -1 if there is none, -2 if it is not a length or several values differ.
    private(set) var contentLength: Int64 = -1
    /// Whether bytes were left out because of the limit.
    private(set) var isOverlong = false
    /// Whether bytes were replaced or left out because they cannot be kept as sent.
    private(set) var isAltered = false
    /// Whether a field is missing because it refers to a table entry that was not seen.
    var isUncertain = false

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
        boundBytes = maximumBytes
    }

    /// Whether it contains no field.
    var isEmpty: Bool { pseudo.isEmpty && fields.isEmpty && cookieOffset == nil }

    /// Empties it for a head of at most `bytes` when decompressed, and at most the general limit.
    mutating func removeAll(boundedBy bytes: Int = .max) {
        boundBytes = min(maximumBytes, bytes)
        self.pseudo.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
        self.cookie.removeAll(keepingCapacity: true)
        cookieOffset = nil
        (method, status, hasCredentials) = (nil, 0, false)
        contentLength = -1
        (isOverlong, isAltered, isUncertain) = (false, false, false)
    }

    /// Adds a field; its name is in lower case, as the protocol requires.
    mutating func append(name: String, value: String) {
        guard
            pseudo.count + fields.count + cookie.count + name.utf8.count + value.utf8.count + 8
                <= boundBytes
        else {
            isOverlong = true
            return
        }
        if name.utf8.first == UInt8(ascii: ":") {
            appendPseudo(name, value)
        } else if name == "cookie" {
            hasCredentials = true
            if cookieOffset == nil {
                cookieOffset = fields.count
            } else {
                cookie.append(contentsOf: "; ".utf8)
            }
            isAltered = HeadText.append(value, to: &cookie) || isAltered
        } else {
            if CredentialField.isName(name) { hasCredentials = true }
            if name == "content-length" { noteLength(value) }
            isAltered = HeadText.appendLine(name, value, to: &fields) || isAltered
        }
    }

    /// Copies the contents of `other`.
    mutating func copy(_ other: HeadText) {
        removeAll()
        pseudo.append(contentsOf: other.pseudo)
        fields.append(contentsOf: other.fields)
        cookie.append(contentsOf: other.cookie)
        cookieOffset = other.cookieOffset
        (method, status, hasCredentials) = (other.method, other.status, other.hasCredentials)
        contentLength = other.contentLength
    }

    /// Bytes of text.
    var byteCount: Int { pseudo.count + fields.count + cookie.count }

    /// Whether it contains the whole block exactly as sent.
    var isExact: Bool { !isOverlong && !isAltered && !isUncertain }

    /// Calls `body` with the parts of the head, in order.
    func withHead(_ body: (UnsafeRawBufferPointer) -> Void) {
        pseudo.withUnsafeBytes(body)
        withTrailers(body)
    }

    /// Calls `body` with the parts of the trailer section, in order, without pseudo-header fields.
    func withTrailers(_ body: (UnsafeRawBufferPointer) -> Void) {
        fields.withUnsafeBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[..<(cookieOffset ?? bytes.count)]))
            if let cookieOffset {
                HeadText.with("cookie: ", body)
                cookie.withUnsafeBytes(body)
                HeadText.with("\r\n", body)
                body(UnsafeRawBufferPointer(rebasing: bytes[cookieOffset...]))
            }
        }
        HeadText.with("\r\n", body)
    }

    private mutating func noteLength(_ value: String) {
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let length = isNumber ? Int64(value) ?? -2 : -2
        contentLength = contentLength == -1 || contentLength == length ? length : -2
    }

    private mutating func appendPseudo(_ name: String, _ value: String) {
        if name == ":method" { method = HeadText.method(value) }
        if name == ":status", value.utf8.count == 3, let code = UInt16(value), code >= 100 {
            status = code
        }
        isAltered = HeadText.appendLine(name, value, to: &pseudo) || isAltered
    }

    private static func method(_ value: String) -> RequestMethod? {
        switch value {
        case "": nil
        case "GET": .get
        case "POST": .post
        case "HEAD": .head
        case "CONNECT": .connect
        default: .other
        }
    }

    /// - Returns: whether it could not be kept as sent.
    private static func appendLine(_ name: String, _ value: String, to bytes: inout [UInt8]) -> Bool {
        var isAltered = append(name, to: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        isAltered = append(value, to: &bytes) || isAltered
        bytes.append(contentsOf: "\r\n".utf8)
        return isAltered
    }

    /// Appends `text`. Line ends and NUL, which the protocol forbids, would change the fields: they become spaces.
    ///
    /// - Returns: whether bytes were replaced, here or earlier because they were not UTF-8.
    private static func append(_ text: String, to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        return bytes.withUnsafeMutableBufferPointer { bytes in
            var isAltered = false
            for index in start..<bytes.count {
                switch bytes[index] {
                case 0, 10, 13:
                    bytes[index] = 32
                    isAltered = true
                // U+FFFD.
                case 0xbd where index >= start + 2 && bytes[index - 1] == 0xbf && bytes[index - 2] == 0xef:
                    isAltered = true
                default: break
                }
            }
            return isAltered
        }
    }

    private static func with(_ text: StaticString, _ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
