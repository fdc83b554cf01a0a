import HTTPTypes
import Hummingbird

/// Routes of other kinds of services, as a load test sees them: devices that prove captures, generations, payments,
/// media.
///
/// They are stateless: responses depend on the request only, so that their number does not affect memory.
struct SuiteRoutes: Sendable {
    private struct Enrollment: Decodable {
        var deviceID: String

        enum CodingKeys: String, CodingKey { case deviceID = "device_id" }
    }

    private struct Proof: Decodable {
        var captureID: String

        enum CodingKeys: String, CodingKey { case captureID = "capture_id" }
    }

    private struct Prompt: Decodable { var prompt: String }
    private struct Payment: Decodable { var amount: Int }

    private struct PaymentBody: ResponseEncodable {
        var id: String
        var amount: Int
    }

    private struct Permissions: ResponseEncodable {
        var subject: String
        var may = ["read", "create"]
        var cached: Bool
    }

    /// An empty list under its name.
    private struct EmptyList: ResponseEncodable {
        var name: String
        var subject: String

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode([String](), forKey: Key(stringValue: name))
            try container.encode(subject, forKey: Key(stringValue: "subject"))
        }

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    let service: Service

    func add(to router: Router<APIContext>) {
        router.post("/device/enroll") { request, _ in try await enroll(request) }
        let bearer = BearerMiddleware(service: service)
        router.group("/lock-proof").add(middleware: bearer).post { request, _ in try await lock(request) }
        router.group("/ledger").add(middleware: bearer).get("/entries") { _, context in list("entries", context) }
        let api = router.group("/api/v1").add(middleware: bearer)
        api.post("/generation/create") { request, _ in try await generate(request) }
        api.get("/generation/list") { _, context in list("generations", context) }
        api.get("/generation/{id}") { _, context in
            ["id": id(in: context), "status": "done"]
        }
        api.post("/payments/create") { request, context in try await pay(request, context) }
        api.get("/payments") { _, context in list("payments", context) }
        api.get("/authorization") { _, context in await authorize(context) }
        api.get("/models") { _, context in list("models", context) }
        api.get("/media/{id}") { _, _ in
            ["url": "/media/\(Key128.random().text(prefix: "")).png"]
        }
    }

    private func enroll(_ request: Request) async throws -> EditedResponse<[String: String]> {
        _ = try await request.decodedBody(as: Enrollment.self)
        let token = try await service.tokens.issue(user: .random(), session: .random())
        service.metrics.count(.enrollment)
        return EditedResponse(headers: [.cacheControl: "no-store"], response: ["enrollment_token": token])
    }

    private func lock(_ request: Request) async throws -> [String: String] {
        let proof = try await request.decodedBody(as: Proof.self)
        service.metrics.count(.proof)
        return ["proof_id": Key128.random().text(prefix: "prf_"), "capture_id": proof.captureID]
    }

    private func generate(_ request: Request) async throws -> EditedResponse<[String: String]> {
        _ = try await request.decodedBody(as: Prompt.self)
        service.metrics.count(.generation)
        return EditedResponse(
            status: .created, response: ["id": Key128.random().text(prefix: "gen_"), "status": "queued"])
    }

    /// Pays; a payment that is sent again with its idempotency key is the same payment.
    private func pay(_ request: Request, _ context: APIContext) async throws -> EditedResponse<PaymentBody> {
        let key = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
        let payment = try await request.decodedBody(as: Payment.self)
        let caller = Array((context.caller?.subject ?? "-").utf8)
        let id = key.map { KeyedDigest(key: caller).digest(of: $0, as: .tokenIdentity) } ?? .random()
        service.metrics.count(.payment)
        return EditedResponse(
            status: .created, response: PaymentBody(id: id.text(prefix: "pay_"), amount: payment.amount))
    }

    /// The permissions of a user, from a cache that all workers share.
    private func authorize(_ context: APIContext) async -> Permissions {
        let subject = context.caller?.subject ?? ""
        let isCached = await service.shared.isCached("authz:\(subject)", seconds: 300)
        service.metrics.count(isCached ? .cacheHit : .cacheMiss)
        return Permissions(subject: subject, cached: isCached)
    }

    private func list(_ name: String, _ context: APIContext) -> EmptyList {
        EmptyList(name: name, subject: context.caller?.subject ?? "")
    }

    private func id(in context: APIContext) -> String { context.parameters.get("id") ?? "" }
}
