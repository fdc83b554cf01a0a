import ContentCodings
import Formats
import HTTPWire
import Traffic

/// A parsed recorded request: what will be sent of it, before values are put in.
struct ParsedRequest {
    /// A part of a request that may contain values.
    struct Part {
        /// The kind of part.
        enum Kind: Hashable {
            case target
            case field(name: String)
            case body(BodyKind)
        }

        var kind: Kind
        var bytes: [UInt8]
        /// How a field is searched for values.
        var rule = FieldRule.any
        /// Whether it is a field of the trailer section.
        var isTrailer = false
    }

    /// How a field is searched for values.
    enum FieldRule {
        /// It describes the client and its capabilities.
        case withoutValues
        case cookie
        case credentials
        /// It asks whether the client's copy is current (RFC 9110 section 13.1): a validator that a response gave.
        case condition
        case any
    }

    /// The request's index among the exchanges of its session.
    var exchange: Int
    var method: String
    var scheme: HTTPScheme
    var authority: String?
    /// The target, then the fields in recorded order, those of trailers last, then the body, decoded where its codings are supported.
    var parts: [Part]
    /// The coding to apply to the body again; nil if the body was not decoded.
    var coding: ContentCoding?
    /// Whether the body has a coding that cannot be decoded.
    var isUnreadable = false
    /// The first field of its GraphQL document, which distinguishes operations on the same path: `editComment`.
    private(set) var operation: String?
    /// The procedure that it calls where many share the path; nil if it has a GraphQL document.
    private(set) var procedure: CalledProcedure?
    /// See ``EndpointHash``.
    private(set) var endpointHash: UInt64 = 0

    /// The target in origin or asterisk form.
    var target: [UInt8] { parts[0].bytes }
    /// Whether it sends cookies.
    var hasCookies: Bool { parts.contains { $0.rule == .cookie } }
    /// The body as it is searched.
    var body: Part { parts[parts.count - 1] }

    /// Parses the request of `exchange`, or returns why it is left out.
    static func make(of exchange: Exchange, at index: Int) -> Result<ParsedRequest, ExclusionReason> {
        guard let request = exchange.request else { return .failure(.noRequest) }
        guard !exchange.isPush else { return .failure(.push) }
        guard request.isComplete else { return .failure(.incompleteRequest) }
        guard UInt64(request.body.count) == request.bodyBytes else { return .failure(.bodyNotKept) }
        guard let head = RequestHead(withoutFields: request.head) else { return .failure(.unreadableHead) }
        guard head.method != "CONNECT", exchange.status != 101 else { return .failure(.tunnel) }
        let (target, scheme, authority) = originForm(of: head, scheme: exchange.scheme)
        guard RequestTarget.isPath(target) else { return .failure(.foreignTarget) }
        let fields = sentFields(of: request.head)
        var draft = ParsedRequest(
            exchange: index, method: head.method, scheme: scheme, authority: authority,
            parts: [Part(kind: .target, bytes: target)] + fields + sentTrailers(of: request))
        draft.append(body: request.body, fields)
        return .success(draft)
    }

    /// Appends the body, decoded where its codings are supported.
    private mutating func append(body: [UInt8], _ fields: [Part]) {
        var content = body
        let named = ParsedRequest.value("content-encoding", fields)
        if !body.isEmpty, let named, !named.isEmpty, named != "identity" {
            do throws(ContentCodingError) {
                let coding = try ContentCoding(fieldValue: named)
                content = try coding.decoded(body, limit: SourceScanner.bodyLimit)
                if !coding.isIdentity { self.coding = coding.inForm(of: body) }
            } catch {
                isUnreadable = !Content.isText(body)
            }
        } else if let coding = ContentCoding.detected(in: body) {
            // The upload of a compressed file, recognised only by its bytes.
            do throws(ContentCodingError) {
                content = try coding.decoded(body, limit: SourceScanner.bodyLimit)
                self.coding = coding
            } catch {}
        }
        let type = ParsedRequest.value("content-type", fields) ?? ""
        let kind: BodyKind = isUnreadable ? .opaque : content.withUnsafeBufferPointer { .of($0, type: type) }
        parts.append(Part(kind: .body(kind), bytes: isUnreadable ? body : content))
        operation = graphQLOperation
        procedure = operation == nil ? CalledProcedure(of: self) : nil
        endpointHash = EndpointHash.of(self)
    }

