import HTTPWire
import Traffic

/// The parts of an absolute URL that a request needs.
struct HARAddress {
    var scheme: HTTPScheme
    /// Host and port, as they are in the URL, without user and password.
    var authority: String
    /// Path and query, at least `/`.
    var target: String

    /// Parses `url`; nil if it is not an HTTP or WebSocket URL.
    init?(_ url: String) {
        guard let colon = url.firstRange(of: "://") else { return nil }
        switch url[..<colon.lowerBound].lowercased() {
        case "http", "ws": scheme = .http
        case "https", "wss": scheme = .https
        default: return nil
        }
        let rest = url[colon.upperBound...].prefix { $0 != "#" }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let host = rest[..<end]
        authority = String(host.lastIndex(of: "@").map { host[host.index(after: $0)...] } ?? host)
        guard !authority.isEmpty else { return nil }
        let target = rest[end...]
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    /// The port, or the scheme's default port if there is none.
    var port: UInt16? {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else {
            return scheme == .https ? 443 : 80
        }
        return UInt16(authority[authority.index(after: colon)...])
    }
}
