import Formats

/// Finds the people whom a request logs in or registers.
enum CredentialFinder {
    /// A personal value, and the field that holds it.
    struct Field {
        /// The kind of value.
        enum Kind {
            case name
            case password
            /// Another value that the user supplies a column or a text for.
            case other
        }

        var value: [UInt8]
        var field: String
        var kind: Kind
    }

    /// The longest body that is searched for credentials.
    static let bodyLimit = 64 << 10
    /// The longest name that is replaced.
    static let nameLimit = 256
    /// The longest field name considered.
    private static let fieldLimit = 64

    /// The credentials in the body of `draft`, names first; none unless it has a name next to a password.
    ///
    /// - Parameter isOther: whether a field that is neither a name nor a password is personal too.
    static func credentials(in draft: ParsedRequest, isOther: (String) -> Bool = { _ in false }) -> [Field] {
        let text = draft.body.bytes.isEmpty ? draft.target : draft.body.bytes
        let named = mentionsPassword(text) ? namedCredentials(in: draft, isOther: isOther) : []
        if !named.isEmpty { return named }
        let short = shortCredentials(in: draft)
        if !short.isEmpty { return short }
        let positional = PositionalCredentials.find(in: draft)
        return positional.isEmpty ? addressToRegister(in: draft) : positional
    }

    /// The credentials whose field names say what they are.
    private static func namedCredentials(in draft: ParsedRequest, isOther: (String) -> Bool) -> [Field] {
        let objects = objects(in: draft).map(withCodes)
        var found: [Field] = []
        for fields in objects where fields.contains(where: { $0.kind == .password }) {
            let names = fields.filter { $0.kind == .name && !$0.value.isEmpty && $0.value.count <= nameLimit }
            // A display name counts as a user name only if there is no other; the label of a button never does.
            let own = names.filter { $0.field.lowercased() != "name" && !isLabel($0) }
            guard !names.isEmpty else { continue }
            found += own.isEmpty ? names : own
            found += fields.filter { field in
                let isFit = !field.value.isEmpty && field.value.count <= nameLimit
                return isFit && (field.kind == .password || field.kind == .other && isOther(field.field))
            }
        }
        return found.filter { $0.kind == .name } + found.filter { $0.kind != .name }
    }

    /// `fields`, with the code that accompanies a telephone number as a password.
    private static func withCodes(_ fields: [Field]) -> [Field] {
        guard fields.contains(where: { IdentityFieldName.isPhone($0.field) }) else { return fields }
        return fields.map { field in
            var field = field
            if IdentityFieldName.plain(field.field) == "pin" { field.kind = .password }
            return field
        }
    }

    /// The credentials of a login whose field names have only a letter or two.
    private static func shortCredentials(in draft: ParsedRequest) -> [Field] {
        guard draft.body.bytes.count <= shortLimit, draft.method == "POST" else { return [] }
        let isLogin = Registration.isLogin(draft.target)
        guard isLogin || loginWords.occur(in: draft.body.bytes) else { return [] }
        for fields in objects(in: draft) where fields.count <= 8 {
            guard isLogin || fields.contains(where: { Registration.choosesLogin(field: $0.field, value: $0.value) })
            else { continue }
            let passwords = fields.filter { IdentityFieldName.shortPasswords.contains($0.field.lowercased()) }
            let name = IdentityFieldName.shortNames.lazy.compactMap { short in
                fields.first { $0.field.lowercased() == short && !$0.value.isEmpty }
            }.first
            guard let name, passwords.count == 1, !passwords[0].value.isEmpty else { continue }
            return [
                Field(value: name.value, field: name.field, kind: .name),
                Field(value: passwords[0].value, field: passwords[0].field, kind: .password),
            ]
        }
        return []
    }

    private static let loginWords = AnyCaseWords("login", "logon", "signin", "sign-in", "sign_in", "auth")

    /// The longest body of such a login, or of a registration without a password.
    private static let shortLimit = 1024

    /// The address in a registration without a password, where a link is sent to the address.
    private static func addressToRegister(in draft: ParsedRequest) -> [Field] {
        guard draft.method == "POST", draft.body.bytes.count <= shortLimit,
            draft.body.bytes.contains(UInt8(ascii: "@")) || draft.body.bytes.contains(UInt8(ascii: "%")),
            Registration.mentionsRegistration(draft.target)
        else { return [] }
        let addresses = objects(in: draft).joined().filter {
            IdentityFieldName.isAddress($0.field) && $0.value.contains(UInt8(ascii: "@")) && $0.value.count <= nameLimit
        }
        return addresses.count == 1 ? Array(addresses) : []
    }

