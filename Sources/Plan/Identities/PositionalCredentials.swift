import Formats

/// Names and passwords in places without a field name: the parameters of a JSON-RPC or XML-RPC call whose method
/// registers or logs in a user, and `name:password` in base64 in a field for credentials.
enum PositionalCredentials {
    typealias Field = CredentialFinder.Field

    /// The longest body that is searched, in bytes.
    private static let bodyLimit = 8 << 10
    /// The most parameters of such a call.
    private static let parameterLimit = 6

    /// Whether `body` contains a name of such calls and fields.
    static func mayBe(in body: [UInt8]) -> Bool { words.occur(in: body) }

    private static let words = AnyCaseWords("params", "methodname", "credential")

    /// The credentials in the body of `draft`, names first; empty if nothing indicates that there are any.
    static func find(in draft: ParsedRequest) -> [Field] {
        guard draft.method == "POST", draft.body.bytes.count <= bodyLimit, case .body(let kind) = draft.body.kind,
            mayBe(in: draft.body.bytes)
        else { return [] }
        return draft.body.bytes.withUnsafeBufferPointer { bytes in
            switch kind {
            case .json:
                let called = ofCall(json(bytes))
                return called.isEmpty ? encoded(in: draft) : called
            case .xml: return ofCall(xml(bytes))
            case .form: return encoded(in: draft)
            case .html, .multipart, .text, .protobuf, .opaque, .framedProtobuf: return []
            }
        }
    }

    /// A call's method and its parameters in order; nil for a parameter that is not a text.
    private typealias Call = (method: String, parameters: [[UInt8]?])

    private static func ofCall(_ call: Call?) -> [Field] {
        guard let call, namesPerson(call.method), call.parameters.count <= parameterLimit else { return [] }
        // The first two texts: a name or an address, then a password.
        let texts = call.parameters.prefix(4).compactMap { $0 }.filter { !$0.isEmpty }
        guard texts.count >= 2, texts[0].count <= CredentialFinder.nameLimit else { return [] }
        var fields = [Field(value: texts[0], field: "params", kind: .name)]
        let isAddress = { (text: [UInt8]) in text.contains(UInt8(ascii: "@")) && !text.contains(UInt8(ascii: " ")) }
        var rest = texts.dropFirst()
        if rest.count > 1, let address = rest.first(where: isAddress) {
            fields.append(Field(value: address, field: "params", kind: .name))
            rest.removeAll { $0 == address }
        }
        guard let password = rest.first else { return [] }
        return fields + [Field(value: password, field: "params", kind: .password)]
    }

    /// Whether a method registers or logs in a user: `signup`, `auth.login`, `user_create`.
    private static func namesPerson(_ method: String) -> Bool {
        let name = IdentityFieldName.plain(method)
        return methods.contains { name.hasSuffix($0) } || Registration.mentionsRegistration(Array(method.utf8))
    }

    private static let methods = [
        "login", "logon", "signin", "signup", "register", "authenticate", "createuser", "usercreate", "adduser",
        "useradd",
        "createaccount", "accountcreate", "newuser", "usernew", "startsession",
    ]

    /// `{"method": "signup", "params": ["ann", "pw"]}`, and Odoo's `{"method": "call", "params": {"service": "common",
    /// "method": "login", "args": ["database", "ann", "pw"]}}`.
    private static func json(_ bytes: UnsafeBufferPointer<UInt8>) -> Call? {
        var method: String?
        var inner: String?
        var parameters: [[UInt8]?] = []
        var leaves = JSONLeaves(bytes)
        while let leaf = leaves.next() {
            let steps = leaves.path.steps
            guard case .member(let name)? = steps.first else { return nil }
            if steps.count == 1, name.elementsEqual("method".utf8), leaf.isString {
                method = String(decoding: Sink.Coding.json.decoded(bytes, leaf.range), as: UTF8.self)
            } else if steps.count == 2, name.elementsEqual("params".utf8), case .element = steps[1] {
                parameters.append(leaf.isString ? Sink.Coding.json.decoded(bytes, leaf.range) : nil)
            } else if steps.count == 2, name.elementsEqual("params".utf8), case .member(let own) = steps[1],
                leaf.isString,
                own.elementsEqual("method".utf8)
            {
                inner = String(decoding: Sink.Coding.json.decoded(bytes, leaf.range), as: UTF8.self)
            } else if steps.count == 3, name.elementsEqual("params".utf8), case .member(let own) = steps[1],
                own.elementsEqual("args".utf8)
            {
                parameters.append(leaf.isString ? Sink.Coding.json.decoded(bytes, leaf.range) : nil)
            } else if steps.count == 3, name.elementsEqual("params".utf8), case .element = steps[1],
                case .member(let inner) = steps[2], leaf.isString,
                IdentityFieldName.isPassword(String(decoding: inner, as: UTF8.self))
            {
                // `["ann", {"password": "pw"}]`.
                parameters.append(Sink.Coding.json.decoded(bytes, leaf.range))
            }
            guard parameters.count <= parameterLimit else { return nil }
        }
        // The first is the database.
        if let inner { return (inner, Array(parameters.dropFirst())) }
        return method.map { ($0, parameters) }
    }

    /// `<methodCall><methodName>signup</methodName><params><param><value><string>ann</string>…`.
    private static func xml(_ bytes: UnsafeBufferPointer<UInt8>) -> Call? {
        var method: String?
        var parameters: [[UInt8]?] = []
        var leaves = XMLLeaves(bytes)
        while let leaf = leaves.next() {
            guard leaf.attribute == nil, let name = leaves.element else { continue }
            let value = (leaf.isLiteral ? Sink.Coding.raw : .markup).decoded(bytes, leaf.range)
            switch String(decoding: bytes[name], as: UTF8.self) {
            case "methodName": method = String(decoding: value, as: UTF8.self)
            case "string", "value": parameters.append(value)
            case "int", "i4", "boolean", "double": parameters.append(nil)
            default: break
            }
            guard parameters.count <= parameterLimit else { return nil }
        }
        return method.map { ($0, parameters) }
    }

    /// `{"credentials": "YW5uOnB3"}`.
    private static func encoded(in draft: ParsedRequest) -> [Field] {
        for field in CredentialFinder.fields(of: draft) where names.contains(IdentityFieldName.plain(field.field)) {
            let text = field.value.withUnsafeBufferPointer { Base64.text($0, 0..<$0.count)?.text }
            guard let text, let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < text.count,
                colon <= CredentialFinder.nameLimit, text[..<colon].allSatisfy({ $0 > 0x20 })
            else { continue }
            return [
                Field(value: Array(text[..<colon]), field: field.field, kind: .name),
                Field(value: Array(text[(colon + 1)...]), field: field.field, kind: .password),
            ]
        }
        return []
    }

    private static let names: Set<String> = ["credentials", "credential", "basiccredentials", "usercredentials"]
}
