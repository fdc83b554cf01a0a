import JWTKit

/// Signs access tokens (JWT, HS256) and validates presented ones.
struct TokenAuthority: Sendable {
    /// The result of validating a token.
    enum Verdict: Equatable {
        case accepted(AccessClaims)
        case expired, early, revoked, forged

        var label: TokenLabel {
            switch self {
            case .accepted: .accepted
            case .expired: .expired
            case .early: .early
            case .revoked: .revoked
            case .forged: .forged
            }
        }
    }

    /// HS256 requires a key at least as long as its hash (RFC 7518, section 3.2).
    static let minimumKeyBytes = 32

    /// The lifetime of an access token, in seconds.
    let lifetimeSeconds: Int
    private let keys: JWTKeyCollection
    private let revocations: RevocationStore
    private let shared: SharedState?
    private let clock: ServiceClock

    /// - Parameter key: at least `minimumKeyBytes`.
    init(
        key: [UInt8], lifetimeSeconds: Int, revocations: RevocationStore, shared: SharedState? = nil,
        clock: ServiceClock
    )
        async
    {
        precondition(key.count >= TokenAuthority.minimumKeyBytes, "the signing key is as long as its hash, or longer")
        self.lifetimeSeconds = lifetimeSeconds
        self.revocations = revocations
        self.shared = shared
        self.clock = clock
        keys = await JWTKeyCollection().add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    }

    /// A new token for a user in a session, valid from now on.
    func issue(user: Key128, session: Key128) async throws -> String {
        let now = clock.epochSeconds().rounded(.down)
        let claims = AccessClaims(
            subject: user.text(prefix: IDPrefix.user),
            session: session.text(prefix: IDPrefix.session),
            tokenID: Key128.random().text(prefix: IDPrefix.token),
            issuedAt: now,
            expiresAt: now + Double(lifetimeSeconds))
        return try await keys.sign(claims)
    }

    /// Validates a token: its signature, then its times, then whether it was revoked.
    func judge(_ token: String) async -> Verdict {
        guard let claims = try? await keys.verify(token, as: AccessClaims.self) else { return .forged }
        let now = clock.epochSeconds()
        if now >= claims.expiresAt { return .expired }
        if let notBefore = claims.notBefore, now < notBefore { return .early }
        if revocations.isRevoked(claims) { return .revoked }
        return await shared?.isRevoked(claims.identity) == true ? .revoked : .accepted(claims)
    }
}

/// The prefixes of ids by kind.
enum IDPrefix {
    static let user = "usr_"
    static let session = "ses_"
    static let token = "tok_"
    static let item = "itm_"
}
