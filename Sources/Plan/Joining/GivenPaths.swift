import Formats
import Traffic

/// Paths with a number that a response tells its client to continue with. A job that is polled on other connections has
/// no other key than its number.
enum GivenPaths {
    /// The fields that contain such a path.
    private static let fields = FieldNames([
        "location", "content-location", "operation-location", "azure-asyncoperation",
    ])
    /// The longest body that is searched for the id of a created resource, in bytes.
    private static let bodyLimit = 64 << 10

    /// The hash of the path that `request` asks for; nil if no segment of it is a number.
    static func hash(of request: Exchange.Message) -> UInt64? {
        request.head.withUnsafeBufferPointer { head in
            ExchangeRuns.target(of: head).flatMap { hash(ofTarget: head, $0) }
        }
    }

    /// The hash of a path up to its last number: paths below a job belong to the job.
    private static func hash(ofTarget bytes: UnsafeBufferPointer<UInt8>, _ target: Range<Int>) -> UInt64? {
        let url = URLParts(bytes, target)
        let last = url.segments(bytes).last { !$0.isEmpty && bytes[$0].allSatisfy(ASCII.isDigit) }
        guard let last, bytes[url.path].first == UInt8(ascii: "/") else { return nil }
        return hash(ofPath: bytes[url.path.lowerBound..<last.upperBound])
    }

    /// Calls `body` with the hash of each path that the response of `exchange` gives.
    static func each(of exchange: Exchange, _ body: (UInt64) -> Void) {
        guard let response = exchange.response, let status = exchange.status, (200..<400).contains(status) else {
            return
        }
        response.head.withUnsafeBufferPointer { head in
            var lines = HeadFields(head)
            while let field = lines.next() {
                guard fields.contain(head, field.name), let hash = hash(ofTarget: head, field.value) else { continue }
                body(hash)
            }
        }
        if let hash = made(by: exchange, response) { body(hash) }
    }

    /// The path of a resource that a POST created, whose id is in the response: `/jobs/17` for `POST /jobs` and
    /// `{"id":17}`.
    private static func made(by exchange: Exchange, _ response: Exchange.Message) -> UInt64? {
        guard let request = exchange.request, request.head.starts(with: "POST ".utf8), exchange.status ?? 0 < 300,
            !response.body.isEmpty, response.body.count <= bodyLimit,
            let id = ValueSource(value: 0, locator: .json(JSONPath([.member(Array("id".utf8))])))
                .value(head: [], body: response.body),
            id.count <= 18, id.allSatisfy(ASCII.isDigit)
        else { return nil }
        return request.head.withUnsafeBufferPointer { head in
            guard let target = ExchangeRuns.target(of: head) else { return nil }
            let path = URLParts(head, target).path
            let base = head[path].last == UInt8(ascii: "/") ? head[path].dropLast() : head[path]
            return hash(ofPath: base + [UInt8(ascii: "/")] + id)
        }
    }

    /// A hash that no run has.
    private static func hash(ofPath path: some Sequence<UInt8>) -> UInt64 {
        var hash = ValueHash.seed
        ValueHash.mix(&hash, UInt8(ascii: "/"))
        ValueHash.mix(&hash, path)
        return hash
    }
}
