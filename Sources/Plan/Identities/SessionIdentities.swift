import Formats

/// The people of one recorded session, whose names are replaced by the clone's own.
struct SessionIdentities {
    /// A recorded name, or another value that is a person's own.
    struct Identity {
        /// The value as recorded.
        var name: [UInt8]
        /// Which of the session's people it belongs to, from 0.
        var person: Int
        /// The field it was found in.
        var field: String
        var kind: CredentialFinder.Field.Kind
        /// The first request with it, an index into the session's drafts.
        var firstRequest: Int
        /// Whether it cannot be somewhere by chance, so that it is replaced wherever it is.
        var isDistinctive: Bool
        /// What it becomes; nil where it is sent as recorded.
        var template: IdentityTemplate?
        /// The same as users write it.
        var becomes: String?
        /// Whether the user says what it becomes, by a rule for its field.
        var isNamedByUser = false
    }

    private(set) var identities: [Identity] = []
    /// Places in `identities` by value: a name may be someone's password too.
    private var indicesByName: [[UInt8]: [Int]] = [:]
    private let options: PlanOptions

    /// The most names of one session that are replaced.
    static let limit = 1024

    /// The people of a session: those in its credentials, and those in tokens that are re-signed.
    ///
    /// - Parameter knownNames: names that people log in by anywhere in the recording.
    init(of reading: SessionReading, knownNames: Set<[UInt8]>, options: PlanOptions) {
        self.init(drafts: reading.requests, options: options) { TokenNames.isGiven($0, in: reading) }
        guard options.mintKeys != nil, options.replacesPeople else { return }
        for found in TokenNames.find(in: reading, knownNames: knownNames) where index(ofName: found.name) == nil {
            add(nameInToken: found.name, request: found.request)
        }
    }

    /// The people in the credentials of `drafts`.
    ///
    /// - Parameter isGiven: whether a response gave a password.
    init(drafts: [ParsedRequest], options: PlanOptions, isGiven: ([UInt8]) -> Bool = { _ in false }) {
        self.options = options
        guard options.replacesPeople else { return }
        findPeople(drafts)
        // A service's own key goes in HTTP Basic beside a person's login; alone it is a person's.
        if options.feeds.people != nil || identities.isEmpty { findPeopleOfBasic(drafts, isGiven) }
        // Without a file, no one's password is known to fit another name.
        guard options.feeds.people != nil else { return }
        for (index, draft) in drafts.enumerated() { add(CredentialFinder.digest(in: draft), request: index, draft) }
    }

    private mutating func findPeople(_ drafts: [ParsedRequest]) {
        let columns = Set(options.feeds.people?.columns.map(IdentityFieldName.plain) ?? [])
        for (index, draft) in drafts.enumerated() {
            let named = options.bindingRules.identities.filter { $0.matches(draft) && !$0.isDropped }
            var fields = CredentialFinder.credentials(in: draft) { columns.contains(IdentityFieldName.plain($0)) }
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
            // A key that the service made is no person's password, nor what is beside it a person's name.
            if let password = fields.first(where: { $0.kind == .password })?.value {
                let isKey = known[password] ?? (password.count >= SessionIdentities.shortestKey && isGiven(password))
                known[password] = isKey
                if isKey { continue }
            }
            add(fields, request: index, draft)
        }
    }

    /// The shortest text that is looked for in responses as a key.
    private static let shortestKey = 16

    private mutating func add(_ fields: [CredentialFinder.Field], request: Int, _ draft: ParsedRequest) {
        guard !fields.isEmpty else { return }
        // Names that are side by side are one person's; who is known by one of them is no new person.
        var known: Int?
        for field in fields where known == nil { known = person(called: field) }
        let person = known ?? nextPerson
        for field in fields { add(field, person: person, request: request, draft) }
    }

    /// The person who is called so, or whose address begins so, or the other way round.
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

    /// What is before the `@` of an address.
    private static func localPart(_ name: [UInt8]) -> ArraySlice<UInt8> { name.prefix { $0 != UInt8(ascii: "@") } }

    private var nextPerson: Int { (identities.map(\.person).max() ?? -1) + 1 }

    /// How many people there are.
    var peopleCount: Int { nextPerson }

