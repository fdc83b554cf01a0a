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
    /// A field of an application whose whole value is a token. Those for API keys are not among them: such a key names a
    /// program, not who uses it.
    case token

    /// The field that `line` holds, without its line end, and where its value begins; nil for any other field.
    ///
    /// Allocates nothing.
    public static func find(in line: UnsafeRawBufferPointer) -> (field: CredentialField, valueStart: Int)? {
        guard let first = line.first else { return nil }
        let lengths = lengthsByFirst[Int(first & 0x1f)]
        guard lengths != 0 else { return nil }
        let last = min(line.count, longestName + 1)
        var colon = 0
        while colon < last, line[colon] != UInt8(ascii: ":") { colon += 1 }
        guard colon < last, lengths >> UInt64(colon) & 1 != 0 else { return nil }
        for (name, field) in byLength[colon] where isPrefix(name, of: line) { return (field, colon + 1) }
        return nil
    }

    /// The field called `name`, in letters of either case; nil for any other field.
    public static func named(_ name: some StringProtocol) -> CredentialField? {
        var name = String(name)
        return name.withUTF8 { named(UnsafeRawBufferPointer($0)) }
    }

    /// The field with this name, in letters of either case; nil for any other field.
    public static func named(_ name: UnsafeRawBufferPointer) -> CredentialField? {
        guard name.count <= longestName else { return nil }
        return byLength[name.count].first { isPrefix($0.name, of: name) }?.field
    }

    /// Whether `name`, in letters of either case, is that of one of the fields.
    public static func isName(_ name: some StringProtocol) -> Bool { named(name) != nil }

    @inline(__always)
    private static func isPrefix(_ name: StaticString, of line: UnsafeRawBufferPointer) -> Bool {
        for index in 0..<name.utf8CodeUnitCount where line[index] | 0x20 != name.utf8Start[index] | 0x20 {
            return false
        }
        return true
    }

    /// The names, in lower case.
    private static let fields: [(name: StaticString, field: CredentialField)] = [
        ("cookie", .cookie), ("authorization", .authorization), ("set-cookie", .setCookie),
        ("proxy-authorization", .proxyAuthorization), ("x-auth-token", .token), ("x-access-token", .token),
        ("x-session-token", .token), ("x-session-id", .token), ("x-user-token", .token), ("x-token", .token),
        ("x-subject-token", .token), ("x-id-token", .token), ("x-refresh-token", .token), ("x-jwt", .token),
        ("x-jwt-token", .token), ("x-jwt-assertion", .token), ("x-auth", .token), ("x-authorization", .token),
        ("x-session", .token), ("x-session-key", .token), ("x-login-token", .token), ("x-bearer-token", .token),
        ("x-vault-token", .token), ("x-plex-token", .token), ("x-emby-token", .token), ("x-figma-token", .token),
        ("x-parse-session-token", .token), ("x-authentication-token", .token), ("x-security-token", .token),
        ("x-amz-security-token", .token), ("x-goog-iap-jwt-assertion", .token), ("x-consul-token", .token),
        ("private-token", .token), ("session-id", .token), ("session-token", .token), ("sessionid", .token),
        ("session", .token), ("sid", .token), ("auth-token", .token), ("access-token", .token), ("authtoken", .token),
        ("accesstoken", .token), ("authentication", .token), ("token", .token), ("jwt", .token),
        ("cf-access-jwt-assertion", .token), ("cf-access-token", .token), ("job-token", .token),
        ("user-token", .token), ("id-token", .token), ("refresh-token", .token),
    ]

    private static let longestName = fields.reduce(0) { max($0, $1.name.utf8CodeUnitCount) }
    /// For each first letter, by its lowest five bits, a bit for each length of a name: most fields are told by these two.
    private static let lengthsByFirst: [UInt64] = fields.reduce(into: [UInt64](repeating: 0, count: 32)) {
        lengths, field in
        lengths[Int(field.name.utf8Start[0] & 0x1f)] |= 1 << UInt64(field.name.utf8CodeUnitCount)
    }
    /// The fields by the lengths of their names.
    private static let byLength: [[(name: StaticString, field: CredentialField)]] = (0...longestName).map { length in
        fields.filter { $0.name.utf8CodeUnitCount == length }
    }
}
