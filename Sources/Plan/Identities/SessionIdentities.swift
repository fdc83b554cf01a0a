import Formats

/// The people of a recorded session, whose names are replaced by the clone's own.
struct SessionIdentities {
    /// A recorded name or another personal value.
    struct Identity {
        /// The recorded value.
        var name: [UInt8]
        /// The person of the session that it belongs to, counted from 0.
        var person: Int
        /// The field it was found in.
        var field: String
        var kind: CredentialFinder.Field.Kind
        /// The first request with it: an index into the session's drafts.
        var firstRequest: Int
        /// Whether it cannot match by chance, so that it is replaced everywhere.
        var isDistinctive: Bool
        /// The replacement; nil if the value is sent as recorded.
        var template: IdentityTemplate?
        /// The replacement in the user's notation.
        var becomes: String?
        /// Whether the replacement comes from a rule of the user for its field.
        var isNamedByUser = false
    }

    private(set) var identities: [Identity] = []
    /// Indices into `identities` by value: a name may also be someone's password.
    private var indicesByName: [[UInt8]: [Int]] = [:]
    private let options: PlanOptions

    /// The most names replaced in one session.
    static let limit = 1024

    /// The people of a session: those in its credentials, and those in tokens that are signed again.
    ///
    /// - Parameter knownNames: login names found anywhere in the recording.
    init(of reading: SessionReading, knownNames: Set<[UInt8]>, options: PlanOptions) {
        self.init(drafts: reading.requests, credentials: reading.credentials, options: options) {
            TokenNames.isGiven($0, in: reading)
        }
        guard options.mintKeys != nil, options.replacesPeople else { return }
        for found in TokenNames.find(in: reading, knownNames: knownNames) where index(ofName: found.name) == nil {
            add(nameInToken: found.name, request: found.request)
        }
    }

    /// The people in the credentials of `drafts`.
    ///
    /// - Parameters:
    ///   - credentials: the credentials in each of the drafts.
    ///   - isGiven: returns whether a response gave a password.
    init(
        drafts: [ParsedRequest], credentials: [[CredentialFinder.Field]], options: PlanOptions,
        isGiven: ([UInt8]) -> Bool = { _ in false }
    ) {
        self.options = options
        guard options.replacesPeople else { return }
        findPeople(drafts, credentials)
        // Next to a person's login, HTTP Basic carries a key of the service; on its own it identifies a person.
        if options.feeds.people != nil || identities.isEmpty { findPeopleOfBasic(drafts, isGiven) }
        // Names of these logins are replaced only with a file, which also has the matching password.
        guard options.feeds.people != nil else { return }
        for (index, draft) in drafts.enumerated() {
            add(CredentialFinder.digest(in: draft), request: index, draft)
            add(SubsonicLogin(draft)?.fields ?? [], request: index, draft)
        }
    }

    private mutating func findPeople(_ drafts: [ParsedRequest], _ credentials: [[CredentialFinder.Field]]) {
        let columns = Set(options.feeds.people?.columns.map(IdentityFieldName.plain) ?? [])
        for (index, draft) in drafts.enumerated() {
            let named = options.bindingRules.identities.filter { $0.matches(draft) && !$0.isDropped }
            var fields =
                columns.isEmpty
                ? credentials[index]
                : CredentialFinder.credentials(in: draft) { columns.contains(IdentityFieldName.plain($0)) }
            for rule in named where !fields.contains(where: { $0.field == rule.field }) {
                fields += CredentialFinder.values(of: rule.field, in: draft)
            }
            add(fields, request: index, draft)
        }
    }

    private mutating func findPeopleOfBasic(_ drafts: [ParsedRequest], _ isGiven: ([UInt8]) -> Bool) {
        var known: [[UInt8]: Bool] = [:]
        for (index, draft) in drafts.enumerated() {
            let fields = CredentialFinder.basic(in: draft)
            // A password that the service issued is a key, and the name next to it is not a person's.
            if let password = fields.first(where: { $0.kind == .password })?.value {
                let isKey = known[password] ?? (password.count >= SessionIdentities.shortestKey && isGiven(password))
                known[password] = isKey
                if isKey { continue }
            }
            add(fields, request: index, draft)
        }
    }

    /// The shortest text that may be a key from a response.
    private static let shortestKey = 16

    private mutating func add(_ fields: [CredentialFinder.Field], request: Int, _ draft: ParsedRequest) {
        guard !fields.isEmpty else { return }
        // Sibling names belong to one person, who is already known if one of the names is.
        var known: Int?
        for field in fields where known == nil { known = person(called: field) }
        let person = known ?? nextPerson
        for field in fields { add(field, person: person, request: request, draft) }
    }

