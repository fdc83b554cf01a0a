import HTTPTypes
import Hummingbird

extension Service {
    /// All routes, with the middleware for every request.
    func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: MeteringMiddleware(service: self))
        router.add(middleware: FaultMiddleware(service: self))
        router.add(middleware: LimitMiddleware(service: self))
        MonitorRoutes(service: self).add(to: router)
        AuthRoutes(service: self).add(to: router)
        ItemRoutes(service: self).add(to: router)
        SuiteRoutes(service: self).add(to: router)
        refuseOtherMethods(on: router)
        return router
    }

    /// Known paths answer 405 to methods they do not support (RFC 9110, section 15.5.6); the router alone would answer
    /// 404.
    private func refuseOtherMethods(on router: Router<APIContext>) {
        let served: [(paths: [RouterPath], methods: [HTTPRequest.Method])] = [
            (["/health", "/metrics", "/api/protected", "/api/v1/items/{id}"], [.get]),
            (["/auth/register", "/auth/login", "/auth/refresh", "/auth/logout"], [.post]),
            (
                [
                    "/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout",
                    "/device/enroll", "/lock-proof", "/api/v1/generation/create", "/api/v1/payments/create",
                ], [.post]
            ),
            (["/api/v1/items"], [.get, .post]),
        ]
        let known: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]
        for (paths, methods) in served {
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            for path in paths {
                for method in known where !methods.contains(method) {
                    router.on(path, method: method) { _, _ -> Response in throw APIError.methodNotAllowed(allowed) }
                }
            }
        }
    }
}
