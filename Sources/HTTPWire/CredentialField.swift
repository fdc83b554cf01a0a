/// Header fields in which requests carry, and responses give, what a client is known by.
public enum CredentialField: UInt8, Sendable {
    /// Authorization (RFC 9110 section 11.6.2): a scheme and what proves it.
    case authorization
    /// Proxy-Authorization (RFC 9110 section 11.7.2).
    case proxyAuthorization
    /// Cookie (RFC 6265 section 5.4).
    case cookie
    /// Set-Cookie (RFC 6265 section 4.1).
    case setCookie
    /// A field of an application's own whose whole value is a token. Those for API keys are not among them: such a key
    /// names a program, not who uses it.
    case token

    /// The field that `line` holds, without its line end, and where its value begins; nil for any other field.
    public static func find(in line: UnsafeRawBufferPointer) -> (field: CredentialField, valueStart: Int)? {
        guard let first = line.first else { return nil }
        let candidates: [(StaticString, CredentialField)]
        switch first | 0x20 {
        case UInt8(ascii: "a"): candidates = namesWithA
        case UInt8(ascii: "c"): candidates = namesWithC
        case UInt8(ascii: "s"): candidates = namesWithS
        case UInt8(ascii: "p"): candidates = namesWithP
        case UInt8(ascii: "x"): candidates = namesWithX
        default: return nil
        }
        for (name, field) in candidates where line.hasPrefixIgnoringCase(name) {
            let length = name.utf8CodeUnitCount
            if length < line.count, line[length] == ASCII.colon { return (field, length + 1) }
        }
        return nil
    }

    /// Whether `name`, in lower case, is that of one of the fields.
    public static func isName(_ name: String) -> Bool {
        [namesWithA, namesWithC, namesWithS, namesWithP, namesWithX].contains { names in
            names.contains { known, _ in known.description == name }
        }
    }

    private static let namesWithA: [(StaticString, CredentialField)] = [("authorization", .authorization)]
    private static let namesWithC: [(StaticString, CredentialField)] = [("cookie", .cookie)]
    private static let namesWithS: [(StaticString, CredentialField)] = [("set-cookie", .setCookie)]
    private static let namesWithP: [(StaticString, CredentialField)] = [
        ("proxy-authorization", .proxyAuthorization), ("private-token", .token),
    ]
    private static let namesWithX: [(StaticString, CredentialField)] = [
        ("x-auth-token", .token), ("x-access-token", .token), ("x-session-token", .token), ("x-session-id", .token),
        ("x-user-token", .token), ("x-token", .token),
    ]
}
