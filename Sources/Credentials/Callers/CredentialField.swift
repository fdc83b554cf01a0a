/// Header fields in which requests send, and responses issue, credentials that identify a client.
public enum CredentialField: UInt8, Sendable {
    /// Authorization (RFC 9110 section 11.6.2): a scheme and its credentials.
    case authorization
    /// Proxy-Authorization (RFC 9110 section 11.7.2).
    case proxyAuthorization
    /// Cookie (RFC 6265 section 5.4).
    case cookie
    /// Set-Cookie (RFC 6265 section 4.1).
    case setCookie
    /// An application's field whose whole value is a token. Fields for API keys are excluded: such a key identifies a
    /// program, not its user.
    case token

    /// The field in `line`, which has no line end, and the start of its value; nil for any other field.
    ///
    /// Allocates nothing.
    public static func find(in line: UnsafeRawBufferPointer) -> (field: CredentialField, valueStart: Int)? {
        guard let first = line.first else { return nil }
        let table = Table.shared
        var lengths = table.lengthsByFirst[Int(first & 0x1f)]
        while lengths != 0 {
            let length = lengths.trailingZeroBitCount
            guard length < line.count else { return nil }
            lengths &= lengths - 1
            guard line[length] == UInt8(ascii: ":") else { continue }
            for (name, field) in table.byLength[length] where isPrefix(name, of: line) { return (field, length + 1) }
        }
        return nil
    }

    /// The field named `name`, ignoring case; nil for any other field.
    public static func named(_ name: some StringProtocol) -> CredentialField? {
        var name = String(name)
        return name.withUTF8 { named(UnsafeRawBufferPointer($0)) }
    }

    /// The field with this name, ignoring case; nil for any other field.
    public static func named(_ name: UnsafeRawBufferPointer) -> CredentialField? {
        let byLength = Table.shared.byLength
        guard name.count < byLength.count else { return nil }
        return byLength[name.count].first { isPrefix($0.name, of: name) }?.field
    }

    /// Whether `name` is the name of one of the fields, ignoring case.
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

    /// The names, indexed so that most other fields are ruled out quickly.
    private struct Table {
        /// For each first letter, indexed by its lowest five bits, a bit for each length of a name.
        var lengthsByFirst = [UInt64](repeating: 0, count: 32)
        /// The fields by the lengths of their names.
        var byLength: [[(name: StaticString, field: CredentialField)]]

        static let shared = Table()

        private init() {
            let longest = fields.reduce(0) { max($0, $1.name.utf8CodeUnitCount) }
            byLength = Array(repeating: [], count: longest + 1)
            for field in fields {
                let length = field.name.utf8CodeUnitCount
                byLength[length].append(field)
                lengthsByFirst[Int(field.name.utf8Start[0] & 0x1f)] |= 1 << UInt64(length)
            }
        }
    }
}