    /// The value of the field `name`, in lowercase.
    private static func value(_ name: String, _ fields: [Part]) -> String? {
        fields.first { isField($0, name) }.map { String(decoding: $0.bytes, as: UTF8.self).lowercased() }
    }

    /// An absolute target (RFC 9112 section 3.2.2) names the authority, regardless of Host.
    private static func originForm(of head: RequestHead, scheme: HTTPScheme) -> ([UInt8], HTTPScheme, String?) {
        for named in [HTTPScheme.http, .https] {
            let prefix = named.label + "://"
            guard head.target.lowercased().hasPrefix(prefix) else { continue }
            let rest = head.target.utf8.dropFirst(prefix.utf8.count)
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            var target = Array(rest[end...])
            if target.first != UInt8(ascii: "/") {
                target = head.method == "OPTIONS" && target.isEmpty ? Array("*".utf8) : Array("/".utf8) + target
            }
            return (target, named, String(decoding: rest[..<end], as: UTF8.self))
        }
        let target = Array(head.target.utf8)
        let isWhole = !target.isEmpty && target.first != UInt8(ascii: "?")
        return (isWhole ? target : Array("/".utf8) + target, scheme, head.authority)
    }

    /// The longest body that is searched for a GraphQL document.
    private static let documentLimit = 64 << 10

    private var graphQLOperation: String? {
        guard case .body(let kind) = body.kind, body.bytes.count <= ParsedRequest.documentLimit else { return nil }
        return body.bytes.withUnsafeBufferPointer { bytes in
            var document: [UInt8]?
            if kind == .json, ByteSearch.end(of: ParsedRequest.queryMember, in: bytes) != nil {
                document = JSONPath([.member(Array("query".utf8))]).value(in: bytes)
            } else if kind == .text, GraphQLText.isLikely(bytes, 0..<bytes.count) {
                document = Array(bytes)
            }
            return document?.withUnsafeBufferPointer { document in
                GraphQLText.operation(of: document).map { String(decoding: document[$0], as: UTF8.self) }
            }
        }
    }

    private static let queryMember = Array("\"query\"".utf8)

    private static func isField(_ part: Part, _ name: String) -> Bool {
        if case .field(let own) = part.kind { own.lowercased() == name } else { false }
    }
}

extension ParsedRequest {
    /// The end-to-end fields (RFC 9110 section 7.6.1), without those that are derived from the target and the body.
    private static func sentFields(of head: [UInt8]) -> [Part] {
        head.withUnsafeBufferPointer { head in
            let dropped = namesListedByConnection(head)
            // HTTP/2's only connection field (RFC 9113 section 8.2.2): gRPC servers require it.
            let isHTTP2 = head.first == UInt8(ascii: ":")
            var parts: [Part] = []
            var fields = HeadFields(head)
            while let field = fields.next() {
                guard isSent(fields, field, dropped: dropped) || (isHTTP2 && fields.isNamed(field, "te")) else {
                    continue
                }
                parts.append(
                    Part(
                        kind: .field(name: String(decoding: head[field.name], as: UTF8.self)),
                        bytes: unfolded(head, field.value), rule: rule(of: fields, field)))
            }
            return parts
        }
    }

