import Formats

/// A cookie as a user agent stores it (RFC 6265 section 5.3).
struct Cookie: Hashable, Sendable {
    var name: [UInt8]
    var value: [UInt8]
    /// In lowercase, without a leading dot.
    var domain: String
    /// Whether it is sent only to `domain`, not to its subdomains.
    var isHostOnly: Bool
    var path: [UInt8]
    var isSecure: Bool
    /// In seconds since the Unix epoch; nil for a session cookie.
    var expiresAt: Int64?
    /// Which of the session's clients has it: see ``CookieHistory``.
    var client: UInt8 = 0

    /// Whether it is sent with a request (section 5.4).
    func isSent(toHost host: String, path requestPath: [UInt8], isSecure isSecureRequest: Bool) -> Bool {
        guard !isSecure || isSecureRequest else { return false }
        guard host == domain || !isHostOnly && Cookie.host(host, isBelow: domain) else { return false }
        // Section 5.1.4.
        guard requestPath.starts(with: path) else { return false }
        return requestPath.count == path.count || path.last == UInt8(ascii: "/")
            || requestPath[path.count] == UInt8(ascii: "/")
    }

    /// Whether `host` is in a subdomain of `domain` (section 5.1.3).
    static func host(_ host: String, isBelow domain: String) -> Bool {
        guard host.utf8.count > domain.utf8.count + 1, host.hasSuffix(domain) else { return false }
        let mark = host.utf8[host.utf8.index(host.utf8.endIndex, offsetBy: -domain.utf8.count - 1)]
        // IP addresses have no subdomains.
        return mark == UInt8(ascii: ".") && !host.utf8.allSatisfy { !ASCII.isLetter($0) }
    }

    /// The default path of a cookie set by the response to a request for `path` (section 5.1.4).
    static func defaultPath(of path: [UInt8]) -> [UInt8] {
        guard path.first == UInt8(ascii: "/"), let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else {
            return [UInt8(ascii: "/")]
        }
        return Array(path[..<slash])
    }
}