    /// The person with this name, or whose name is the local part of this address, or the reverse.
    private func person(called field: CredentialFinder.Field) -> Int? {
        guard field.kind == .name else { return nil }
        if let known = index(ofName: field.value) { return identities[known].person }
        let address = CredentialFinder.folded(field.value)
        let same = identities.first { $0.kind == .name && CredentialFinder.folded($0.name) == address }
        if let same { return same.person }
        let own = SessionIdentities.localPart(field.value)
        return identities.first { identity in
            identity.kind == .name && SessionIdentities.localPart(identity.name) == own
                && identity.name.contains(UInt8(ascii: "@")) != field.value.contains(UInt8(ascii: "@"))
        }?.person
    }

    /// The part of an address before `@`.
    private static func localPart(_ name: [UInt8]) -> ArraySlice<UInt8> { name.prefix { $0 != UInt8(ascii: "@") } }

    private var nextPerson: Int { (identities.map(\.person).max() ?? -1) + 1 }

    /// The number of people.
    var peopleCount: Int { nextPerson }

    /// The passwords in the requests of `reading`, each with the index of its personal value; nil if it is sent as
    /// recorded.
    func passwords(in reading: SessionReading) -> [(value: [UInt8], identity: Int?)] {
        var found: [[UInt8]] = []
        for (request, credentials) in zip(reading.requests, reading.credentials) {
            let others = CredentialFinder.basic(in: request) + (SubsonicLogin(request)?.fields ?? [])
            for field in credentials + others
            where field.kind == .password && !found.contains(field.value) {
                found.append(field.value)
            }
        }
        return found.map { value in
            (value, indicesByName[value]?.first { identities[$0].kind == .password })
        }
    }

    /// Adds `name`, found in a token, as a user of the session if it is not known yet.
    mutating func add(nameInToken name: [UInt8], request: Int) {
        let field = CredentialFinder.Field(value: name, field: IdentityFieldName.tokenSubject, kind: .name)
        add(field, person: nextPerson, request: request, nil)
    }

    /// The index of the name `name`.
    func index(ofName name: [UInt8]) -> Int? {
        indicesByName[name]?.first { identities[$0].kind == .name }
    }

    private mutating func add(
        _ found: CredentialFinder.Field, person: Int, request: Int, _ draft: ParsedRequest?
    ) {
        let known = indicesByName[found.value] ?? []
        guard !known.contains(where: { identities[$0].kind == found.kind }),
            identities.count < SessionIdentities.limit
        else { return }
        let rule = draft.flatMap { draft in
            options.bindingRules.identities.last { $0.field == found.field && $0.matches(draft) }
        }
        let becomes = rule.map(\.value) ?? replacement(of: found)
        guard becomes != nil || found.kind == .name else { return }
        indicesByName[found.value, default: []].append(identities.count)
        identities.append(
            Identity(
                name: found.value, person: person, field: found.field, kind: found.kind, firstRequest: request,
                isDistinctive: SessionIdentities.isDistinctive(found.value),
                template: becomes.map { IdentityTemplate(any: $0, person: person, feeds: options.feeds) },
                becomes: becomes, isNamedByUser: rule != nil))
    }

    /// The replacement of `found` where no rule gives one: a column of the file, or the template; nil to send it as
    /// recorded.
    private func replacement(of found: CredentialFinder.Field) -> String? {
        // A hash of a password is not the password of the file.
        if found.kind == .password, IdentityFieldName.isHash(found.field),
            options.feeds.people?.columns.contains(where: {
                IdentityFieldName.plain($0) == IdentityFieldName.plain(found.field)
            }) != true
        {
            return nil
        }
        if let people = options.feeds.people {
            let field: String =
                switch found.field {
                case CredentialFinder.basicName, CredentialFinder.digestName: "user"
                case CredentialFinder.basicPassword: "password"
                // A value known by its position is in a field with another name.
                case let other
                where found.kind == .name && !IdentityFieldName.isName(other) && other != IdentityFieldName.tokenSubject:
                    "user"
                case let other where found.kind == .password && !IdentityFieldName.isPassword(other): "password"
                default: found.field
                }
            if let column = IdentityFieldName.column(of: people, for: field, value: found.value) {
                return "{\(column)}"
            }
        }
        guard found.kind == .name, let template = options.identityTemplate else { return nil }
        if IdentityFieldName.isPhone(found.field), let phone = SessionIdentities.phone(like: found.value) {
            return phone
        }
        let isAddress = found.value.contains(UInt8(ascii: "@")) || IdentityFieldName.isAddress(found.field)
        return isAddress || !options.fitsIdentityTemplate
            ? template : SessionIdentities.word(of: template, like: found.value)
    }

