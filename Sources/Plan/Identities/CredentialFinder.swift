/// Finds who a request logs in or registers.
enum CredentialFinder {
    /// A request's credentials.
    struct Found {
        /// What the person is called in it: one name or several (a user name and an e-mail address).
        var names: [Name]
    }

    /// A name and the field it stands in.
    struct Name {
        var value: [UInt8]
        var field: String
    }

    /// The longest body that is looked at for credentials.
    static let bodyLimit = 64 << 10
    /// The longest name that is replaced.
    static let nameLimit = 256

    /// The credentials in the body of `draft`; nil when it has none.
    static func credentials(in draft: RequestDraft) -> Found? {
        let body = draft.body
        guard case .body(let kind) = body.kind, body.bytes.count <= bodyLimit else { return nil }
        let found = body.bytes.withUnsafeBufferPointer { bytes in
            switch kind {
            case .json: json(bytes)
            case .form: form(bytes)
            case .html, .xml, .multipart, .text, .opaque: [Name]()
            }
        }
        let names = found.filter { !$0.value.isEmpty && $0.value.count <= nameLimit }
        // A display name is only a user name where nothing else is.
        let own = names.filter { $0.field.lowercased() != "name" }
        return names.isEmpty ? nil : Found(names: own.isEmpty ? names : own)
    }

    /// Whether `field` holds a person's name next to a password.
    static func isName(_ field: String) -> Bool { nameFields.contains(field.lowercased()) }

    static func isPassword(_ field: String) -> Bool { passwordFields.contains(field.lowercased()) }

    private static let nameFields: Set<String> = ["username", "user", "email", "login", "name", "user_name"]
    private static let passwordFields: Set<String> = ["password", "passwd", "pwd", "pass", "secret"]

    private static func json(_ bytes: UnsafeBufferPointer<UInt8>) -> [Name] {
        var objectsWithPassword: Set<Int> = []
        var names: [(object: Int, name: Name)] = []
        var leaves = JSONLeaves(bytes)
        while let leaf = leaves.next() {
            guard leaf.isString, let key = leaves.key, key.count <= 16 else { continue }
            let field = String(decoding: bytes[key], as: UTF8.self)
            if isPassword(field) {
                objectsWithPassword.insert(leaves.objectStart)
            } else if isName(field) {
                let value = Sink.Coding.json.decoded(bytes, leaf.range)
                names.append((leaves.objectStart, Name(value: value, field: field)))
            }
        }
        return names.filter { objectsWithPassword.contains($0.object) }.map(\.name)
    }

    private static func form(_ bytes: UnsafeBufferPointer<UInt8>) -> [Name] {
        var hasPassword = false
        var names: [Name] = []
        var pairs = ParameterList(bytes, 0..<bytes.count)
        while let pair = pairs.next() {
            guard pair.name.count <= 48 else { continue }
            let name = PercentDecoding.value(bytes, pair.name, plusIsSpace: true)
            let field = innermost(String(decoding: name, as: UTF8.self))
            if isPassword(field) {
                hasPassword = true
            } else if isName(field) {
                let value = PercentDecoding.value(bytes, pair.value, plusIsSpace: true)
                names.append(Name(value: value, field: field))
            }
        }
        return hasPassword ? names : []
    }

    /// `email` of `user[email]`, as frameworks nest form fields.
    private static func innermost(_ name: String) -> String {
        guard name.hasSuffix("]"), let open = name.lastIndex(of: "[") else { return name }
        return String(name[name.index(after: open)...].dropLast())
    }
}
