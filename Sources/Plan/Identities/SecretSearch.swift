import Formats
import Traffic

/// A place in a request with a value that the client computed from a password.
struct SecretUse {
    /// Where a salt comes from.
    enum Salt {
        /// A value of the same request.
        case sent([UInt8])
        /// A value of an earlier response.
        case given(request: Int, ValueSource.Locator, [UInt8])
    }

    /// The password that goes in.
    enum Password {
        case recorded([UInt8])
        /// A personal value of the session, by its index.
        case identity(Int)
        /// A text of the user; the recorded password is unknown.
        case text(IdentityTemplate)
    }

    var sink: Sink
    /// The form; nil if it is unknown.
    var form: SecretForm?
    var password: Password = .recorded([])
    /// The index of the name of the person.
    var name: Int?
    var salt: Salt?
    /// The number of bytes before it that every clone sends.
    var prefixCount = 0
}

/// The forms found so far, and how much may still be tried. All sessions share it: a program writes passwords in one
/// form everywhere.
struct SecretForms {
    /// The forms found so far, the latest last.
    fileprivate var known: [SecretForm] = []
    /// How many more hashes are tried for unknown forms.
    fileprivate var triesLeft = 300_000

    /// The most forms kept.
    fileprivate static let limit = 8

    fileprivate mutating func add(_ form: SecretForm) {
        if !known.contains(form), known.count < SecretForms.limit { known.append(form) }
    }
}

/// Finds the values in a session's requests that its client computed from a password.
struct SecretSearch {
    private let reading: SessionReading
    private let identities: SessionIdentities
    private let options: PlanOptions
    private let passwords: [(value: [UInt8], identity: Int?)]
    private let names: [Int]
    private var salts: [Int: [[UInt8]]] = [:]
    private var givenSalts: [Int: [GivenSalt]] = [:]
    private var searched = 0

    private struct GivenSalt {
        var value: [UInt8]
        var locator: ValueSource.Locator
    }

    /// The most values of a session in unknown forms, salts of a request, responses before a request and salts of a
    /// response that are tried.
    private static let valueLimit = 8
    private static let saltLimit = 24
    private static let responseLimit = 3
    private static let givenLimit = 48
    /// The longest salt and the shortest password that is only encoded, in bytes.
    private static let longestSalt = 128
    private static let shortestPassword = 4

    private init(_ reading: SessionReading, _ identities: SessionIdentities, _ options: PlanOptions) {
        self.reading = reading
        self.identities = identities
        self.options = options
        passwords = identities.passwords(in: reading).filter { !$0.value.isEmpty }
        names = identities.identities.indices.filter { identities.identities[$0].kind == .name }
    }

    /// The places among `sinks` with such values.
    ///
    /// - Parameters:
    ///   - forms: what other sessions had.
    ///   - isExplained: whether a response gave the value of a place, or it is a value of the person.
    ///   - withBytes: calls a function with the bytes that contain a place.
    static func find(
        _ sinks: [Sink], in reading: SessionReading, _ identities: SessionIdentities, _ options: PlanOptions,
        _ forms: inout SecretForms, isExplained: (Sink) -> Bool,
        withBytes: (Sink, (UnsafeBufferPointer<UInt8>) -> [UInt8]?) -> [UInt8]?
    ) -> [SecretUse] {
        var search = SecretSearch(reading, identities, options)
        guard !search.passwords.isEmpty || options.feeds.people != nil else { return [] }
        let lengths = search.lengths
        var found: [SecretUse] = []
        for sink in sinks where lengths.mayContain(sink.range.count) && sink.mayBeSecret && !isExplained(sink) {
            let request = reading.requests[sink.request]
            let value = withBytes(sink) { bytes in
                options.bindingRules.names(sink: sink, of: request, in: bytes) ? nil : sink.value(in: bytes)
            }
            let coded = value.map(CodedSecret.all) ?? []
            if let use = search.use(at: sink, coded, &forms) {
                found.append(use)
            } else if search.isReplaced, coded.contains(where: { $0.bytes.count >= HashAlgorithm.md5.byteCount }),
                withBytes(sink, { sink.isNamedSecret(of: request, in: $0) ? [] : nil }) != nil
            {
                found.append(SecretUse(sink: sink))
            }
        }
        return found
    }

    /// The lengths of the values that it looks for.
    private var lengths: LengthFilter {
        var filter = LengthFilter()
        func insert(_ count: Int, prefix: Int) {
            for length in [count * 2, (count + 2) / 3 * 4, (count * 4 + 2) / 3] {
                filter.insert(length)
                filter.insert(length + prefix)
            }
        }
        for password in passwords where password.value.count >= SecretSearch.shortestPassword {
            // After `enc:`.
            insert(password.value.count, prefix: 4)
            for name in names { insert(identities.identities[name].name.count + 1 + password.value.count, prefix: 4) }
        }
        // After `{SHA}`.
        for algorithm in SecretForm.algorithms { insert(algorithm.byteCount, prefix: 5) }
        return filter
    }