    /// The fields of the trailer section of a chunked body in HTTP/1.1 (RFC 9112 section 7.1.2); others are not sent.
    private static func sentTrailers(of request: Exchange.Message) -> [Part] {
        guard request.trailers.contains(where: { $0 > 0x20 }), request.head.first != UInt8(ascii: ":"),
            request.head.withUnsafeBytes({ HeadFraming($0, isRequest: true)?.isChunked }) == true
        else { return [] }
        return request.trailers.withUnsafeBufferPointer { trailers in
            var parts: [Part] = []
            forEachTrailer(in: trailers) { fields, field in
                let rule = rule(of: fields, field)
                parts.append(
                    Part(
                        kind: .field(name: String(decoding: trailers[field.name], as: UTF8.self)),
                        bytes: unfolded(trailers, field.value), rule: rule == .any ? .any : .withoutValues,
                        isTrailer: true))
            }
            return parts
        }
    }

    /// Visits the fields of a trailer section in order.
    static func forEachTrailer(
        in trailers: UnsafeBufferPointer<UInt8>, _ visit: (HeadFields, HeadFields.Field) -> Void
    ) {
        var fields = HeadFields(trailers: trailers)
        while let field = fields.next() {
            if !field.name.isEmpty { visit(fields, field) }
        }
    }

    /// Whether a field is end-to-end, given the names that Connection lists in `dropped`, in lowercase.
    static func isSent(_ fields: HeadFields, _ field: HeadFields.Field, dropped: Set<String>) -> Bool {
        guard !field.name.isEmpty, !namesOfConnection.contain(fields.head, field.name),
            !starts(fields.head[field.name], with: "proxy-")
        else { return false }
        return dropped.isEmpty
            || !dropped.contains(String(decoding: fields.head[field.name], as: UTF8.self).lowercased())
    }

    private static func rule(of fields: HeadFields, _ field: HeadFields.Field) -> FieldRule {
        if fields.isNamed(field, "cookie") { return .cookie }
        if fields.isNamed(field, "authorization") { return .credentials }
        if conditions.contain(fields.head, field.name) { return .condition }
        let isWithout =
            fieldsWithoutValues.contain(fields.head, field.name) || starts(fields.head[field.name], with: "sec-")
        return isWithout ? .withoutValues : .any
    }

    private static func starts(_ name: Slice<UnsafeBufferPointer<UInt8>>, with prefix: StaticString) -> Bool {
        guard name.count >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount
        where ASCII.lowercased(name[name.startIndex + index]) != prefix.utf8Start[index] {
            return false
        }
        return true
    }

    private static let conditions = FieldNames([
        "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range",
    ])

    /// Fields that describe the client and its capabilities.
    private static let fieldsWithoutValues = FieldNames([
        "accept", "accept-charset", "accept-encoding", "accept-language", "user-agent", "content-type",
        "content-encoding", "content-language", "cache-control", "te", "pragma", "date", "dnt", "priority", "range",
        "upgrade-insecure-requests", "x-requested-with", "via", "x-forwarded-for", "x-forwarded-proto",
    ])

    private static let namesOfConnection = FieldNames([
        "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length", "expect",
    ])

    /// The names listed by the Connection field, in lowercase.
    static func namesListedByConnection(_ head: UnsafeBufferPointer<UInt8>) -> Set<String> {
        var names: Set<String> = []
        var fields = HeadFields(head)
        while let field = fields.next() {
            guard fields.isNamed(field, "connection") else { continue }
            var tokens = ParameterList(head, field.value, separator: UInt8(ascii: ","))
            while let token = tokens.next() {
                names.insert(String(decoding: head[token.value], as: UTF8.self).lowercased())
            }
        }
        return names
    }

    /// A folded value with its lines joined by single spaces.
    private static func unfolded(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        guard head[range].contains(0x0a) else { return Array(head[range]) }
        let lines = head[range].split { $0 == 0x0a || $0 == 0x0d }
        return Array(
            lines.map { line in
                line.drop { $0 == 0x20 || $0 == 0x09 }
            }
            .joined(separator: [0x20]))
    }
}
