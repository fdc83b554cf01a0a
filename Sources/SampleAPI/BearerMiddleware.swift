import HTTPTypes
import Hummingbird

/// Admits requests with a valid access token (RFC 6750).
struct BearerMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let service: Service

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let token = BearerMiddleware.token(in: request.headers[.authorization]) else {
            service.metrics.count(token: .missing)
            throw APIError.badToken(.missing)
        }
        let verdict = await service.tokens.judge(token)
        guard case .accepted(let claims) = verdict else {
            service.metrics.count(token: verdict.label)
            throw APIError.badToken(verdict.label)
        }
        service.metrics.count(acceptedToken: claims.identity)
        var context = context
        context.caller = claims
        return try await next(request, context)
    }

    /// The credentials of the scheme `Bearer`, whose name is case-insensitive (RFC 9110, section 11.1).
    static func token(in authorization: String?) -> String? {
        guard let parts = authorization?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return String(parts[1])
    }
}
