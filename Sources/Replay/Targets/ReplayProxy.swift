internal import Traffic

/// A proxy for all requests, as given by the user. Its description leaves the credentials out.
public struct ReplayProxy: Hashable, Sendable, CustomStringConvertible {
    /// The protocol spoken with it, with curl's names.
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        /// HTTP (RFC 9110 section 7.6 and 9.3.6), without TLS.
        case http
        /// HTTP over TLS.
        case https
        /// SOCKS 5 (RFC 1928) with addresses resolved here.
        case socks5
        /// SOCKS 5 with names resolved by the proxy.
        case socks5h

        /// Whether the proxy resolves the targets' names.
        var resolvesNames: Bool { self != .socks5 }
        /// Whether the proxy reads the requests to targets without TLS.
        var speaksHTTP: Bool { self == .http || self == .https }
    }

    /// The protocol spoken with the proxy.
    public var scheme: Scheme
    /// Host name or IP address, without brackets.
    public var host: String
    /// Its port.
    public var port: UInt16
    /// The user name for authentication; nil for none.
    public var user: String?
    /// The user's password; nil for none.
    public var password: String?

    /// A text that is not a valid proxy. It is not included: it may contain a password.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notAProxy

        /// One line for the user.
        public var description: String {
            "a proxy is given as http://[USER:PASSWORD@]HOST[:PORT], https://…, socks5://… or socks5h://…"
        }
    }

    /// Parses a proxy URL. The default scheme is `http`, and the default port is 1080, or 443 for `https`, as in curl.
    ///
    /// - Throws: when `text` is not a valid proxy.
    public init(parsing text: String) throws(Problem) {
        var rest = text[...]
        scheme = .http
        if let separator = text.firstRange(of: "://") {
            guard let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased()) else { throw .notAProxy }
            self.scheme = scheme
            rest = text[separator.upperBound...]
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { throw .notAProxy }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = ReplayProxy.decoded(parts[0]),
                let password = ReplayProxy.decoded(parts.dropFirst().first ?? "")
            else { throw .notAProxy }
            (self.user, self.password) = (user, password)
            rest = rest[rest.index(after: at)...]
        }
        guard !rest.contains(where: { "/?#@".contains($0) }), let (host, port) = ReplayTarget.split(authority: rest)
        else { throw .notAProxy }
        self.host = host
        self.port = port ?? (scheme == .https ? 443 : 1080)
    }

    /// The percent-decoded text (RFC 3986 section 2.1); nil if it is not valid UTF-8 or contains a NUL.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    /// `http://host:port`, without user name and password.
    public var description: String {
        "\(scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
