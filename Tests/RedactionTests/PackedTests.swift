import Credentials
import Formats
import Redaction
import Testing
import Traffic

/// Secrets in binary maps: MessagePack and CBOR, and in gRPC-Web messages in base64.
@Suite struct PackedTests {
    private static let key: [UInt8] = Array("a key that only this test has".utf8)
    private static let secret: String = "Zq777LeakX9vK77w"

    /// A value to be packed.
    enum Value: Sendable {
        case text(String)
        case bytes(String)
        case number(UInt32)
        case list([Value])
        case map([(String, Value)])

        func packed(_ format: PackedFormat) -> [UInt8] {
            switch self {
            case .text(let text): format.header(ofText: true, count: text.utf8.count) + Array(text.utf8)
            case .bytes(let text): format.header(ofText: false, count: text.utf8.count) + Array(text.utf8)
            case .number(let number):
                [format == .cbor ? 0x1a : 0xce]
                    + (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            case .list(let items):
                [(format == .cbor ? 0x80 : 0x90) | UInt8(items.count)] + items.flatMap { $0.packed(format) }
            case .map(let items):
                [(format == .cbor ? 0xa0 : 0x80) | UInt8(items.count)]
                    + items.flatMap { Value.text($0.0).packed(format) + $0.1.packed(format) }
            }
        }
    }

    static let places: [(reason: String, value: Value)] = [
        ("a string", .map([("user", .text("ann")), ("password", .text(secret))])),
        ("bytes", .map([("token", .bytes(secret)), ("user", .text("ann"))])),
        ("a map in a list", .map([("a", .list([.map([("apiKey", .text(secret))])])), ("n", .number(7))])),
        ("a list under a name", .map([("tokens", .list([.text("x"), .text(secret)]))])),
        ("a map under a name", .map([("token", .map([("value", .text(secret))]))])),
        ("a list of both", .list([.text("login"), .map([("password", .text(secret))])])),
        ("JSON in a string", .map([("body", .text("{\"password\":\"\(secret)\"}"))])),
        ("text in a string", .map([("note", .text("retry with token=\(secret)"))])),
        ("a URL in a string", .map([("url", .text("https://h/x?token=\(secret)"))])),
    ]

    private static func both(_ body: [UInt8], type: String) -> [Exchange] {
        let fields = ["Content-Type: \(type)"]
        return [Recording.exchange(fields: fields, body: body), Recording.exchange(answer: fields, answerBody: body)]
    }

    private static func bodies(_ exchange: Exchange) -> [[UInt8]] {
        [exchange.request, exchange.response].compactMap(\.self).map(\.body)
    }

    @Test("In every place, with and without the type", arguments: places.indices, PackedFormat.allCases)
    func everyPlaceIsRedacted(index: Int, format: PackedFormat) {
        let (reason, value) = Self.places[index]
        let body = value.packed(format)
        let name = format == .cbor ? "cbor" : "x-msgpack"
        for type in ["application/\(name)", "application/octet-stream"] {
            for exchange in Self.both(body, type: type) {
                var redactor = Redactor(policy: .default, key: Self.key)
                for after in Self.bodies(redactor.redacted(exchange)) where !after.isEmpty {
                    #expect(!after.contains(Array(Self.secret.utf8)), "\(reason), \(type)")
                    #expect(after.count == body.count, "\(reason): a pseudonym is as long")
                    #expect(after.withUnsafeBufferPointer { PackedLeaves.describe($0, format) }, "\(reason)")
                }
                var mask = SecretMask(.stars)
                for after in Self.bodies(mask.masked(exchange)) {
                    #expect(!after.contains(Array(Self.secret.utf8)), "\(reason), \(type), shown")
                }
            }
        }
    }

    @Test(
        "Actions that change the length, or remove the value, leave a message that can be read",
        arguments: PackedFormat.allCases, ["drop", "cut", "mask", "pseudonymise"])
    func actions(format: PackedFormat, action: String) throws {
        let policy = try RedactionPolicy(yaml: "rules:\n  - {name: [password, pin], action: \(action)}\n")
        let value = Value.map([("password", .text(Self.secret)), ("pin", .number(123_456)), ("user", .text("ann"))])
        var redactor = Redactor(policy: policy, key: Self.key)
        let exchange = Self.both(value.packed(format), type: "application/octet-stream")[0]
        let after = try #require(redactor.redacted(exchange).request?.body)
        #expect(!after.contains(Array(Self.secret.utf8)) && !after.contains([0x00, 0x01, 0xe2, 0x40]))
        #expect(after.contains(Array("ann".utf8)))
        #expect(after.withUnsafeBufferPointer { PackedLeaves.describe($0, format) })
    }

    @Test(arguments: PackedFormat.allCases) func whatNoRuleNamesStays(format: PackedFormat) {
        let value = Value.map([("user", .text("ann")), ("n", .number(123_456)), ("token_type", .text("Bearer"))])
        for exchange in Self.both(value.packed(format), type: "application/octet-stream") {
            var redactor = Redactor(policy: .default, key: Self.key)
            #expect(Self.bodies(redactor.redacted(exchange)) == Self.bodies(exchange))
        }
    }

    @Test("A message that is cut off is searched as far as it goes", arguments: PackedFormat.allCases)
    func cut(format: PackedFormat) {
        let whole = Value.map([("password", .text(Self.secret)), ("z", .text("end"))]).packed(format)
        let name = format == .cbor ? "cbor" : "msgpack"
        for exchange in Self.both(Array(whole.dropLast(2)), type: "application/\(name)") {
            var redactor = Redactor(policy: .default, key: Self.key)
            for after in Self.bodies(redactor.redacted(exchange)) {
                #expect(!after.contains(Array(Self.secret.utf8)))
            }
        }
    }

    @Test func messagesOfGRPCWebInBase64() throws {
        func frame(_ flag: UInt8, _ text: String) -> [UInt8] {
            [flag, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8)
        }
        let body =
            Base64.encoded(frame(0, "{\"password\":\"\(Self.secret)\"}"))
            + Base64.encoded(frame(0x80, "grpc-status:0\r\nx-token: \(Self.secret)\r\n"))
        for exchange in Self.both(body, type: "application/grpc-web-text+json") {
            var redactor = Redactor(policy: .default, key: Self.key)
            for after in Self.bodies(redactor.redacted(exchange)) where !after.isEmpty {
                let frames = try #require(after.withUnsafeBufferPointer { GRPCFrames.decoded($0) })
                let text = String(decoding: frames, as: UTF8.self)
                #expect(
                    !text.contains(Self.secret) && text.contains("grpc-status:0") && text.contains("password"),
                    "\(text)")
            }
        }
    }
}