    /// A name as services compare it: addresses in lowercase, other names unchanged.
    static func folded(_ name: [UInt8]) -> [UInt8] {
        name.contains(UInt8(ascii: "@")) ? name.map(ASCII.lowercased) : name
    }

    /// Whether `bytes` contain a word used in the names of password fields, or both a telephone number's and a PIN's.
    static func mentionsPassword(_ bytes: [UInt8]) -> Bool {
        passwordWords.occur(in: bytes) || phoneWords.occur(in: bytes) && pinWord.occur(in: bytes)
    }

    private static let passwordWords = AnyCaseWords(
        "pass", "pwd", "secret", "pw", "kennwort", "senha", "contrase", "clave")
    private static let phoneWords = AnyCaseWords("msisdn", "phone")
    private static let pinWord = AnyCaseWords("pin")

    /// Whether `field` may be the button that sends the form: `login=Log+in`.
    private static func isLabel(_ field: Field) -> Bool {
        let value = String(decoding: field.value, as: UTF8.self).lowercased()
        return IdentityFieldName.plain(field.field).hasSuffix("login")
            && (value.contains(" ") || ["login", "submit", "1", "true", "yes", "on"].contains(value))
    }

    /// All fields of the body of `draft`, or of its query where it has no body.
    static func fields(of draft: ParsedRequest) -> [Field] { objects(in: draft).flatMap { $0 } }

    /// The values of all fields called `name` in the body of `draft`.
    static func values(of name: String, in draft: ParsedRequest) -> [Field] {
        fields(of: draft).filter {
            $0.field == name && !$0.value.isEmpty && $0.value.count <= nameLimit
        }
    }

    /// The name and password of HTTP Basic (RFC 7617) in the fields of `draft`.
    static func basic(in draft: ParsedRequest) -> [Field] {
        for part in draft.parts where part.rule == .credentials {
            guard part.bytes.count > 6, String(decoding: part.bytes.prefix(6), as: UTF8.self).lowercased() == "basic ",
                let text = Base64.standard.decoded(part.bytes[6...]), let colon = text.firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let name = Field(value: Array(text[..<colon]), field: basicName, kind: .name)
            let password = Field(value: Array(text[(colon + 1)...]), field: basicPassword, kind: .password)
            guard isPerson(name, password, draft) else { return [] }
            return [name, password].filter { !$0.value.isEmpty && $0.value.count <= nameLimit }
        }
        return []
    }

    /// Whether HTTP Basic identifies a user rather than a program: not an OAuth 2 client (RFC 6749 section 2.3.1), and
    /// not a token with a name such as `token` or `api-key`.
    private static func isPerson(_ name: Field, _ password: Field, _ draft: ParsedRequest) -> Bool {
        guard !name.value.isEmpty, !password.value.isEmpty else { return false }
        let word = IdentityFieldName.plain(String(decoding: name.value, as: UTF8.self))
        guard !word.contains("token"), !word.contains("apikey"), !["api", "key", "xoauthbasic"].contains(word) else {
            return false
        }
        return !objects(in: draft).joined().contains { $0.field == "grant_type" }
    }

    /// The name in Digest authentication (RFC 7616) in the fields of `draft`.
    static func digest(in draft: ParsedRequest) -> [Field] {
        for part in draft.parts where part.rule == .credentials {
            guard let name = DigestAuthorization.parameters(of: part.bytes)?["username"], !name.isEmpty,
                name.count <= nameLimit
            else { continue }
            return [Field(value: name, field: digestName, kind: .name)]
        }
        return []
    }

    /// Field names given to the user name in Digest authentication, and to its password, which is never sent.
    static let digestName = "Digest user"
    static let digestPassword = "Digest password"

    /// Field names given to the two values of HTTP Basic.
    static let basicName = "Basic user"
    static let basicPassword = "Basic password"

    /// The groups of sibling fields in the body.
    private static func objects(in draft: ParsedRequest) -> [[Field]] {
        let body = draft.body
        guard case .body(let kind) = body.kind, body.bytes.count <= bodyLimit else { return [] }
        if body.bytes.isEmpty {
            return draft.target.withUnsafeBufferPointer { target in
                [form(target, URLParts(target, 0..<target.count).query)]
            }
        }
        return body.bytes.withUnsafeBufferPointer { bytes in
            switch kind {
            case .json: json(bytes) + (draft.operation == nil ? [] : graphQLInJSON(bytes))
            case .form: [form(bytes, 0..<bytes.count)]
            case .multipart: [multipart(bytes)]
            case .xml: xml(bytes)
            case .text: draft.operation == nil ? [] : graphQL(bytes)
            case .html, .protobuf, .framedProtobuf, .opaque: []
            }
        }
    }

