/// Targets of requests that may be behind a host.
public enum RequestTarget {
    /// Whether `target` begins with a slash, or is the asterisk of OPTIONS (RFC 9112 section 3.2). Behind `http://host` anything
    /// else may lead to another host: `@other/`, `.other/`, `:81/`.
    public static func isPath(_ target: some Collection<UInt8>) -> Bool {
        target.first == UInt8(ascii: "/") || (target.count == 1 && target.first == UInt8(ascii: "*"))
    }
}
