import Credentials

/// What people are called, where it is too common to be searched for: a name in a token is replaced in fields for names, too.
struct People: Sendable {
    let maximumCount: Int
    private var pseudonyms: [[UInt8]: [UInt8]] = [:]

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// Shorter names, and small numbers, say nothing about a person, and much else is called so.
    static func isName(_ value: [UInt8]) -> Bool {
        value.count >= 3 && !(value.count <= 8 && value.allSatisfy(\.isDigit))
    }

    mutating func learn(_ name: [UInt8], _ pseudonym: [UInt8]) {
        guard People.isName(name), pseudonyms.count < maximumCount else { return }
        pseudonyms[name] = pseudonym
    }

    /// What `value` becomes in the field `name`; nil when the field holds no names or the value is none.
    func pseudonym(of value: Bytes, in name: Bytes?) -> [UInt8]? {
        guard !pseudonyms.isEmpty, value.count >= 3, value.count <= 64, let name, People.isField(name) else {
            return nil
        }
        return pseudonyms[Array(value)]
    }

    /// What a path's segment becomes.
    func pseudonym(ofSegment segment: [UInt8]) -> [UInt8]? { pseudonyms.isEmpty ? nil : pseudonyms[segment] }

    /// Whether a field or claim of this name holds what a person is called.
    static func isField(_ name: Bytes) -> Bool {
        name.count <= 24 && fields.contains(NormalisedName(name).bytes)
    }

    private static let fields = Set(
        [
            "username", "user", "login", "email", "mail", "emailaddress", "sub", "subject", "preferredusername", "upn",
            "userid", "account", "accountname", "name", "handle", "nickname", "owner", "author",
        ].map { Array($0.utf8) })
}