    private static func multipart(_ bytes: UnsafeBufferPointer<UInt8>) -> [Field] {
        var fields: [Field] = []
        var parts = MultipartParts(bytes)
        while let part = parts.next() {
            guard let name = part.name, name.count <= fieldLimit, !part.isFile, part.content.count <= nameLimit else {
                continue
            }
            fields.append(field(innermost(String(decoding: bytes[name], as: UTF8.self)), Array(bytes[part.content])))
        }
        return fields
    }

    private static func field(_ name: String, _ value: [UInt8]) -> Field {
        let kind: Field.Kind =
            IdentityFieldName.isPassword(name) ? .password : IdentityFieldName.isName(name) ? .name : .other
        return Field(value: value, field: name, kind: kind)
    }

    private static func json(_ bytes: UnsafeBufferPointer<UInt8>) -> [[Field]] {
        var objects: [Int: [Field]] = [:]
        var further: [Int: [Field]] = [:]
        var outers: [Int: Int] = [:]
        var leaves = JSONLeaves(bytes)
        while let leaf = leaves.next() {
            guard leaf.isString || JSONLeaves.isNumber(bytes, leaf.range), let key = leaves.key,
                key.count <= fieldLimit
            else { continue }
            let value = leaf.isString ? Sink.Coding.json.decoded(bytes, leaf.range) : Array(bytes[leaf.range])
            var found = field(String(decoding: bytes[key], as: UTF8.self), value)
            // Neither names nor passwords are numbers.
            if !leaf.isString { found.kind = .other }
            objects[leaves.objectStart, default: []].append(found)
            // `{"identifier": {"user": …}, "password": …}`: the name is nested one object deeper.
            if let outer = leaves.outerObjectStart { outers[leaves.objectStart] = outer }
            if found.kind == .name, let outer = leaves.outerObjectStart { further[outer, default: []].append(found) }
        }
        for (object, names) in further where objects[object]?.contains(where: { $0.kind == .name }) == false {
            objects[object]? += names
        }
        // `{"username": …, "credentials": [{"type": "password", "value": …}]}`: the password is nested one object
        // deeper.
        for (object, outer) in outers {
            guard let fields = objects[object],
                fields.contains(where: { $0.field == "type" && $0.value.elementsEqual("password".utf8) }),
                let value = fields.first(where: { $0.field == "value" })?.value
            else { continue }
            objects[outer]?.append(Field(value: value, field: "password", kind: .password))
        }
        return objects.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The texts and attributes of an XML document, grouped by element.
    private static func xml(_ bytes: UnsafeBufferPointer<UInt8>) -> [[Field]] {
        var elements: [Int: [Field]] = [:]
        var leaves = XMLLeaves(bytes)
        while let leaf = leaves.next() {
            guard let name = leaf.attribute ?? leaves.element, name.count <= fieldLimit,
                let around = leaf.attribute == nil ? leaves.parent ?? leaves.element : leaves.element
            else { continue }
            let coding: Sink.Coding = leaf.isLiteral ? .raw : .markup
            // `ns:email` is an email with a namespace prefix.
            let local = String(decoding: bytes[name], as: UTF8.self).split(separator: ":").last.map(String.init)
            elements[around.lowerBound, default: []].append(field(local ?? "", coding.decoded(bytes, leaf.range)))
        }
        return elements.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func graphQLInJSON(_ bytes: UnsafeBufferPointer<UInt8>) -> [[Field]] {
        let document = JSONPath([.member(Array("query".utf8))]).value(in: bytes) ?? []
        return document.withUnsafeBufferPointer { graphQL($0) }
    }

    /// The arguments in a GraphQL document, grouped by field.
    private static func graphQL(_ document: UnsafeBufferPointer<UInt8>) -> [[Field]] {
        var calls: [Int: [Field]] = [:]
        var arguments = GraphQLText(document)
        while let argument = arguments.next() {
            guard argument.isString, argument.name.count <= fieldLimit else { continue }
            let name = String(decoding: document[argument.name], as: UTF8.self)
            let value = Sink.Coding.json.decoded(document, argument.value)
            calls[argument.field.lowerBound, default: []].append(field(name, value))
        }
        return calls.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func form(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Field] {
        var fields: [Field] = []
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next() {
            guard pair.name.count <= fieldLimit else { continue }
            let name = PercentText.decoded(bytes, pair.name, plusIsSpace: true)
            let value = PercentText.decoded(bytes, pair.value, plusIsSpace: true)
            fields.append(field(innermost(String(decoding: name, as: UTF8.self)), value))
        }
        return fields
    }

    /// `email` for `user[email]`: frameworks nest form fields this way.
    static func innermost(_ name: String) -> String {
        guard name.hasSuffix("]"), let open = name.lastIndex(of: "[") else { return name }
        return String(name[name.index(after: open)...].dropLast())
    }
}
