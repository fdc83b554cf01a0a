/// The people of one recorded session, whose names are replaced by the clone's own.
struct SessionIdentities {
    /// A recorded name.
    struct Identity {
        /// The name as recorded.
        var name: [UInt8]
        /// Which of the session's people it belongs to, from 0.
        var person: Int
        /// The field it was found in.
        var field: String
        /// The first request with it, an index into the session's drafts.
        var firstRequest: Int
        /// Whether it cannot stand somewhere by chance, so that it is replaced wherever it does.
        var isDistinctive: Bool
    }

    private(set) var identities: [Identity] = []
    private var indexByName: [[UInt8]: Int] = [:]

    /// The most names of one session that are replaced.
    static let limit = 1024

    /// The names in the credentials of `drafts`.
    init(drafts: [RequestDraft]) {
        for (index, draft) in drafts.enumerated() {
            guard let found = CredentialFinder.credentials(in: draft) else { continue }
            // Names that stand side by side are one person's; who is known by one of them is no new person.
            let known = found.names.compactMap { indexByName[$0.value] }.first
            let person = known.map { identities[$0].person } ?? nextPerson
            for name in found.names { add(name.value, field: name.field, person: person, request: index) }
        }
    }

    private var nextPerson: Int { (identities.map(\.person).max() ?? -1) + 1 }

    /// Makes `name`, found in a token, a person of the session if it is none yet.
    mutating func add(nameInToken name: [UInt8], request: Int) {
        add(name, field: "sub", person: nextPerson, request: request)
    }

    /// The identity called `name`.
    func index(of name: [UInt8]) -> Int? { indexByName[name] }

    private mutating func add(_ name: [UInt8], field: String, person: Int, request: Int) {
        guard indexByName[name] == nil, identities.count < SessionIdentities.limit else { return }
        indexByName[name] = identities.count
        identities.append(
            Identity(
                name: name, person: person, field: field, firstRequest: request,
                isDistinctive: SessionIdentities.isDistinctive(name)))
    }

    /// Hashes of the names.
    var hashes: Set<UInt64> { Set(identities.map { ValueHash.of($0.name) }) }

    /// Whether identity `index` is meant where its name stands.
    func isMeant(_ index: Int, at sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Bool {
        if let field = SessionIdentities.field(of: sink, in: part) {
            if CredentialFinder.isName(field) { return true }
            if CredentialFinder.isPassword(field) { return false }
        }
        if identities[index].isDistinctive { return true }
        guard case .path(_, let previous?) = sink.place else { return false }
        return IdentifierName.singular(String(decoding: part[previous], as: UTF8.self)) == "user"
    }

    private static func field(of sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> String? {
        switch sink.place {
        case .json(let name?, _), .xml(let name?, _), .form(let name), .query(let name):
            String(decoding: part[name], as: UTF8.self)
        default: nil
        }
    }

    /// A common word (`alice`, `admin`) may stand for something else; an address or a name with digits does not.
    private static func isDistinctive(_ name: [UInt8]) -> Bool {
        if name.contains(UInt8(ascii: "@")), name.count >= 5 { return true }
        let digits = name.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return name.count >= 6 && digits < name.count && (digits > 0 || name.count >= 8)
    }
}
