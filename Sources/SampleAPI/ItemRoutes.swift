import Formats
import HTTPTypes
import Hummingbird

/// What people come for: a protected greeting, and items to list, fetch and post.
struct ItemRoutes: Sendable {
    private struct NewItem: Decodable {
        var name: String
        var quantity: Int32?
    }

    static let defaultLimit = 20
    static let maximumLimit = 100

    let service: Service

    func add(to router: Router<APIContext>) {
        let group = router.group("/api").add(middleware: BearerMiddleware(service: service))
        group.get("/protected") { _, context in greeting(context) }
        group.get("/v1/items") { request, _ in try list(request) }
        group.post("/v1/items") { request, _ in try await create(request) }
        group.get("/v1/items/{id}") { _, context in try fetch(context) }
    }

    private func greeting(_ context: APIContext) -> Response {
        let subject = context.caller?.subject ?? ""
        let rest = max(0, (context.caller?.expiresAt ?? 0) - service.clock.epochSeconds())
        return .json(.ok, #"{"message":"Welcome","subject":\#(JSONText.quoted(subject)),"expires_in":\#(Int(rest))}"#)
    }

    private func list(_ request: Request) throws -> Response {
        let limit = try number("limit", in: request, default: ItemRoutes.defaultLimit, 1...ItemRoutes.maximumLimit)
        let offset = try number("offset", in: request, default: 0, 0...Int(Int32.max))
        let (page, total) = service.items.page(limit: limit, offset: offset)
        let items = page.map { json($0.id, $0.item) }.joined(separator: ",")
        let next = offset + page.count < total ? String(offset + page.count) : "null"
        return .json(
            .ok,
            #"{"items":[\#(items)],"total":\#(total),"limit":\#(limit),"offset":\#(offset),"next_offset":\#(next)}"#)
    }

    private func fetch(_ context: APIContext) throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ Key128(text: $0, prefix: IDPrefix.item) }),
            let item = service.items[id]
        else { throw APIError.notFound("There is no such item.") }
        return .json(.ok, json(id, item))
    }

    private func create(_ request: Request) async throws -> Response {
        let wanted = try await request.decodedBody(as: NewItem.self)
        let now = Int64(service.clock.epochSeconds())
        guard let item = Item(name: wanted.name, quantity: wanted.quantity ?? 1, createdAt: now) else {
            throw APIError.unprocessable(
                "name has 1 to \(Item.maximumNameBytes) bytes and no control characters.")
        }
        let id = service.items.add(item)
        service.metrics.count(.createdItem)
        return .json(
            .created, headers: [.location: "/api/v1/items/\(id.text(prefix: IDPrefix.item))"], json(id, item))
    }

    private func json(_ id: Key128, _ item: Item) -> String {
        #"{"id":"\#(id.text(prefix: IDPrefix.item))","name":\#(JSONText.quoted(item.name)),"#
            + #""quantity":\#(item.quantity),"created_at":\#(item.createdAt)}"#
    }

    private func number(
        _ name: String, in request: Request, default: Int, _ range: ClosedRange<Int>
    ) throws -> Int {
        guard let text = request.uri.queryParameters.get(name) else { return `default` }
        guard let number = Int(text), range.contains(number) else {
            throw APIError.badRequest("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
