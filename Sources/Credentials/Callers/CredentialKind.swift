/// The kind of a request's credential, never its value.
public enum CredentialKind: Hashable, Sendable {
    /// A JSON Web Token with this algorithm as a bearer token.
    case bearerJWT(algorithm: String)
    case bearerOpaque
    /// HTTP Basic (RFC 7617).
    case basic
    /// HTTP Digest (RFC 7616).
    case digest
    case otherAuthorization
    /// A cookie with the name of a session cookie.
    case sessionCookie(name: String)
    case otherCookie
    /// A header field, by its name, whose value is a token.
    case tokenField(name: String)
    /// A header field, by its name, with an API key.
    case apiKey(name: String)

    /// The displayed label.
    public var label: String {
        switch self {
        case .bearerJWT(let algorithm): "bearer JWT \(algorithm)"
        case .bearerOpaque: "bearer, opaque"
        case .basic: "basic"
        case .digest: "digest"
        case .otherAuthorization: "other authorization"
        case .sessionCookie(let name): "session cookie \(name)"
        case .otherCookie: "other cookie"
        case .tokenField(let name): "token in \(name)"
        case .apiKey(let name): "API key in \(name)"
        }
    }

    /// Longer names are truncated, as they come from the client.
    private static let longestName = 40

    /// The kinds in the fields of a request, each once.
    public static func kinds(in fields: some Sequence<(name: String, value: String)>) -> [CredentialKind] {
        var kinds: [CredentialKind] = []
        func add(_ kind: CredentialKind) { if !kinds.contains(kind) { kinds.append(kind) } }
        for field in fields {
            let name = field.name.lowercased()
            switch CredentialField.named(name) {
            case .authorization: add(kind(ofAuthorization: field.value))
            case .cookie: for pair in field.value.split(separator: ";") { add(kind(ofCookie: pair)) }
            case .token: add(.tokenField(name: String(name.prefix(longestName))))
            case nil where CallerName.isAPIKey(name): add(.apiKey(name: String(name.prefix(longestName))))
            case .proxyAuthorization, .setCookie, nil: break
            }
        }
        return kinds
    }

    private static func kind(ofAuthorization value: String) -> CredentialKind {
        let parts = value.split(separator: " ", maxSplits: 1)
        switch parts.first?.lowercased() {
        case "bearer":
            return parts.count == 2
                ? WebToken.algorithm(of: parts[1]).map { .bearerJWT(algorithm: $0) } ?? .bearerOpaque : .bearerOpaque
        case "basic": return .basic
        case "digest": return .digest
        default: return .otherAuthorization
        }
    }

    private static func kind(ofCookie pair: Substring) -> CredentialKind {
        let name = pair.drop { $0 == " " }.prefix { $0 != "=" }
        return CallerName.isSession(name) ? .sessionCookie(name: String(name.prefix(longestName))) : .otherCookie
    }
}