    /// Whether clones have other passwords than the recorded ones.
    private var isReplaced: Bool {
        passwords.contains { $0.identity.map { identities.identities[$0].template != nil } ?? false }
    }

    private mutating func use(at sink: Sink, _ coded: [CodedSecret], _ forms: inout SecretForms) -> SecretUse? {
        for coded in coded {
            if let use = encoded(coded, at: sink) ?? known(coded, at: sink, forms) { return use }
            guard let algorithm = SecretForm.algorithm(ofResult: coded.bytes.count) else { continue }
            if let use = token(coded, at: sink) { return use }
            guard searched < SecretSearch.valueLimit, forms.triesLeft > 0 else { continue }
            searched += 1
            if let use = hashed(coded, algorithm, at: sink, &forms) {
                if let form = use.form { forms.add(form) }
                return use
            }
        }
        return nil
    }

    // MARK: Encoded

    private func encoded(_ coded: CodedSecret, at sink: Sink) -> SecretUse? {
        for password in passwords where password.value.count >= SecretSearch.shortestPassword {
            for parts in SecretForm.encodedParts {
                let form = SecretForm(algorithm: nil, parts: parts, text: coded.text)
                for name in form.hasName ? names : [-1] {
                    let own = name < 0 ? [] : identities.identities[name].name
                    guard
                        SecretForm.content(parts, password: password.value, name: own, salt: [], nil) == coded.bytes
                    else { continue }
                    return use(coded, form, password, name: name, salt: nil, at: sink)
                }
            }
        }
        return nil
    }

    // MARK: Hashed

    private mutating func known(_ coded: CodedSecret, at sink: Sink, _ forms: SecretForms) -> SecretUse? {
        for form in forms.known where form.algorithm?.byteCount == coded.bytes.count {
            var tries = Int.max
            if let use = matched([form.parts], coded, form.algorithm, at: sink, &tries) { return use }
        }
        return nil
    }

    private mutating func hashed(
        _ coded: CodedSecret, _ algorithm: HashAlgorithm, at sink: Sink, _ forms: inout SecretForms
    ) -> SecretUse? {
        matched(SecretForm.plainParts + SecretForm.saltedParts, coded, algorithm, at: sink, &forms.triesLeft)
    }

    private mutating func matched(
        _ texts: [[SecretForm.Part]], _ coded: CodedSecret, _ algorithm: HashAlgorithm?, at sink: Sink,
        _ tries: inout Int
    ) -> SecretUse? {
        guard let algorithm else { return nil }
        let salted = texts.contains { $0.contains(.salt) }
        let sent: [SecretUse.Salt] = salted ? sentSalts(of: sink.request).map { .sent($0) } : []
        let given = salted ? given(before: sink.request) : []
        for password in passwords {
            for parts in texts {
                let form = SecretForm(algorithm: algorithm, parts: parts, text: coded.text)
                let salts: [SecretUse.Salt?] = form.hasSalt ? sent + given : [nil]
                for name in form.hasName ? names : [-1] {
                    let own = name < 0 ? [] : identities.identities[name].name
                    for salt in salts {
                        guard tries > 0 else { return nil }
                        tries -= 1
                        let content = SecretForm.content(
                            parts, password: password.value, name: own, salt: salt?.value ?? [], algorithm)
                        guard algorithm.hash(content) == coded.bytes else { continue }
                        return use(coded, form, password, name: name, salt: salt, at: sink)
                    }
                }
            }
        }
        return nil
    }

    private func use(
        _ coded: CodedSecret, _ form: SecretForm, _ password: (value: [UInt8], identity: Int?), name: Int,
        salt: SecretUse.Salt?, at sink: Sink
    ) -> SecretUse {
        SecretUse(
            sink: sink, form: form, password: password.identity.map { .identity($0) } ?? .recorded(password.value),
            name: name < 0 ? nil : name, salt: salt, prefixCount: coded.prefixCount)
    }

    // MARK: Tokens of an unknown password

    /// The token of Subsonic, `md5(password + salt)`, where only the user's file has the password.
    private mutating func token(_ coded: CodedSecret, at sink: Sink) -> SecretUse? {
        guard coded.prefixCount == 0, let template = tokenTemplate(of: sink),
            let login = SubsonicLogin(reading.requests[sink.request]), let salt = login.salt,
            login.token == SecretSearch.hexText(coded)
        else { return nil }
        return SecretUse(
            sink: sink, form: SecretForm(algorithm: .md5, parts: [.password, .salt], text: coded.text),
            password: .text(template), salt: .sent(salt))
    }

