import HTTPWire

/// Kinds of credentials a request may carry: what they are, never their values.
enum TokenKind: Hashable {
    /// A JSON Web Token with this algorithm as a bearer token.
    case bearerJWT(algorithm: String)
    case bearerOpaque
    case basic
    case digest
    case otherAuthorization
    /// A cookie whose name says that it holds a session.
    case sessionCookie(name: String)
    case otherCookie
    /// A header field, by its name, that says it holds an API key.
    case apiKey(name: String)

    /// As a page shows it.
    var label: String {
        switch self {
        case .bearerJWT(let algorithm): "bearer JWT \(algorithm)"
        case .bearerOpaque: "bearer, opaque"
        case .basic: "basic"
        case .digest: "digest"
        case .otherAuthorization: "other authorization"
        case .sessionCookie(let name): "session cookie \(name)"
        case .otherCookie: "other cookie"
        case .apiKey(let name): "API key in \(name)"
        }
    }

    /// Names longer than this are cut: they come from whoever sent the request.
    private static let maximumNameLength = 40

    /// The kinds in `head`, each once.
    static func kinds(in head: RequestHead) -> [TokenKind] {
        var kinds: [TokenKind] = []
        func add(_ kind: TokenKind) { if !kinds.contains(kind) { kinds.append(kind) } }
        for field in head.fields {
            switch field.name.lowercased() {
            case "authorization": add(kind(ofAuthorization: field.value))
            case "cookie": for pair in field.value.split(separator: ";") { add(kind(ofCookie: pair)) }
            case let name where ["x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token"].contains(name):
                add(.apiKey(name: name))
            default: break
            }
        }
        return kinds
    }

    private static func kind(ofAuthorization value: String) -> TokenKind {
        let parts = value.split(separator: " ", maxSplits: 1)
        switch parts.first?.lowercased() {
        case "bearer":
            return parts.count == 2
                ? JWTHeader.algorithm(of: parts[1]).map { .bearerJWT(algorithm: $0) } ?? .bearerOpaque : .bearerOpaque
        case "basic": return .basic
        case "digest": return .digest
        default: return .otherAuthorization
        }
    }

    private static func kind(ofCookie pair: Substring) -> TokenKind {
        let name = pair.drop { $0 == " " }.prefix { $0 != "=" }
        let lowercased = name.lowercased()
        let isSession = ["sess", "sid", "token", "auth", "jwt"].contains { lowercased.contains($0) }
        return isSession ? .sessionCookie(name: String(name.prefix(maximumNameLength))) : .otherCookie
    }
}
