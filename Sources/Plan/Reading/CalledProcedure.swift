import Formats

/// The procedure that a request calls where many share one path: JSON-RPC, XML-RPC, SOAP, AWS, and services with a
/// parameter such as `action`. Requests of different procedures have different places and sources.
struct CalledProcedure: Hashable {
    /// Its name; several names, such as those of a model and of a method, are joined by a dot.
    var name: String
    /// Whether it is a JSON-RPC call, whose `id` only pairs it with its response.
    var isRemoteCall = false

    /// The longest body that is searched, and the longest name, in bytes.
    private static let bodyLimit = 64 << 10
    private static let nameLimit = 96
    /// The most names that are joined.
    private static let partLimit = 6

    /// The procedure that `draft` calls; nil if its path alone names what it does.
    init?(of draft: ParsedRequest) {
        if let field = CalledProcedure.name(inFieldsOf: draft) {
            name = field
            return
        }
        let body = draft.body
        var parts: [String] = []
        if case .body(let kind) = body.kind, !body.bytes.isEmpty, body.bytes.count <= CalledProcedure.bodyLimit {
            switch kind {
            case .json:
                guard CalledProcedure.memberWords.occur(in: body.bytes) else { break }
                let called = body.bytes.withUnsafeBufferPointer { CalledProcedure.names(inJSON: $0) }
                (parts, isRemoteCall) = (called.names, called.isRemoteCall)
            case .xml: parts = body.bytes.withUnsafeBufferPointer { CalledProcedure.name(inXML: $0) }.map { [$0] } ?? []
            case .form:
                parts = body.bytes.withUnsafeBufferPointer {
                    CalledProcedure.names(in: $0, 0..<$0.count, CalledProcedure.formFields)
                }
            case .html, .multipart, .text, .protobuf, .framedProtobuf, .opaque: break
            }
        }
        let inQuery = draft.target.withUnsafeBufferPointer { target in
            CalledProcedure.names(in: target, URLParts(target, 0..<target.count).query, CalledProcedure.parameters)
        }
        parts = Array((inQuery + parts).prefix(CalledProcedure.partLimit))
        guard !parts.isEmpty else { return nil }
        name = parts.joined(separator: ".")
    }

    /// Names of members of a JSON text that choose a procedure, in lowercase without separators.
    private static let members: Set<String> = [
        "action", "cmd", "command", "method", "op", "operation", "operationname", "procedure", "wsfunction",
    ]
    /// Names of fields of a form, and of parameters of a query. Other names are those of things that people type in:
    /// `task=milk`.
    private static let formFields = members.union(["act", "do", "func", "function"])
    private static let parameters = formFields.union(["api", "controller", "module", "request", "task"])
    /// Words that occur in a body with such members.
    private static let memberWords = AnyCaseWords(
        "\"action\"", "\"cmd\"", "\"command\"", "\"method\"", "\"op\"", "\"operation", "\"procedure\"",
        "\"wsfunction\"")

    /// Whether a text is a name: `model.party.create`, `urn:shop#pay`. An id is not.
    private static func isName(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, text.count <= nameLimit, ASCII.isLetter(first) || first == UInt8(ascii: "_")
        else {
            return false
        }
        var digits = 0
        for byte in text {
            if ASCII.isDigit(byte) {
                digits += 1
            } else if !ASCII.isLetter(byte), !marks.contains(byte) {
                return false
            }
        }
        return digits <= 3
    }

    private static let marks = Set("._-:/#$".utf8)

    // MARK: Fields

