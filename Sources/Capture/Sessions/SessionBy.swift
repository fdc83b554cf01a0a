/// How exchanges are grouped into sessions.
///
/// An exchange without the requested value belongs to the session of the previous exchanges on its connection or, on a
/// connection that many users share (a proxy's), to a separate session of that connection.
public enum SessionBy: Hashable, Sendable {
    /// The credential sent or issued (a token, a session cookie), otherwise the connection.
    case auto
    /// The TCP connection.
    case connection
    /// The client's IP address.
    case client
    /// The value of this header field in the request, or in the response if the request has none.
    case header(String)
    /// The value of this cookie in the request, or in Set-Cookie if the request has none. A client that sends one value
    /// and is given another continues its session.
    case cookie(String)
    /// The value of this parameter in the query of the request target.
    case query(String)
    /// The value of this claim of a JSON Web Token in the request, or in the response if the request has none.
    case jwt(claim: String)
}

extension SessionBy {
    /// `auto`, `connection`, `client`, `header:NAME`, `cookie:NAME`, `query:NAME` or `jwt:CLAIM`; nil for anything
    /// else.
    public init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        switch (parts[0], parts.count == 2 ? parts[1] : nil) {
        case ("auto", nil): self = .auto
        case ("connection", nil): self = .connection
        case ("client", nil): self = .client
        case ("header", let name?) where SessionBy.isToken(name): self = .header(name)
        case ("cookie", let name?) where SessionBy.isToken(name): self = .cookie(name)
        case ("query", let name?) where !name.isEmpty: self = .query(name)
        case ("jwt", let claim?) where !claim.isEmpty: self = .jwt(claim: claim)
        default: return nil
        }
    }

    /// The text that ``init(text:)`` accepts.
    public var text: String {
        switch self {
        case .auto: "auto"
        case .connection: "connection"
        case .client: "client"
        case .header(let name): "header:\(name)"
        case .cookie(let name): "cookie:\(name)"
        case .query(let name): "query:\(name)"
        case .jwt(let claim): "jwt:\(claim)"
        }
    }

    /// Whether `name` can be the name of a field or cookie (a superset of RFC 9110 section 5.6.2).
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !":;,=\"()<>@/?{}\\".utf8.contains($0) }
    }
}
