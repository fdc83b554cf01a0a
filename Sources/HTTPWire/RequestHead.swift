import Formats
public import Traffic

/// A request's head as text, for code that handles single requests. Hot paths use ``HeadFraming`` instead.
public struct RequestHead: Hashable, Sendable {
    /// The method as sent (`GET`); any token.
    public var method: String
    /// The request target as sent, in any form of RFC 9112 section 3.2; in HTTP/2 `:path`, or `:authority` for CONNECT.
    public var target: String
    /// The version of the request line; HTTP/0.9, which has none, counts as 1.0.
    public var version: HTTPVersion
    /// `:authority`, or the Host field as sent; nil if there is neither.
    public var authority: String?
    /// `:scheme` of HTTP/2; nil in HTTP/1.
    public var scheme: String?
    /// The fields in the order sent, without pseudo-header fields.
    public var fields: [HeaderField]

    /// Creates a head from its parts.
    public init(
        method: String, target: String, version: HTTPVersion = .http11, authority: String? = nil,
        scheme: String? = nil, fields: [HeaderField] = []
    ) {
        self.method = method
        self.target = target
        self.version = version
        self.authority = authority
        self.scheme = scheme
        self.fields = fields
    }

    /// Parses the head of a recorded message: HTTP/1 as received, or HTTP/2 fields as lines.
    ///
    /// - Returns: nil if it does not begin like a request.
    public init?(_ head: [UInt8]) { self.init(head, hasFields: true) }

    /// Like ``init(_:)``, but without the fields, for code that reads them separately.
    public init?(withoutFields head: [UInt8]) { self.init(head, hasFields: false) }

    /// The request target of a recorded head, like ``target``; nil if it does not begin like a request.
    public static func target(of head: [UInt8]) -> String? {
        guard head.first != ASCII.colon else { return RequestHead(head)?.target }
        var lines = HeadLines(head)
        return lines.next().flatMap(requestLine)?.1
    }

    private init?(_ head: [UInt8], hasFields: Bool) {
        var lines = HeadLines(head)
        if head.first == ASCII.colon {
            self.init(pseudo: lines.fields())
            if !hasFields { fields = [] }
            return
        }
        guard let line = lines.next(), let parts = RequestHead.requestLine(line) else { return nil }
        let fields = hasFields ? lines.fields() : lines.fields(named: "host")
        self.init(
            method: parts.0, target: parts.1, version: parts.2, authority: fields.first("host"),
            fields: hasFields ? fields : [])
    }

    /// The value of the first field named `name`, ignoring ASCII case.
    public func first(_ name: String) -> String? { fields.first(name) }

    /// The values of all fields named `name`, in the order sent.
    public func all(_ name: String) -> [String] { fields.all(name) }
}

extension RequestHead {
    private init?(pseudo all: [HeaderField]) {
        guard let method = all.first(":method") else { return nil }
        let fields = all.filter { !$0.name.hasPrefix(":") }
        let authority = all.first(":authority")
        // CONNECT has no path: its target is the authority, as in HTTP/1 (RFC 9113 section 8.5).
        let target = all.first(":path") ?? (method == "CONNECT" ? authority : nil) ?? ""
        self.init(
            method: method, target: target, version: .http2, authority: authority ?? fields.first("host"),
            scheme: all.first(":scheme"), fields: fields)
    }

    /// Splits a request line. The target may contain spaces, which some clients send, so the version is searched from
    /// the end of the line.
    private static func requestLine(_ line: ArraySlice<UInt8>) -> (String, String, HTTPVersion)? {
        guard let methodEnd = line.firstIndex(where: ASCII.isBlank), methodEnd > line.startIndex,
            line[..<methodEnd].allSatisfy(ASCII.isToken)
        else { return nil }
        let method = HeadLines.text(line[..<methodEnd])
        let rest = HeadLines.trimmed(line[methodEnd...])
        let version = "HTTP/".utf8
        guard let split = rest.lastIndex(where: ASCII.isBlank), rest[(split + 1)...].starts(with: version) else {
            return rest.starts(with: version) ? nil : (method, HeadLines.text(rest), .http10)
        }
        let isOld = rest.suffix(8).elementsEqual("HTTP/1.0".utf8)
        return (method, HeadLines.text(rest[..<split]), isOld ? .http10 : .http11)
    }
}
