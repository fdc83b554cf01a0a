import Formats
import HTTPTypes
import Hummingbird

/// What other services offer, as far as a load test sees it: devices that prove captures, generations, payments, media.
///
/// Nothing of it is kept: answers depend on the request alone, so that their number leaves no trace in memory.
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
            Response.json(.ok, #"{"id":\#(JSONText.quoted(id(in: context))),"status":"done"}"#)
        }
        api.post("/payments/create") { request, _ in try await pay(request) }
        api.get("/payments") { _, context in list("payments", context) }
        api.get("/authorization") { _, context in await authorize(context) }
        api.get("/models") { _, context in list("models", context) }
        api.get("/media/{id}") { _, context in
            Response.json(.ok, #"{"url":"/media/\#(Key128.random().text(prefix: "")).png"}"#)
        }
    }

    private func enroll(_ request: Request) async throws -> Response {
        _ = try await request.decodedBody(as: Enrollment.self)
        let token = try await service.tokens.issue(user: .random(), session: .random())
        service.metrics.count(.login)
        return .json(.ok, headers: [.cacheControl: "no-store"], #"{"enrollment_token":"\#(token)"}"#)
    }

    private func lock(_ request: Request) async throws -> Response {
        let proof = try await request.decodedBody(as: Proof.self)
        return .json(
            .ok,
            #"{"proof_id":"\#(Key128.random().text(prefix: "prf_"))","capture_id":\#(JSONText.quoted(proof.captureID))}"#
        )
    }

    private func generate(_ request: Request) async throws -> Response {
        _ = try await request.decodedBody(as: Prompt.self)
        return .json(.created, #"{"id":"\#(Key128.random().text(prefix: "gen_"))","status":"queued"}"#)
    }

    private func pay(_ request: Request) async throws -> Response {
        let payment = try await request.decodedBody(as: Payment.self)
        return .json(
            .created, #"{"id":"\#(Key128.random().text(prefix: "pay_"))","amount":\#(payment.amount)}"#)
    }

    /// What a person may do, out of a cache that all workers share.
    private func authorize(_ context: APIContext) async -> Response {
        let subject = context.caller?.subject ?? ""
        let isCached = await service.shared.count("authz:\(subject)", seconds: 300) > 1
        service.metrics.count(isCached ? .cacheHit : .cacheMiss)
        return .json(.ok, #"{"subject":\#(JSONText.quoted(subject)),"may":["read","create"],"cached":\#(isCached)}"#)
    }

    private func list(_ name: String, _ context: APIContext) -> Response {
        .json(.ok, #"{"\#(name)":[],"subject":\#(JSONText.quoted(context.caller?.subject ?? ""))}"#)
    }

    private func id(in context: APIContext) -> String { context.parameters.get("id") ?? "" }
}