    /// The passwords that are in `requests`, each with the person's value that it is; nil where it is sent as recorded.
    func passwords(in requests: [ParsedRequest]) -> [(value: [UInt8], identity: Int?)] {
        var found: [[UInt8]] = []
        for request in requests {
            for field in CredentialFinder.credentials(in: request) + CredentialFinder.basic(in: request)
            where field.kind == .password && !found.contains(field.value) {
                found.append(field.value)
            }
        }
        return found.map { value in
            (value, indicesByName[value]?.first { identities[$0].kind == .password })
        }
    }

    /// Makes `name`, found in a token, a person of the session if it is none yet.
    mutating func add(nameInToken name: [UInt8], request: Int) {
        let field = CredentialFinder.Field(value: name, field: IdentityFieldName.tokenSubject, kind: .name)
        add(field, person: nextPerson, request: request, nil)
    }

    /// The name of a person called `name`.
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

    /// What `found` becomes where no rule says it: a column of the file, or the template; nil for as recorded.
    private func replacement(of found: CredentialFinder.Field) -> String? {
        if let people = options.feeds.people {
            let field: String =
                switch found.field {
                case CredentialFinder.basicName, CredentialFinder.digestName: "user"
                case CredentialFinder.basicPassword: "password"
                case let short where IdentityFieldName.shortNames.contains(short.lowercased()): "user"
                case let short where IdentityFieldName.shortPasswords.contains(short.lowercased()): "password"
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

    /// A telephone number for each clone: the recorded one with other last digits; nil where `value` is none.
    private static func phone(like value: [UInt8]) -> String? {
        let digits = value.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        guard digits >= 6, value.count <= 32, value.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "{") })
        else {
            return nil
        }
        let own = min(7, digits - 2)
        return String(decoding: value.dropLast(own), as: UTF8.self) + "{clone:\(own)}"
    }

    /// What of `template` is a name where people are called like `name`: services that take words refuse addresses, and
    /// many take letters and digits alone.
    private static func word(of template: String, like name: [UInt8]) -> String {
        let word = String(template.prefix { $0 != "@" })
        return name.contains(UInt8(ascii: "_")) ? word : word.replacing("_", with: "")
    }

    /// Hashes of the names.
    var hashes: Set<UInt64> { Set(identities.map { ValueHash.of($0.name) }) }

    /// The identity that is meant where `value` is; nil when none is.
    ///
    /// - Parameter isBasic: whether that is in the credentials of HTTP Basic.
    func index(of value: [UInt8], at sink: Sink, in part: UnsafeBufferPointer<UInt8>, isBasic: Bool) -> Int? {
        indicesByName[value]?.first { isMeant($0, at: sink, in: part, isBasic: isBasic) }
    }

    private func isMeant(
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
            if identity.kind == .password { return IdentityFieldName.isPassword(field) || field == identity.field }
            if IdentityFieldName.isPassword(field) { return false }
            if identity.kind == .name, IdentityFieldName.isName(field) { return true }
            if field == identity.field { return true }
        }
        if identity.kind == .password { return false }
        if identity.isDistinctive { return true }
        guard identity.kind == .name else { return false }
        if case .path(_, let previous?) = sink.place,
            IdentifierName.singular(String(decoding: part[previous], as: UTF8.self)) == "user"
        {
            return true
        }
        return SessionIdentities.isProper(identity.name)
    }

    /// Names that are their person's wherever they occur as whole words.
    var words: [[UInt8]] {
        identities.lazy.filter { $0.kind == .name && SessionIdentities.isProper($0.name) }.map(\.name)
    }

    /// Whether a name says who, not what someone is.
    private static func isProper(_ name: [UInt8]) -> Bool {
        name.count >= 3 && name.contains { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && !roles.contains(String(decoding: name, as: UTF8.self).lowercased())
    }

    /// What accounts are called by what they are for; the same words are in paths and texts.
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

    /// A common word (`alice`, `admin`) may represent something else; an address or a name with digits does not.
    private static func isDistinctive(_ name: [UInt8]) -> Bool {
        if name.contains(UInt8(ascii: "@")), name.count >= 5 { return true }
        let digits = name.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return name.count >= 6 && digits < name.count && (digits > 0 || name.count >= 8)
    }
}
