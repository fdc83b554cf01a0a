/// The address of a Redis server: `127.0.0.1:6379`, `redis://user@host:port` or the path of a socket.
public struct RedisAddress: Hashable, Sendable {
    var host: String
    var port: Int32
    var user: String?
    /// The path of a Unix socket, instead of host and port.
    var path: String?

    /// The host; nil for a Unix socket.
    public var remoteHost: String? { path == nil ? host : nil }

    /// An address as users write it; nil for anything else, and if it contains a password.
    public init?(text: String) {
        if text.hasPrefix("/") {
            (host, port, path) = ("", 0, text)
            return
        }
        var rest = text[...]
        if rest.hasPrefix("redis://") { rest = rest.dropFirst(8) }
        guard !rest.contains("://") else { return nil }
        if let slash = rest.firstIndex(of: "/") { rest = rest[..<slash] }
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at]
            guard !user.contains(":") else { return nil }
            self.user = String(user)
            rest = rest[rest.index(after: at)...]
        }
        if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
            host = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[rest.index(after: close)...]
        } else {
            host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty else { return nil }
        guard !rest.isEmpty else {
            port = 6379
            return
        }
        guard rest.first == ":", let port = Int32(rest.dropFirst()), (1...65535).contains(port) else { return nil }
        self.port = port
    }
}
