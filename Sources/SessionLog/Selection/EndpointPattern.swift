public import Traffic

/// Endpoints as users name them: `GET /users/{id}` as figures are grouped by it, `/users/*`, `/api/**`.
public struct EndpointPattern: Hashable, Sendable {
    private let method: String?
    private let segments: [String]

    /// Reads an optional method and a path. A segment in braces represents one that varies; `*` within a segment
    /// represents any characters, `**` as the last segment for any rest.
    ///
    /// - Returns: nil when there is no path.
    public init?(text: String) {
        let parts = text.split(separator: " ")
        guard let path = parts.last, path.hasPrefix("/") || path == "*", parts.count <= 2 else { return nil }
        method = parts.count == 2 && parts[0] != "*" ? parts[0].uppercased() : nil
        segments = EndpointPattern.segments(String(path))
    }

    /// Whether `endpoint` is one of them.
    public func matches(_ endpoint: Endpoint) -> Bool {
        guard method == nil || method == endpoint.method.uppercased() else { return false }
        let path = EndpointPattern.segments(endpoint.pathTemplate)
        let isOpen = segments.last == "**"
        let fixed = isOpen ? segments.dropLast() : segments[...]
        guard isOpen ? path.count >= fixed.count : path.count == fixed.count else { return false }
        return zip(fixed, path).allSatisfy { pattern, segment in
            EndpointPattern.isVariable(pattern)
                ? EndpointPattern.isVariable(segment) : Glob.matches(pattern, segment)
        }
    }

    private static func segments(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    private static func isVariable(_ segment: String) -> Bool { segment.hasPrefix("{") && segment.hasSuffix("}") }
}

/// Hosts as users name them: `api.example.com`, `*.example.com`, `localhost:8080`.
public struct HostPattern: Hashable, Sendable {
    private let pattern: String
    private let namesPort: Bool

    /// A host name in which `*` represents any characters; with a port, only on that port.
    ///
    /// - Returns: nil when `text` is empty.
    public init?(text: String) {
        guard !text.isEmpty else { return nil }
        pattern = text.lowercased()
        namesPort = HostPattern.portStart(text) != nil
    }

    /// Whether `authority`, a host with or without a port, is one of them.
    public func matches(_ authority: String) -> Bool {
        let name = namesPort ? authority[...] : authority[..<(HostPattern.portStart(authority) ?? authority.endIndex)]
        return Glob.matches(pattern, name.lowercased())
    }

    /// Where the colon before a port is; the colons of an IPv6 address are in brackets.
    private static func portStart(_ authority: String) -> String.Index? {
        guard let colon = authority.lastIndex(of: ":") else { return nil }
        let port = authority[authority.index(after: colon)...]
        return port.allSatisfy { $0.isNumber || $0 == "*" } && !port.isEmpty ? colon : nil
    }
}

/// Patterns in which `*` represents any characters, none included.
enum Glob {
    /// Whether `text` as a whole matches `pattern`, in time proportional to the product of their lengths at most.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
        let star = UInt8(ascii: "*")
        var (p, t) = (0, 0)
        var retry: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == star {
                retry = (p + 1, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                (p, t) = (p + 1, t + 1)
            } else if let last = retry {
                // The last star takes one byte more.
                retry = (last.pattern, last.text + 1)
                (p, t) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == star }
    }
}
