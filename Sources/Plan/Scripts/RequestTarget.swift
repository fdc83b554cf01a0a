/// Checks of request targets that are appended to a host.
public enum RequestTarget {
    /// Whether `target` begins with a slash, or is the asterisk of OPTIONS (RFC 9112 section 3.2). Appended to
    /// `http://host`, anything else may lead to another host: `@other/`, `.other/`, `:81/`.
    public static func isPath(_ target: some Collection<UInt8>) -> Bool {
        guard let first = target.first else { return false }
        return isPath(first: first, isAlone: target.count == 1)
    }

    /// The same check, given the first byte and whether it is the only one.
    public static func isPath(first: UInt8, isAlone: Bool) -> Bool {
        first == UInt8(ascii: "/") || isAlone && first == UInt8(ascii: "*")
    }
}
