public import Traffic

/// Endpoints, as written by users: `GET /users/{id}` as in reports, `/users/*`, `/api/**`.
public struct EndpointPattern: Hashable, Sendable {
    private let method: String?
    private let segments: [String]

    /// Parses an optional method and a path. A segment in braces matches a variable segment; `*` within a segment
    /// matches any characters, `**` as the last segment matches any rest.
    ///
    /// - Returns: nil if there is no path.
    public init?(text: String) {
        let parts = text.split(separator: " ")
        guard let path = parts.last, path.hasPrefix("/") || path == "*", parts.count <= 2 else { return nil }
        method = parts.count == 2 && parts[0] != "*" ? parts[0].uppercased() : nil
        segments = EndpointPattern.segments(String(path))
    }

    /// Whether `endpoint` matches.
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

/// Hosts, as written by users: `api.example.com`, `*.example.com`, `localhost:8080`.
public struct HostPattern: Hashable, Sendable {
    private let pattern: String
    private let namesPort: Bool

    /// Parses a host name in which `*` matches any characters; with a port, it matches only that port.
    ///
    /// - Returns: nil if `text` is empty.
    public init?(text: String) {
        guard !text.isEmpty else { return nil }
        pattern = text.lowercased()
        namesPort = HostPattern.portStart(text) != nil
    }

    /// Whether `authority`, a host with or without a port, matches.
    public func matches(_ authority: String) -> Bool {
        let name = namesPort ? authority[...] : authority[..<(HostPattern.portStart(authority) ?? authority.endIndex)]
        return Glob.matches(pattern, name.lowercased())
    }

    /// The position of the colon before a port; the colons of an IPv6 address are in brackets.
    private static func portStart(_ authority: String) -> String.Index? {
        guard let colon = authority.lastIndex(of: ":") else { return nil }
        let port = authority[authority.index(after: colon)...]
        return port.allSatisfy { $0.isNumber || $0 == "*" } && !port.isEmpty ? colon : nil
    }
}

/// Patterns in which `*` matches any characters, or none.
enum Glob {
    /// Whether the whole `text` matches `pattern`, in time at most proportional to the product of their lengths.
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
                // The last star matches one more byte.
                retry = (last.pattern, last.text + 1)
                (p, t) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == star }
    }
}