    private static func hexText(_ coded: CodedSecret) -> [UInt8]? {
        guard case .hex(let isUppercase) = coded.text else { return nil }
        return HashAlgorithm.hex(coded.bytes, isUppercase: isUppercase)
    }

    /// The password column of the person's row, for a Subsonic login without a known password.
    private func tokenTemplate(of sink: Sink) -> IdentityTemplate? {
        guard let people = options.feeds.people, let login = SubsonicLogin(reading.requests[sink.request]),
            login.token != nil, let identity = identities.index(ofName: login.name),
            identities.identities[identity].template?.hasColumns == true,
            let column = IdentityFieldName.column(of: people, for: "password", value: [])
        else { return nil }
        return IdentityTemplate(
            any: "{\(column)}", person: identities.identities[identity].person, feeds: options.feeds)
    }

    // MARK: Salts

    /// The values of a request that may be salts.
    private mutating func sentSalts(of request: Int) -> [[UInt8]] {
        if let known = salts[request] { return known }
        let draft = reading.requests[request]
        var found = CredentialFinder.fields(of: draft).map(\.value)
        for part in draft.parts where part.rule == .any {
            if case .field = part.kind { found.append(part.bytes) }
        }
        let own = Array(
            found.filter { !$0.isEmpty && $0.count <= SecretSearch.longestSalt }.prefix(SecretSearch.saltLimit))
        salts[request] = own
        return own
    }

    /// The values of the last responses before a request that may be salts, the latest first.
    private mutating func given(before request: Int) -> [SecretUse.Salt] {
        let beganNs = reading.beganNs(request)
        let earlier = (0..<request).reversed().lazy.filter { [reading] in
            reading.exchange($0).response != nil && reading.exchange($0).ended.nanoseconds <= beganNs
        }.prefix(SecretSearch.responseLimit)
        return Array(earlier).flatMap { index in
            givenSalts(of: index).map { .given(request: index, $0.locator, $0.value) }
        }
    }

    private mutating func givenSalts(of request: Int) -> [GivenSalt] {
        if let known = givenSalts[request] { return known }
        var found: [GivenSalt] = []
        func add(_ value: [UInt8], _ locator: ValueSource.Locator) {
            guard !value.isEmpty, value.count <= SecretSearch.longestSalt, found.count < SecretSearch.givenLimit else {
                return
            }
            found.append(GivenSalt(value: value, locator: locator))
        }
        let head = reading.exchange(request).response?.head ?? []
        reading.responseBodies[request].withUnsafeBufferPointer { body in
            switch head.withUnsafeBufferPointer({ Content.kind(of: body, head: $0) }) {
            case .json where JSONTexts.ranges(in: body).count == 1:
                var leaves = JSONLeaves(body)
                while found.count < SecretSearch.givenLimit, let leaf = leaves.next() {
                    guard leaf.isString || JSONLeaves.isNumber(body, leaf.range) else { continue }
                    add((leaf.isString ? Sink.Coding.json : .raw).decoded(body, leaf.range), .json(leaves.path))
                }
            case .xml:
                var leaves = XMLLeaves(body)
                while found.count < SecretSearch.givenLimit, let leaf = leaves.next() {
                    let value = (leaf.isLiteral ? Sink.Coding.raw : .markup).decoded(body, leaf.range)
                    add(value, .xml(leaves.path(attribute: leaf.attribute)))
                }
            case .html:
                var ordinals: [String: Int] = [:]
                var fields = HTMLFields(body)
                while found.count < SecretSearch.givenLimit, let item = fields.next() {
                    guard case .field(let own, let range) = item else { continue }
                    let name = String(decoding: body[own], as: UTF8.self)
                    add(Sink.Coding.markup.decoded(body, range), .html(name, ordinal: ordinals[name, default: 0]))
                    ordinals[name, default: 0] += 1
                }
            case .text: add(Array(body), .body)
            default: break
            }
        }
        head.withUnsafeBufferPointer { head in
            var fields = HeadFields(head)
            while let field = fields.next() {
                guard !SourceScanner.isWithoutValues(head, field.name), !fields.isNamed(field, "set-cookie") else {
                    continue
                }
                add(Array(head[field.value]), .header(String(decoding: head[field.name], as: UTF8.self)))
            }
        }
        givenSalts[request] = found
        return found
    }
}

extension SecretUse.Salt {
    var value: [UInt8] {
        switch self {
        case .sent(let value), .given(_, _, let value): value
        }
    }
}

extension Sink {
    /// Whether the name of the place says that it has a secret in another form.
    fileprivate func isNamedSecret(of request: ParsedRequest, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let name = plainName(of: request, in: bytes) else { return false }
        return Sink.secretWords.occur(in: name.utf8)
    }

    private static let secretWords = AnyCaseWords("pass", "pwd", "hash", "digest", "secret", "proof", "response")
}
