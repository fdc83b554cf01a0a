import HTTPTypes
import Hummingbird

/// Registering, logging in, refreshing and logging out.
struct AuthRoutes: Sendable {
    private struct Credentials: Decodable {
        var username: String
        var password: String
    }

    private struct RefreshRequest: Decodable {
        var refreshToken: String

        enum CodingKeys: String, CodingKey {
            case refreshToken = "refresh_token"
        }
    }

    private struct Registered: ResponseEncodable {
        var id: String
        var username: String
    }

    /// The token response of OAuth 2 (RFC 6749, section 5.1).
    private struct TokenResponse: ResponseEncodable {
        var accessToken: String
        var refreshToken: String
        var tokenType = "Bearer"
        var expiresIn: Int

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
        }
    }

    static let maximumTextBytes = 256

    let service: Service

    func add(to router: Router<APIContext>) {
        for place in ["/auth", "/api/v1/auth"] {
            router.post("\(place)/register") { request, _ in try await register(request) }
            router.post("\(place)/login") { request, _ in try await login(request) }
            router.post("\(place)/refresh") { request, _ in try await refresh(request) }
            router.group("\(place)/logout")
                .add(middleware: BearerMiddleware(service: service))
                .post { _, context in await logOut(context) }
        }
    }

    private func register(_ request: Request) async throws -> EditedResponse<Registered> {
        let credentials = try await credentials(in: request)
        let made = try await service.users.register(
            username: credentials.username, password: credentials.password)
        guard let user = made else {
            throw APIError.conflict("This user name is taken.")
        }
        service.metrics.count(.registration)
        return EditedResponse(
            status: .created,
            response: Registered(id: user.text(prefix: IDPrefix.user), username: credentials.username))
    }

    private func login(_ request: Request) async throws -> EditedResponse<TokenResponse> {
        let credentials = try await credentials(in: request)
        let user = try await service.users.authenticate(
            username: credentials.username, password: credentials.password)
        guard let user else {
            service.metrics.count(.rejectedLogin)
            throw APIError.badCredentials("invalid_credentials", "User name or password is wrong.")
        }
        let (session, refreshToken) = service.sessions.begin(user: user, now: service.clock.epochSeconds())
        let accessToken = try await service.tokens.issue(user: user, session: session)
        service.metrics.count(.login)
        return tokenResponse(accessToken, refreshToken)
    }

    private func refresh(_ request: Request) async throws -> EditedResponse<TokenResponse> {
        let presented = try await request.decodedBody(as: RefreshRequest.self).refreshToken
        guard let turn = await service.sessions.rotate(presented, now: service.clock.epochSeconds()) else {
            service.metrics.count(.rejectedRefresh)
            throw APIError.badCredentials("invalid_grant", "The refresh token is invalid or expired.")
        }
        let accessToken = try await service.tokens.issue(user: turn.user, session: turn.session)
        service.metrics.count(.refresh)
        return tokenResponse(accessToken, turn.refreshToken)
    }

    private func logOut(_ context: APIContext) async -> Response {
        if let claims = context.caller {
            let now = service.clock.epochSeconds()
            service.revocations.revoke(claims, now: now)
            await service.shared.revoke(claims.identity, seconds: Int((claims.expiresAt - now).rounded(.up)))
            if let session = claims.session.flatMap({ Key128(text: $0, prefix: IDPrefix.session) }) {
                await service.sessions.end(session)
            }
        }
        service.metrics.count(.logout)
        return Response(status: .noContent)
    }

    private func credentials(in request: Request) async throws -> Credentials {
        let credentials = try await request.decodedBody(as: Credentials.self)
        for text in [credentials.username, credentials.password] {
            guard (1...AuthRoutes.maximumTextBytes).contains(text.utf8.count) else {
                throw APIError.unprocessable("username and password have 1 to \(AuthRoutes.maximumTextBytes) bytes.")
            }
        }
        return credentials
    }

    private func tokenResponse(_ accessToken: String, _ refreshToken: String) -> EditedResponse<TokenResponse> {
        EditedResponse(
            headers: [.cacheControl: "no-store"],
            response: TokenResponse(
                accessToken: accessToken, refreshToken: refreshToken, expiresIn: service.tokens.lifetimeSeconds))
    }
}