    /// `X-Amz-Target: Shop_20120810.PutItem`, `SOAPAction: "urn:shop#pay"`, and the same as a parameter of Content-Type
    /// (SOAP 1.2).
    private static func name(inFieldsOf draft: ParsedRequest) -> String? {
        for part in draft.parts {
            // `SOAPAction`, or `X-Amz-Target` and `Content-Type`.
            guard case .field(let field) = part.kind, field.utf8.count == 10 || field.utf8.count == 12,
                part.bytes.count <= fieldLimit
            else { continue }
            if ASCII.isEqual(field.utf8, "soapaction".utf8) || ASCII.isEqual(field.utf8, "x-amz-target".utf8) {
                let text = part.bytes.filter { $0 != UInt8(ascii: "\"") && $0 > 0x20 }
                if !text.isEmpty { return String(decoding: text, as: UTF8.self) }
            } else if ASCII.isEqual(field.utf8, "content-type".utf8),
                let start = part.bytes.withUnsafeBufferPointer({ ByteSearch.end(of: actionParameter, in: $0) })
            {
                let text = part.bytes[start...].prefix { $0 != UInt8(ascii: "\"") }
                if !text.isEmpty { return String(decoding: text, as: UTF8.self) }
            }
        }
        return nil
    }

    private static let actionParameter = Array("action=\"".utf8)
    /// The longest field that is searched, in bytes.
    private static let fieldLimit = 512

    // MARK: Parameters

    private static func names(
        in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ choosers: Set<String>
    ) -> [String] {
        guard !range.isEmpty else { return [] }
        var found: [String] = []
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next(), found.count < partLimit {
            guard pair.name.count <= 16, isName(bytes[pair.value]),
                choosers.contains(IdentityFieldName.plain(String(decoding: bytes[pair.name], as: UTF8.self)))
            else { continue }
            found.append(String(decoding: bytes[pair.value], as: UTF8.self))
        }
        return found
    }

    // MARK: JSON

    /// The names in a JSON text: that of its method, and where this is only `call` or `execute`, those of the model and
    /// the method among the parameters.
    private static func names(
        inJSON bytes: UnsafeBufferPointer<UInt8>
    ) -> (names: [String], isRemoteCall: Bool) {
        var found: [String] = []
        var inner: [String] = []
        var hasMethod = false
        var leaves = JSONLeaves(bytes)
        while let leaf = leaves.next() {
            guard let key = leaves.key, key.count <= 16 else { continue }
            let name = bytes[key]
            if leaves.outerObjectStart == nil {
                if let position = leaves.position, leaf.isString, innerPositions.contains(position),
                    isParameterList(name),
                    isName(bytes[leaf.range])
                {
                    inner.append(String(decoding: bytes[leaf.range], as: UTF8.self))
                }
            } else if leaves.parentKey.map({ isParameterList(bytes[$0]) }) == true {
                let isArgument =
                    name.elementsEqual("args".utf8) && (leaves.position.map { (3...4).contains($0) } ?? false)
                if leaf.isString, isArgument || innerNames.contains(String(decoding: name, as: UTF8.self)),
                    isName(bytes[leaf.range])
                {
                    inner.append(String(decoding: bytes[leaf.range], as: UTF8.self))
                }
            }
            guard leaf.isString, leaves.outerObjectStart == nil, leaves.position == nil,
                members.contains(IdentityFieldName.plain(String(decoding: name, as: UTF8.self))),
                isName(bytes[leaf.range]), found.count < partLimit
            else { continue }
            if name.elementsEqual("method".utf8) { hasMethod = true }
            found.append(String(decoding: bytes[leaf.range], as: UTF8.self))
        }
        if found.count == 1, generic.contains(found[0]) { found += inner.prefix(partLimit - 1) }
        return (found, hasMethod && callWords.occur(in: bytes))
    }

    /// Members of a JSON-RPC call.
    private static let callWords = AnyCaseWords("\"jsonrpc\"", "\"params\"")
    /// Methods that only pass on another call: Odoo, ubus.
    private static let generic: Set<String> = ["call", "execute", "execute_kw", "invoke"]
    /// Names of such a call's members with a model or a method, and its positions of those.
    private static let innerNames: Set<String> = ["model", "method", "service"]
    private static let innerPositions = 1...2

    /// Whether a member of this name holds the parameters of a procedure.
    static func isParameterList(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        name.elementsEqual("params".utf8) || name.elementsEqual("args".utf8) || name.elementsEqual("arguments".utf8)
    }

