import HTTPTypes
import Hummingbird
import Logging

/// The outermost middleware: turns errors into responses, counts every response, and allocates the injected memory.
struct MeteringMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let service: Service

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let began = service.clock.uptime()
        var response = try await answer(request, context: context, next: next)
        service.metrics.count(seconds: (service.clock.uptime() - began) / .seconds(1))
        // The server closes the connection after such a request, and announces it (RFC 9112, section 9.6).
        if request.headers[.connection] == "close" { response.headers[.connection] = "close" }
        service.metrics.count(
            request: ServiceMetrics.RequestLabels(
                method: MeteringMiddleware.label(of: request.method),
                route: context.endpointPath ?? "NotFound",
                status: response.status.code))
        service.leaked.leak()
        service.otherMemory.noteRequest(uptime: service.clock.uptime())
        return response
    }

    private func answer(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return try refusal(error, context).response(from: request, context: context)
        }
    }

    private func refusal(_ error: any Error, _ context: APIContext) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as any HTTPResponseError where error.status == .notFound:
            return .notFound("There is nothing at this path.")
        case let error as any HTTPResponseError:
            return APIError(status: error.status, code: "refused", detail: error.status.reasonPhrase)
        default:
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return APIError(status: .internalServerError, code: "internal", detail: "See the log.")
        }
    }

    /// Methods are text from the client; unknown ones share one label.
    private static func label(of method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .patch, .delete, .options: method.rawValue
        default: "other"
        }
    }
}
