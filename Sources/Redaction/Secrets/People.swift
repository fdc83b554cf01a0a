import Credentials

/// Names of people that are too common to search for: a name in a token is also replaced in fields for names.
struct People: Sendable {
    let maximumCount: Int
    private var pseudonyms: [[UInt8]: [UInt8]] = [:]

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// Whether `value` can be a name: shorter values and small numbers do not identify a person, and occur elsewhere.
    static func isName(_ value: [UInt8]) -> Bool {
        value.count >= 3 && !(value.count <= 8 && value.allSatisfy(\.isDigit))
    }

    mutating func learn(_ name: [UInt8], _ pseudonym: [UInt8]) {
        guard People.isName(name), pseudonyms.count < maximumCount else { return }
        pseudonyms[name] = pseudonym
    }

    /// The pseudonym of `value` in the field `name`; nil if the field is not for names or the value is not a known
    /// name.
    func pseudonym(of value: Bytes, in name: Bytes?) -> [UInt8]? {
        guard !pseudonyms.isEmpty, value.count >= 3, value.count <= 64, let name, People.isField(name) else {
            return nil
        }
        return pseudonyms[Array(value)]
    }

    /// The pseudonym of a path segment.
    func pseudonym(ofSegment segment: [UInt8]) -> [UInt8]? { pseudonyms.isEmpty ? nil : pseudonyms[segment] }

    /// Whether a field or claim with this name contains a person's name.
    static func isField(_ name: Bytes) -> Bool {
        name.count <= 24 && fields.contains(NormalisedName(name).bytes)
    }

    private static let fields = Set(
        [
            "username", "user", "login", "email", "mail", "emailaddress", "sub", "subject", "preferredusername", "upn",
            "userid", "account", "accountname", "name", "handle", "nickname", "owner", "author",
        ].map { Array($0.utf8) })
}
