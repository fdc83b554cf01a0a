import HTTPTypes
import Hummingbird

/// The main routes: a protected greeting, and items to list, fetch and post.
struct ItemRoutes: Sendable {
    private struct NewItem: Decodable {
        var name: String
        var quantity: Int32?
    }

    private struct Greeting: ResponseEncodable {
        var message = "Welcome"
        var subject: String
        var expiresIn: Int

        enum CodingKeys: String, CodingKey {
            case message, subject
            case expiresIn = "expires_in"
        }
    }

    private struct ItemBody: ResponseEncodable {
        var id: String
        var name: String
        var quantity: Int32
        var createdAt: Int64

        init(_ id: Key128, _ item: Item) {
            self.id = id.text(prefix: IDPrefix.item)
            name = item.name
            quantity = item.quantity
            createdAt = item.createdAt
        }

        enum CodingKeys: String, CodingKey {
            case id, name, quantity
            case createdAt = "created_at"
        }
    }

    private struct Page: ResponseEncodable {
        var items: [ItemBody]
        var total: Int
        var limit: Int
        var offset: Int
        /// Null on the last page.
        var nextOffset: NullableNumber

        enum CodingKeys: String, CodingKey {
            case items, total, limit, offset
            case nextOffset = "next_offset"
        }
    }

    /// A number that is encoded as null, rather than left out, if there is none.
    private struct NullableNumber: Encodable {
        var value: Int?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let value { try container.encode(value) } else { try container.encodeNil() }
        }
    }

    static let defaultLimit = 20
    static let maximumLimit = 100

    let service: Service

    func add(to router: Router<APIContext>) {
        let group = router.group("/api").add(middleware: BearerMiddleware(service: service))
        group.get("/protected") { _, context in greeting(context) }
        group.get("/v1/items") { request, _ in try await list(request) }
        group.post("/v1/items") { request, _ in try await create(request) }
        group.get("/v1/items/{id}") { _, context in try await fetch(context) }
    }

    private func greeting(_ context: APIContext) -> Greeting {
        let subject = context.caller?.subject ?? ""
        let rest = max(0, (context.caller?.expiresAt ?? 0) - service.clock.epochSeconds())
        return Greeting(subject: subject, expiresIn: Int(rest))
    }

    private func list(_ request: Request) async throws -> Page {
        let limit = try number("limit", in: request, default: ItemRoutes.defaultLimit, 1...ItemRoutes.maximumLimit)
        let offset = try number("offset", in: request, default: 0, 0...Int(Int32.max))
        let (page, total) = try await service.items.page(limit: limit, offset: offset)
        return Page(
            items: page.map { ItemBody($0.id, $0.item) }, total: total, limit: limit, offset: offset,
            nextOffset: NullableNumber(value: offset + page.count < total ? offset + page.count : nil))
    }

    private func fetch(_ context: APIContext) async throws -> ItemBody {
        guard let id = context.parameters.get("id").flatMap({ Key128(text: $0, prefix: IDPrefix.item) }),
            let item = try await service.items.item(id)
        else { throw APIError.notFound("There is no such item.") }
        return ItemBody(id, item)
    }

    private func create(_ request: Request) async throws -> EditedResponse<ItemBody> {
        let wanted = try await request.decodedBody(as: NewItem.self)
        let now = Int64(service.clock.epochSeconds())
        guard let item = Item(name: wanted.name, quantity: wanted.quantity ?? 1, createdAt: now) else {
            throw APIError.unprocessable(
                "name has 1 to \(Item.maximumNameBytes) bytes and no control characters.")
        }
        let id = try await service.items.add(item)
        service.metrics.count(.createdItem)
        let body = ItemBody(id, item)
        return EditedResponse(status: .created, headers: [.location: "/api/v1/items/\(body.id)"], response: body)
    }

    private func number(
        _ name: String, in request: Request, default: Int, _ range: ClosedRange<Int>
    ) throws -> Int {
        guard let text = request.uri.queryParameters.get(name) else { return `default` }
        guard let number = Int(text), range.contains(number) else {
            throw APIError.badRequest("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
