public import Traffic

/// A service that requests are sent to, as given by the user.
public struct ReplayTarget: Hashable, Sendable {
    /// The recorded host (with its port where the recording has one) whose requests are sent here; nil for every host
    /// without its own target.
    public var recordedHost: String?
    /// Whether connections use TLS.
    public var scheme: HTTPScheme
    /// Host name or IP address, without brackets.
    public var host: String
    /// Its port.
    public var port: UInt16
    /// The path prefix of all request targets; empty, or `/…` without a trailing slash.
    public var basePath: String

    /// The problem with a target's text.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notAURL(String)
        case credentials(String)

        /// One line for the user.
        public var description: String {
            switch self {
            case .notAURL(let text):
                "'\(text)' is not a target: "
                    + (ReplayTarget.guess(text).map { "did you mean \($0)?" }
                        ?? "give [HOST=]http://HOST[:PORT][/PATH] or https://…")
            case .credentials: "a target must not carry a user name or password"
            }
        }
    }

    /// Parses a target given as `[HOST=]URL`.
    ///
    /// - Throws: when `text` is not a valid target.
    public init(parsing text: String) throws(Problem) {
        var rest = text[...]
        if let equals = rest.firstIndex(of: "="), !rest[..<equals].contains("/") {
            recordedHost = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            guard recordedHost?.isEmpty == false else { throw .notAURL(text) }
        }
        if rest.lowercased().hasPrefix("http://") {
            scheme = .http
        } else if rest.lowercased().hasPrefix("https://") {
            scheme = .https
        } else {
            throw .notAURL(text)
        }
        rest = rest.dropFirst(scheme == .http ? 7 : 8)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        rest = rest.dropFirst(authority.count)
        guard !authority.contains("@") else { throw .credentials(text) }
        guard !rest.contains("?"), !rest.contains("#"), rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw .notAURL(text)
        }
        guard let (host, port) = ReplayTarget.split(authority: authority) else { throw .notAURL(text) }
        self.host = host
        self.port = port ?? (scheme == .http ? 80 : 443)
        basePath = String(rest.last == "/" ? rest.dropLast() : rest)
    }

    /// The target that a text without a scheme was probably meant to be; nil if it would not be one either.
    private static func guess(_ text: String) -> String? {
        guard !text.isEmpty, !text.contains("://"), !text.contains("=") else { return nil }
        let authority = text.prefix { $0 != "/" }
        // `:8080` and `8080` are ports of this machine.
        let digits = authority.first == ":" ? authority.dropFirst() : authority
        let isPort = UInt16(digits).map { $0 > 0 } ?? false
        let url = isPort ? "http://localhost:\(digits)\(text.dropFirst(authority.count))" : "http://\(text)"
        return (try? ReplayTarget(parsing: url)) == nil ? nil : url
    }

    /// Host and port of `host[:port]`; nil when it is neither.
    static func split(authority: Substring) -> (host: String, port: UInt16?)? {
        var host = authority
        var portText: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            if !rest.isEmpty { portText = rest.dropFirst() }
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        guard let portText else { return (host.lowercased(), nil) }
        guard let port = UInt16(portText), port > 0 else { return nil }
        return (host.lowercased(), port)
    }

    /// The authority in its requests' Host field: the scheme's default port is left out.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == .http ? 80 : 443) ? name : "\(name):\(port)"
    }
}