    /// A telephone number template: the recorded number with its last digits replaced; nil if `value` is not one.
    private static func phone(like value: [UInt8]) -> String? {
        let digits = value.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        guard digits >= 6, value.count <= 32, value.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "{") })
        else {
            return nil
        }
        let own = min(7, digits - 2)
        return String(decoding: value.dropLast(own), as: UTF8.self) + "{clone:\(own)}"
    }

    /// The part of `template` that fits names like `name`: services with plain user names refuse addresses, and many
    /// accept only letters and digits.
    private static func word(of template: String, like name: [UInt8]) -> String {
        let word = String(template.prefix { $0 != "@" })
        return name.contains(UInt8(ascii: "_")) ? word : word.replacing("_", with: "")
    }

    /// Hashes of the names.
    var hashes: Set<UInt64> { Set(identities.map { ValueHash.of($0.name) }) }

    /// The index of the identity that `value` is at `sink`; nil if it is none.
    ///
    /// - Parameter isBasic: whether `sink` is in HTTP Basic credentials.
    func index(of value: [UInt8], at sink: Sink, in part: UnsafeBufferPointer<UInt8>, isBasic: Bool) -> Int? {
        indicesByName[value]?.first { matches($0, at: sink, in: part, isBasic: isBasic) }
    }

    private func matches(
        _ index: Int, at sink: Sink, in part: UnsafeBufferPointer<UInt8>, isBasic: Bool
    ) -> Bool {
        let identity = identities[index]
        let field = SessionIdentities.field(of: sink, in: part)
        if isBasic, field == nil, sink.layer != nil {
            switch identity.kind {
            case .name where sink.range.lowerBound == 0: return true
            case .password: return sink.range.lowerBound > 0
            case .name, .other: break
            }
        }
        if let field {
            if identity.kind == .password {
                return IdentityFieldName.isPassword(field) || field == identity.field
                    || sink.distinctiveness == .strong || Registration.repeatsPassword(field: field)
            }
            if IdentityFieldName.isPassword(field) { return false }
            if identity.kind == .name, IdentityFieldName.isName(field) { return true }
            if field == identity.field { return true }
        }
        // `name:password` in base64, in any field.
        if identity.kind == .password { return sink.layer != nil && sink.distinctiveness == .strong }
        if identity.isDistinctive { return true }
        guard identity.kind == .name else { return false }
        if case .path(_, let previous?) = sink.place,
            IdentifierName.singular(String(decoding: part[previous], as: UTF8.self)) == "user"
        {
            return true
        }
        return SessionIdentities.isProper(identity.name)
    }

    /// Names that identify their person wherever they occur as whole words.
    var words: [[UInt8]] {
        identities.lazy.filter { $0.kind == .name && SessionIdentities.isProper($0.name) }.map(\.name)
    }

    /// Whether a name identifies someone instead of naming a role.
    private static func isProper(_ name: [UInt8]) -> Bool {
        name.count >= 3 && name.contains { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && !roles.contains(String(decoding: name, as: UTF8.self).lowercased())
    }

    /// Account names that are roles: the same words occur in paths and texts.
    private static let roles: Set<String> = [
        "account", "admin", "administrator", "anonymous", "api", "app", "author", "client", "default", "demo", "dev",
        "editor", "guest", "home", "info", "login", "manager", "member", "name", "none", "null", "operator", "owner",
        "public", "root", "service", "staff", "support", "system", "test", "tester", "testing", "true", "user",
        "username", "users", "web", "www",
    ]

    private static func field(of sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> String? {
        switch sink.place {
        case .json(let name?, _), .xml(let name?, _), .query(let name):
            String(decoding: part[name], as: UTF8.self)
        case .form(let name):
            CredentialFinder.innermost(
                String(decoding: PercentText.decoded(part, name, plusIsSpace: true), as: UTF8.self))
        default: nil
        }
    }

    /// A common word (`alice`, `admin`) may have another meaning; an address or a name with digits does not.
    private static func isDistinctive(_ name: [UInt8]) -> Bool {
        if name.contains(UInt8(ascii: "@")), name.count >= 5 { return true }
        let digits = name.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return name.count >= 6 && digits < name.count && (digits > 0 || name.count >= 8)
    }
}
