import Credentials
import Formats
import Traffic

/// The distinctive runs of an exchange that may link it to others.
enum ExchangeRuns {
    /// The longest body that is searched, before and after content decoding.
    static let bodyLimit = 64 << 10
    static let contentLimit = 512 << 10

    /// The role of a run in a request.
    enum Role {
        /// It identifies the sender: in Authorization, a cookie, or a token field.
        case credential
        /// Anything else.
        case value
    }

    /// Calls `body` with each run of a request.
    ///
    /// - Parameter previous: the head of an earlier request of the same session; fields that both have at the same
    ///   position are left out. Empty for all fields.
    static func each(of request: Exchange.Message, after previous: [UInt8] = [], _ body: (UInt64, Role) -> Void) {
        request.head.withUnsafeBufferPointer { head in
            if let target = target(of: head), !isStaticFile(head, target) {
                add(head, target, .value, body)
            }
            previous.withUnsafeBufferPointer { previous in
                var fields = HeadFields(head)
                var known = HeadFields(previous)
                while let field = fields.next() {
                    if let same = known.next(), isEqual(head, field, previous, same) { continue }
                    guard !fieldsOfClient.contain(head, field.name) else { continue }
                    self.field(fields, field, body)
                }
            }
        }
        content(of: request) { content in add(content, 0..<content.count, .value, body) }
    }

    private static func isEqual(
        _ head: UnsafeBufferPointer<UInt8>, _ field: HeadFields.Field, _ other: UnsafeBufferPointer<UInt8>,
        _ otherField: HeadFields.Field
    ) -> Bool {
        ByteSearch.areEqual(
            head, field.name.lowerBound..<field.value.upperBound, other,
            otherField.name.lowerBound..<otherField.value.upperBound)
    }

    /// Calls `body` with each run of a response that may be in `wanted`.
    static func each(of response: Exchange.Message, wanted: HashFilter, _ body: (UInt64) -> Void) {
        func add(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
            var runs = DistinctiveRuns(bytes, range, wanted: wanted)
            while let run = runs.next() { body(run) }
        }
        func add(_ fields: HeadFields) {
            var fields = fields
            while let field = fields.next() {
                guard !fieldsOfServer.contain(fields.head, field.name) else { continue }
                add(fields.head, field.value)
            }
        }
        response.head.withUnsafeBufferPointer { add(HeadFields($0)) }
        response.trailers.withUnsafeBufferPointer { add(HeadFields(trailers: $0)) }
        content(of: response) { content in add(content, 0..<content.count) }
    }

    /// A hash of the authority that a request names.
    static func authority(of request: Exchange.Message) -> UInt64 {
        request.head.withUnsafeBufferPointer { head in
            var fields = HeadFields(head)
            while let field = fields.next() {
                if fields.isNamed(field, "host") { return hash(head, field.value) }
            }
            return line(":authority: ", of: head).map { hash(head, $0) } ?? 0
        }
    }

    private static func hash(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = ValueHash.seed
        for byte in head[range] { ValueHash.mix(&hash, ASCII.lowercased(byte)) }
        return hash
    }

    private static func add(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ role: Role, _ body: (UInt64, Role) -> Void
    ) {
        var runs = DistinctiveRuns(bytes, range)
        while let run = runs.next() { body(run, role) }
    }
}

extension ExchangeRuns {
    private static func field(_ fields: HeadFields, _ field: HeadFields.Field, _ body: (UInt64, Role) -> Void) {
        let head = fields.head
        if fields.isNamed(field, "cookie") {
            var pairs = ParameterList(head, field.value, separator: UInt8(ascii: ";"))
            while let pair = pairs.next() {
                let isForgeryToken = CallerName.isForgeryToken(text(head, pair.name))
                add(head, pair.value, isForgeryToken ? .value : .credential, body)
            }
        } else if fields.isNamed(field, "authorization") || fields.isNamed(field, "proxy-authorization") {
            authorization(fields, field.value, body)
        } else {
            let isCredential = CallerName.isCredentialHeader(text(head, field.name))
            add(head, field.value, isCredential ? .credential : .value, body)
            encoded(head, field.value, body)
        }
    }

