import JWTKit

/// What an access token says.
struct AccessClaims: JWTPayload, Equatable {
    /// Whose it is. Any text in a token that someone else signed with the same key.
    var subject: String
    /// The session it was issued in; nil in a token that was not issued here.
    var session: String?
    /// Its own name, by which it is revoked.
    var tokenID: String?
    /// Seconds since 1970.
    var issuedAt: Double?
    /// Seconds since 1970, before which it is not good yet.
    var notBefore: Double?
    /// Seconds since 1970, from which on it is no longer good.
    var expiresAt: Double

    enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case session = "sid"
        case tokenID = "jti"
        case issuedAt = "iat"
        case notBefore = "nbf"
        case expiresAt = "exp"
    }

    /// Tells this token from every other.
    var identity: String { tokenID ?? "\(subject) \(issuedAt ?? 0) \(expiresAt)" }

    /// The times are held against the service's own clock, by `TokenAuthority`.
    func verify(using algorithm: some JWTAlgorithm) async throws {}

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(subject, forKey: .subject)
        try container.encodeIfPresent(session, forKey: .session)
        try container.encodeIfPresent(tokenID, forKey: .tokenID)
        try container.encodeIfPresent(issuedAt.map { Int64($0) }, forKey: .issuedAt)
        try container.encodeIfPresent(notBefore.map { Int64($0) }, forKey: .notBefore)
        try container.encode(Int64(expiresAt), forKey: .expiresAt)
    }
}
