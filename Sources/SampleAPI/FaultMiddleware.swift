import Hummingbird

/// Delays requests and makes some fail, according to the faults; never requests that monitor the service itself.
struct FaultMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let service: Service

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if path == "/health" || path == "/metrics" { return try await next(request, context) }
        let began = service.clock.uptime()
        let result = await outcome(of: request, path: path, context: context, next: next)
        let now = service.clock.uptime()
        let worked = now - began
        let route = context.endpointPath
        let isInTail = service.faults.hasSlowTail(uptime: now, route: route) && service.tailDice.nextIsHit()
        let time = service.faults.serviceTime(worked: worked, uptime: now, route: route, isInTail: isInTail)
        let waiting = time - worked
        if waiting > .zero { try await service.clock.sleep(waiting) }
        return try result.get()
    }

    private func outcome(
        of request: Request, path: String, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async -> Result<Response, any Error> {
        if path.hasPrefix("/api/"), service.dice.nextIsHit() {
            service.metrics.count(.injectedError)
            return .failure(APIError.injectedFault)
        }
        do {
            return .success(try await next(request, context))
        } catch {
            return .failure(error)
        }
    }
}
