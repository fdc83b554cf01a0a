/// What represents a recorded host, as far as cookies go.
public struct CookieTarget: Hashable, Sendable {
    /// Its host, lower-case and without port, which a response may name as a cookie's domain.
    public var host: String
    /// What its paths begin with beyond the recorded ones, without a slash at its end; empty for nothing.
    public var basePath: String
    /// Whether it is reached over TLS.
    public var isSecure: Bool

    /// A target; see the properties for the meaning of each.
    public init(host: String, basePath: String = "", isSecure: Bool = false) {
        self.host = host
        self.basePath = basePath
        self.isSecure = isSecure
    }

    /// The recorded path that `path` of the target represents.
    func recorded(path: [UInt8]) -> [UInt8] {
        let base = basePath.utf8
        guard !base.isEmpty, path.starts(with: base) else { return path }
        let rest = path.dropFirst(base.count)
        guard let first = rest.first else { return [UInt8(ascii: "/")] }
        return first == UInt8(ascii: "/") ? Array(rest) : path
    }
}