    // MARK: XML

    /// The text of `methodName` (XML-RPC), or the first element in the body of a SOAP envelope.
    private static func name(inXML bytes: UnsafeBufferPointer<UInt8>) -> String? {
        for tag in tags {
            guard let start = ByteSearch.end(of: tag, in: bytes) else { continue }
            let text = bytes[start...].prefix { $0 != UInt8(ascii: "<") }
            return isName(text) ? String(decoding: text, as: UTF8.self) : nil
        }
        for tag in bodyTags {
            guard let start = ByteSearch.end(of: tag, in: bytes),
                let close = ByteSearch.index(of: UInt8(ascii: ">"), in: bytes, start..<bytes.count),
                let open = ByteSearch.index(of: UInt8(ascii: "<"), in: bytes, close..<bytes.count)
            else { continue }
            let name = bytes[(open + 1)...].prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
            let local = name.drop { $0 != UInt8(ascii: ":") }.dropFirst()
            let own = local.isEmpty ? name : local
            return isName(own) ? String(decoding: own, as: UTF8.self) : nil
        }
        return nil
    }

    private static let tags = [Array("<methodName>".utf8)]
    private static let bodyTags = [Array(":Body".utf8), Array("<Body".utf8)]
}

extension CalledProcedure {
    /// What the procedure deals with: `party` for `model.party.party.read`, `order` for `createOrder`; nil if the name
    /// does not say.
    var resource: String? {
        let parts = name.split { "./:#".contains($0) }
        guard let last = parts.last else { return nil }
        let words = IdentifierName.words(of: String(last)).filter { !$0.isEmpty }
        if words.count > 1 {
            let noun = words.last { !CalledProcedure.verbs.contains($0.lowercased()) }
            return noun.map(IdentifierName.singular)
        }
        guard parts.count > 1 else { return nil }
        return IdentifierName.words(of: String(parts[parts.count - 2])).last.map(IdentifierName.singular)
    }

    /// Whether its result may be an id, not a count.
    var mayGiveID: Bool {
        guard let last = name.split(whereSeparator: { "./:#".contains($0) }).last else { return true }
        return !IdentifierName.words(of: String(last)).contains {
            CalledProcedure.counts.contains($0.lowercased())
        }
    }

    /// What a JSON-RPC result identifies that is an id, or a list of ids; nil for other members.
    func nouns(ofResult name: Slice<UnsafeBufferPointer<UInt8>>) -> [String]? {
        guard isRemoteCall, mayGiveID, name.elementsEqual("result".utf8), let resource else { return nil }
        return [resource]
    }

    /// What the first parameter of a JSON-RPC call identifies if it is an id, or a list of ids; nil for other places. In
    /// Odoo's `execute_kw` the parameters of the method come sixth.
    func nouns(ofParameterAt sink: Sink, in bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        guard isRemoteCall, sink.position == 0 || sink.position == 5 && name.contains("execute"),
            case .json(let name?, _) = sink.place,
            CalledProcedure.isParameterList(bytes[name]), let resource
        else { return nil }
        return [resource]
    }

    private static let counts: Set<String> = ["count", "length", "size", "total", "number", "version", "exists"]

    private static let verbs: Set<String> = [
        "add", "by", "call", "cancel", "close", "confirm", "create", "delete", "edit", "fetch", "find", "get", "id",
        "info", "insert", "list", "load", "new", "open", "pay", "put", "query", "read", "remove", "save", "search",
        "set", "show", "update", "view", "write",
    ]
}

extension JSONLeaves {
    /// Whether the leaf is the `id` of a JSON-RPC message, or of a message in a batch.
    ///
    /// - Parameter text: the whole text.
    func isCallNumber(in text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard outerObjectStart == nil, position == nil, depth <= 2, let key else { return false }
        let start = text.startIndex
        return text[start + key.lowerBound..<start + key.upperBound].elementsEqual("id".utf8)
    }
}
