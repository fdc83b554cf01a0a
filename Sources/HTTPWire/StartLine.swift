import Formats
import Traffic

/// The protocol of a stream, detected by its first bytes.
public enum StreamOpening: UInt8, Sendable {
    /// An HTTP/1 request line, possibly incomplete.
    case request
    /// An HTTP/1 status line, possibly incomplete.
    case response
    /// HTTP/2's connection preface (RFC 9113 section 3.4).
    case http2
    /// A TLS handshake record (RFC 8446 section 5.1), or a ClientHello in SSL 2.0 format.
    case tls
    /// Too few bytes to decide between a status line and a request.
    case undecided
    /// None of these.
    case other

    /// Classifies `bytes`, the first of a stream or a segment.
    public init(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else {
            self = .undecided
            return
        }
        if first == 0x16 {
            self = bytes.count > 1 && bytes[1] != 3 ? .other : .tls
        } else if bytes.hasPrefix("HTTP/") {
            self = bytes.count < 8 || StartLine.isStatusLinePrefix(bytes) ? .response : .other
        } else if bytes.count < 5, bytes.isPrefix(of: "HTTP/") {
            self = .undecided
        } else if bytes.hasPrefix("PRI * HTTP/2.0") {
            self = .http2
        } else if StartLine.isRequestLinePrefix(bytes) {
            self = .request
        } else {
            self = bytes.isOldClientHello ? .tls : .other
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether it begins with a ClientHello in SSL 2.0 format that offers a later version (RFC 5246 appendix E.2).
    fileprivate var isOldClientHello: Bool {
        guard count >= 11, self[0] & 0x80 != 0, self[2] == 1, self[3] == 3 else { return false }
        let length = Int(self[0] & 0x7f) << 8 | Int(self[1])
        let parts = [5, 7, 9].map { Int(self[$0]) << 8 | Int(self[$0 + 1]) }
        return (16...32).contains(parts[2]) && length == 9 + parts[0] + parts[1] + parts[2] && count >= 2 + length
    }
}

/// Recognises start lines (RFC 9112 sections 3 and 4) in raw bytes, more leniently than the grammar where real peers
/// deviate from it.
enum StartLine {
    /// The maximum length of a method; the longest registered one has 17 letters.
    static let maximumMethodBytes = 32

    /// The parts of a request line that matter for framing.
    struct Request {
        var version: HTTPVersion
        var isSimple: Bool
        var method: RequestMethod
    }

    /// Parses a request line without its line end; nil if it is not valid.
    static func request(_ line: UnsafeRawBufferPointer) -> Request? {
        var methodEnd = 0
        while methodEnd < line.count, ASCII.isToken(line[methodEnd]) { methodEnd += 1 }
        guard methodEnd > 0, methodEnd <= maximumMethodBytes, methodEnd < line.count, ASCII.isBlank(line[methodEnd])
        else { return nil }
        let method = RequestMethod(UnsafeRawBufferPointer(rebasing: line[..<methodEnd]))
        var end = line.count
        while end > methodEnd, ASCII.isBlank(line[end - 1]) { end -= 1 }
        // " HTTP/1.1" and a target of at least one byte before it.
        if end - methodEnd >= 11, ASCII.isBlank(line[end - 9]),
            let version = version(UnsafeRawBufferPointer(rebasing: line[(end - 8)..<end]))
        {
            return Request(version: version, isSimple: false, method: method)
        }
        // HTTP/0.9's Simple-Request (RFC 1945 section 5): no version, a path without spaces.
        guard method.mayBeSimple, methodEnd + 1 < end, line[methodEnd + 1] == UInt8(ascii: "/"),
            !line[(methodEnd + 1)..<end].contains(where: { $0 <= 0x20 || $0 >= 0x7f })
        else { return nil }
        return Request(version: .http10, isSimple: true, method: method)
    }

    /// Parses a status line without its line end; nil if it is not valid.
    static func status(_ line: UnsafeRawBufferPointer) -> (status: UInt16, version: HTTPVersion)? {
        guard line.count >= 12,
            let version = version(UnsafeRawBufferPointer(rebasing: line[..<8]), allowsLater: true),
            ASCII.isBlank(line[8])
        else { return nil }
        var offset = 9
        while offset < line.count, ASCII.isBlank(line[offset]) { offset += 1 }
        guard offset + 3 <= line.count else { return nil }
        var status: UInt16 = 0
        for digit in line[offset..<(offset + 3)] {
            guard ASCII.isDigit(digit) else { return nil }
            status = status * 10 + UInt16(digit &- UInt8(ascii: "0"))
        }
        guard status >= 100, offset + 3 == line.count || !ASCII.isDigit(line[offset + 3]) else { return nil }
        return (status, version)
    }

    /// Whether `bytes` may be the beginning of a request line: a complete line must be valid, a part must begin like
    /// one.
    static func isRequestLinePrefix(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let end = bytes.index(ofByte: ASCII.lineFeed, from: 0) {
            return request(UnsafeRawBufferPointer(rebasing: bytes[..<end]).withoutReturn) != nil
        }
        for index in 0..<bytes.count {
            if ASCII.isToken(bytes[index]) {
                if index >= maximumMethodBytes { return false }
                continue
            }
            return index > 0 && ASCII.isBlank(bytes[index])
        }
        return true
    }

    /// Whether `bytes` may be the beginning of a status line, judged by up to twelve bytes.
    static func isStatusLinePrefix(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 8 else {
            return UnsafeRawBufferPointer(rebasing: bytes.prefix(5)).isPrefix(of: "HTTP/")
                && (bytes.count < 6 || ASCII.isDigit(bytes[5])) && (bytes.count < 7 || bytes[6] == UInt8(ascii: "."))
        }
        guard version(UnsafeRawBufferPointer(rebasing: bytes[..<8]), allowsLater: true) != nil else { return false }
        return bytes.count < 12
            || (ASCII.isBlank(bytes[8]) && bytes[9..<12].allSatisfy { ASCII.isDigit($0) || ASCII.isBlank($0) })
    }

    /// `HTTP/1.1` or another minor version. A later major version, which is not framed as HTTP/1, is accepted only
    /// where it must be a mistake: some servers answer with `HTTP/2.0` in a status line.
    private static func version(_ bytes: UnsafeRawBufferPointer, allowsLater: Bool = false) -> HTTPVersion? {
        guard bytes.hasPrefix("HTTP/"), bytes[6] == UInt8(ascii: "."), ASCII.isDigit(bytes[7]) else { return nil }
        switch bytes[5] {
        case UInt8(ascii: "0"): return .http10
        case UInt8(ascii: "1"): return bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
        default: return allowsLater && ASCII.isDigit(bytes[5]) ? .http11 : nil
        }
    }
}

/// The methods that change how messages are framed.
public enum RequestMethod: UInt8, Sendable {
    case get, post, head, connect, other

    init(_ bytes: UnsafeRawBufferPointer) {
        switch bytes.count {
        case 3 where bytes.hasPrefix("GET"): self = .get
        case 4 where bytes.hasPrefix("POST"): self = .post
        case 4 where bytes.hasPrefix("HEAD"): self = .head
        case 7 where bytes.hasPrefix("CONNECT"): self = .connect
        default: self = .other
        }
    }

    /// The method with name `name`.
    public init(name: String) {
        switch name {
        case "GET": self = .get
        case "POST": self = .post
        case "HEAD": self = .head
        case "CONNECT": self = .connect
        default: self = .other
        }
    }

    var mayBeSimple: Bool { self == .get || self == .post || self == .head }
}
