import JWTKit

/// The claims of an access token.
struct AccessClaims: JWTPayload, Equatable {
    /// The subject. Can be any text in a token that someone else signed with the same key.
    var subject: String
    /// The session it was issued in; nil in a token that was not issued here.
    var session: String?
    /// Its id, by which it is revoked.
    var tokenID: String?
    /// Seconds since 1970.
    var issuedAt: Double?
    /// Seconds since 1970 before which it is not valid.
    var notBefore: Double?
    /// Seconds since 1970 from which it is no longer valid.
    var expiresAt: Double

    enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case session = "sid"
        case tokenID = "jti"
        case issuedAt = "iat"
        case notBefore = "nbf"
        case expiresAt = "exp"
    }

    /// Identifies this token.
    var identity: String { tokenID ?? "\(subject) \(issuedAt ?? 0) \(expiresAt)" }

    /// `TokenAuthority` compares the times with the service's own clock.
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
