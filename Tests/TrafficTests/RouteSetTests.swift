import Testing
import Traffic

/// Endpoints learned from the paths of several kinds of services, compared with their routes.
@Suite struct RouteSetTests {
    private struct Row {
        var routes: Int
        var rows: Int
        /// Routes that share a row with another.
        var mixed: Int
        var worst: [String]
    }

    private static func row(_ set: RouteSet, _ requests: [RouteSet.Request]) -> Row {
        var templates = EndpointTemplates()
        for request in requests { templates.learn(target: request.target) }
        templates.settle()
        var routesOfRow: [String: Set<String>] = [:]
        for request in requests {
            let label = templates.endpoint(method: request.method, target: request.target).label
            routesOfRow[label, default: []].insert(request.route)
        }
        let mixed = Set(routesOfRow.values.filter { $0.count > 1 }.joined())
        let rowsOfRoute = Dictionary(grouping: routesOfRow.flatMap { row in row.value.map { ($0, row.key) } }, by: \.0)
        let worst = rowsOfRoute.filter { $0.value.count > 1 }.map {
            "\($0.key): \($0.value.map(\.1).sorted().prefix(5))"
        }
        return Row(routes: set.routes.count, rows: routesOfRow.count, mixed: mixed.count, worst: worst.sorted())
    }

    @Test("At most as many rows as routes and a tenth", arguments: RouteSet.all.indices, [300, 5000])
    func routes(index: Int, count: Int) {
        let set = RouteSet.all[index]
        let row = Self.row(set, set.requests(count, seed: 1))
        #expect(row.rows * 10 <= row.routes * 11, "\(set.name): \(row.worst)")
        #expect(row.mixed * 10 <= row.routes, "\(set.name): routes that share a row")
    }

    @Test("All of them in one log stay below the number of rows shown")
    func together() {
        let requests = RouteSet.all.flatMap { $0.requests(1500, seed: 2) }
        var templates = EndpointTemplates()
        for request in requests { templates.learn(target: request.target) }
        templates.settle()
        let labels = Set(requests.map { templates.endpoint(method: $0.method, target: $0.target).label })
        let routes = RouteSet.all.reduce(0) { $0 + $1.routes.count }
        #expect(labels.count * 10 <= routes * 11, "\(labels.count) rows of \(routes) routes")
    }

    @Test("The same paths in another order have the same endpoints")
    func order() {
        let requests = RouteSet.all[3].requests(1500, seed: 3)
        func labels(_ requests: [RouteSet.Request]) -> [String: String] {
            var templates = EndpointTemplates()
            for request in requests { templates.learn(target: request.target) }
            templates.settle()
            return Dictionary(
                requests.map {
                    ("\($0.method) \($0.target)", templates.endpoint(method: $0.method, target: $0.target).label)
                },
                uniquingKeysWith: { first, _ in first })
        }
        #expect(labels(requests) == labels(requests.reversed()))
    }

    @Test(
        "What is a value by itself, and what is a secret",
        arguments: [
            ("/a/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl/b", "/a/{id}/b"),
            ("/p;jsessionid=A1b2", "/p;jsessionid={id}"), ("/p;v=a/q;sid=x", "/p;v=a/q;sid={id}"),
            ("/bot123:AAE-x9f8K2/getMe", "/{id}/getMe"), ("/reset-password/Rst9x", "/reset-password/{id}"),
            ("/reset-password/confirm", "/reset-password/confirm"), ("/c/cus_Nf3xY7pQ2aBc9Z", "/c/{id}"),
            ("/d/sha256:9f86d081884c7d65", "/d/{id}"), ("/u/ann%40example.com", "/u/{id}"),
            ("/u/ann@example.com/x", "/u/{id}/x"),
            ("/f/1718000000.log", "/f/{id}"), ("/d/2026-11-30T10:00:00Z", "/d/{id}"), ("/v1/users", "/v1/users"),
            ("/apis/apps/v1beta1/x", "/apis/apps/v1beta1/x"), ("/oauth2/s3/2fa", "/oauth2/s3/2fa"),
            ("/hooks/T024BE7LD/B024BE7LH/xyzKEYabc0123456789k", "/hooks/T024BE7LD/B024BE7LH/{id}"),
        ])
    func alone(target: String, template: String) {
        #expect(Endpoint(method: "GET", target: target).pathTemplate == template)
    }
}