    private static func text(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: head[range]))
    }

    private static func authorization(_ fields: HeadFields, _ value: Range<Int>, _ body: (UInt64, Role) -> Void) {
        let head = fields.head
        let blank = head[value].firstIndex(of: 0x20) ?? value.lowerBound
        let scheme = String(decoding: head[value.lowerBound..<blank], as: UTF8.self).lowercased()
        if scheme == "basic" {
            encoded(head, fields.trimmed(blank..<value.upperBound), body)
        } else {
            // Values that the client makes for each request identify no one; a Digest server nonce may.
            guard !schemesOfRequests.contains(where: { scheme.hasPrefix($0) }) else { return }
            add(head, blank..<value.upperBound, scheme == "digest" ? .value : .credential, body)
            // Schemes of particular services, such as `Session` with `name:id:token`.
            if scheme != "digest" { encoded(head, fields.trimmed(blank..<value.upperBound), body) }
        }
    }

    /// `name:token` in base64, as in HTTP Basic (RFC 7617).
    private static func encoded(
        _ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (UInt64, Role) -> Void
    ) {
        guard let text = Base64.text(head, range)?.text else { return }
        text.withUnsafeBufferPointer { add($0, 0..<$0.count, .value, body) }
    }

    private static func content(of message: Exchange.Message, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard !message.body.isEmpty, message.body.count <= bodyLimit else { return }
        Content.decoded(message, limit: contentLimit)?.withUnsafeBufferPointer(body)
    }

    /// The request's target within its head.
    static func target(of head: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        if head.first == UInt8(ascii: ":") { return line(":path: ", of: head) }
        guard let start = head.firstIndex(of: 0x20) else { return nil }
        let end = head[(start + 1)...].firstIndex { $0 <= 0x20 } ?? head.count
        return start + 1..<end
    }

    /// The value after `name` in the pseudo-header fields that `head` begins with.
    private static func line(_ name: String, of head: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var start = 0
        while start < head.count, head[start] == UInt8(ascii: ":") {
            let end = head[start...].firstIndex(of: 0x0a) ?? head.count
            if head[start..<end].starts(with: name.utf8) {
                let isReturn = end > start && head[end - 1] == 0x0d
                return start + name.utf8.count..<(isReturn ? end - 1 : end)
            }
            start = end + 1
        }
        return nil
    }

    /// Whether a target is a static file of a page, which everyone fetches under the same name.
    private static func isStaticFile(_ head: UnsafeBufferPointer<UInt8>, _ target: Range<Int>) -> Bool {
        let path = head[target].prefix { $0 != UInt8(ascii: "?") }
        guard let dot = path.suffix(8).lastIndex(of: UInt8(ascii: ".")) else { return false }
        return staticFiles.contains(String(decoding: path[(dot + 1)...], as: UTF8.self).lowercased())
    }

    private static let staticFiles: Set<String> = [
        "js", "mjs", "css", "map", "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "avif", "woff", "woff2", "ttf",
        "eot", "wasm",
    ]

    /// Schemes whose value the client makes.
    private static let schemesOfRequests = ["ntlm", "negotiate", "aws4", "hawk", "oauth", "signature"]

    /// Fields that describe the client, its capabilities, its origin and its cache: they do not link requests.
    private static let fieldsOfClient = FieldNames([
        "host", "user-agent", "accept", "accept-encoding", "accept-language", "accept-charset", "connection",
        "cache-control", "pragma", "content-type", "content-length", "content-encoding", "transfer-encoding", "te",
        "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range", "referer",
        "origin", "via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
        "traceparent", "tracestate", "x-request-id", "x-correlation-id", "date", "expect", "upgrade", "sec-ch-ua",
        "sec-ch-ua-platform", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "upgrade-insecure-requests",
    ])

    private static let fieldsOfServer = FieldNames([
        "date", "server", "connection", "keep-alive", "content-type", "content-length", "content-encoding",
        "cache-control", "expires", "vary", "transfer-encoding", "etag", "last-modified", "via", "age",
        "content-security-policy", "report-to", "nel", "cf-ray", "x-request-id",
    ])
}
