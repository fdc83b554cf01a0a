import HTTPWire

/// Kinds of credentials a request may carry.
enum TokenKind: String {
    case bearerJWT = "bearer JWT"
    case bearerOpaque = "bearer, opaque"
    case basic
    case digest
    case otherAuthorization = "other authorization"
    case cookie
    case apiKey = "API key"

    /// The kinds in `head`, each once.
    static func kinds(in head: RequestHead) -> [TokenKind] {
        var kinds: [TokenKind] = []
        if let authorization = head.first("authorization") { kinds.append(kind(ofAuthorization: authorization)) }
        if head.first("cookie") != nil { kinds.append(.cookie) }
        if ["x-api-key", "api-key", "apikey"].contains(where: { head.first($0) != nil }) { kinds.append(.apiKey) }
        return kinds
    }

    private static func kind(ofAuthorization value: String) -> TokenKind {
        let parts = value.split(separator: " ", maxSplits: 1)
        switch parts.first?.lowercased() {
        case "bearer": return parts.count == 2 && looksLikeJWT(parts[1]) ? .bearerJWT : .bearerOpaque
        case "basic": return .basic
        case "digest": return .digest
        default: return .otherAuthorization
        }
    }

    /// Three base64url parts, the first of which begins an object as JSON encodes it (RFC 7519 section 3).
    private static func looksLikeJWT(_ token: Substring) -> Bool {
        token.hasPrefix("eyJ") && token.utf8.count { $0 == UInt8(ascii: ".") } == 2
    }
}
