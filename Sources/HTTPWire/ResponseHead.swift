import Formats
public import Traffic

/// A response's head as text, for code that handles single responses. Hot paths use ``HeadFraming`` instead.
public struct ResponseHead: Hashable, Sendable {
    /// The status code, 100–999.
    public var status: UInt16
    /// The reason phrase; empty if there was none, and always in HTTP/2.
    public var reason: String
    /// The version of the status line.
    public var version: HTTPVersion
    /// The fields in the order sent, without pseudo-header fields.
    public var fields: [HeaderField]

    /// Creates a head from its parts.
    public init(status: UInt16, reason: String = "", version: HTTPVersion = .http11, fields: [HeaderField] = []) {
        self.status = status
        self.reason = reason
        self.version = version
        self.fields = fields
    }

    /// Parses the head of a recorded message: HTTP/1 as received, or HTTP/2 fields as lines.
    ///
    /// - Returns: nil if it does not begin like a response.
    public init?(_ head: [UInt8]) {
        var lines = HeadLines(head)
        if head.first == ASCII.colon {
            let all = lines.fields()
            guard let status = all.first(":status").flatMap(ResponseHead.statusCode) else { return nil }
            self.init(status: status, version: .http2, fields: all.filter { !$0.name.hasPrefix(":") })
            return
        }
        guard let line = lines.next() else { return nil }
        let parts = line.split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: ASCII.isBlank)
        guard parts.count >= 2, parts[0].starts(with: "HTTP/".utf8),
            let status = ResponseHead.statusCode(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        self.init(
            status: status, reason: parts.count > 2 ? HeadLines.text(parts[2]) : "",
            version: parts[0].elementsEqual("HTTP/1.0".utf8) ? .http10 : .http11, fields: lines.fields())
    }

    /// The value of the first field named `name`, ignoring ASCII case.
    public func first(_ name: String) -> String? { fields.first(name) }

    /// The values of all fields named `name`, in the order sent.
    public func all(_ name: String) -> [String] { fields.all(name) }

    private static func statusCode(_ text: String) -> UInt16? {
        guard text.utf8.count == 3, text.utf8.allSatisfy(ASCII.isDigit), let code = UInt16(text), code >= 100 else {
            return nil
        }
        return code
    }
}
