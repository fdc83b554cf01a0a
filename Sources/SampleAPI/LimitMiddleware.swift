import HTTPTypes
import Hummingbird

/// Limits clients by their address: requests per second, and logins after too many failed ones.
struct LimitMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let service: Service

    /// The number of failed logins after which an address is blocked.
    static let failedLogins = 10

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if path == "/health" || path == "/metrics" { return try await next(request, context) }
        if let limit = service.limits.requestsPerSecond {
            let second = Int(service.clock.epochSeconds())
            let count = await service.shared.count("rate:\(context.client):\(second)", seconds: 2)
            if count > limit {
                service.metrics.count(blocked: path, by: .rate)
                throw APIError.tooManyRequests
            }
        }
        guard path.hasSuffix("/auth/login"), let span = service.limits.blockSeconds else {
            return try await next(request, context)
        }
        let name = "failed:\(context.client)"
        if await service.shared.value(name) >= Self.failedLogins {
            service.metrics.count(blocked: path, by: .address)
            throw APIError.blocked
        }
        do {
            return try await next(request, context)
        } catch let error as APIError where error.status == .unauthorized {
            _ = await service.shared.count(name, seconds: span)
            throw error
        }
    }
}

/// The limits of clients; nil for no limit.
struct Limits: Sendable {
    /// Requests per second from one address.
    var requestsPerSecond: Int?
    /// How long an address is blocked after too many failed logins.
    var blockSeconds: Int?
}

extension APIError {
    static let tooManyRequests = APIError(
        status: .tooManyRequests, code: "too_many_requests", detail: "Too many requests from this address.",
        headers: [.retryAfter: "1"])

    static let blocked = APIError(
        status: .forbidden, code: "blocked", detail: "Too many logins from this address have failed.")
}
