/// The target that replaces a recorded host, as far as cookies are concerned.
public struct CookieTarget: Hashable, Sendable {
    /// Its host in lowercase and without port, which a response may name as a cookie's domain.
    public var host: String
    /// Its path prefix, without a trailing slash; empty for none.
    public var basePath: String
    /// Whether it is reached over TLS.
    public var isSecure: Bool

    /// See the properties for the meaning of each parameter.
    public init(host: String, basePath: String = "", isSecure: Bool = false) {
        self.host = host
        self.basePath = basePath
        self.isSecure = isSecure
    }

    /// The recorded path that corresponds to `path` of the target.
    func recorded(path: [UInt8]) -> [UInt8] {
        let base = basePath.utf8
        guard !base.isEmpty, path.starts(with: base) else { return path }
        let rest = path.dropFirst(base.count)
        guard let first = rest.first else { return [UInt8(ascii: "/")] }
        return first == UInt8(ascii: "/") ? Array(rest) : path
    }
}
