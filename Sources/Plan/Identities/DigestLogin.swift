import Traffic

/// The user and password of a Digest authentication.
struct DigestLogin {
    /// A name or a password.
    enum Value {
        case recorded([UInt8])
        /// A personal value of the session, by its index.
        case identity(Int)
        /// A text of the user, and the recorded value it replaces; empty if that is unknown.
        case text(IdentityTemplate, recorded: [UInt8])
    }

    var user: Value?
    var password: Value?

    /// Whether both are known, so that requests can be signed.
    var isKnown: Bool { user != nil && password != nil }

    /// The login behind `recorded`, the parameters of an Authorization field of request `index`. The password comes
    /// from the user's rules, from a file, or from elsewhere in the session if it fits the recorded response.
    static func find(
        for recorded: SchemeParameters, of index: Int, in reading: SessionReading, _ identities: SessionIdentities,
        _ options: PlanOptions
    ) -> DigestLogin {
        let request = reading.requests[index]
        let name = recorded["username"] ?? []
        var login = DigestLogin()
        let known = identities.index(ofName: name)
        login.user = known.map { .identity($0) } ?? .recorded(name)
        let rule = options.bindingRules.identities.last {
            $0.field == CredentialFinder.digestPassword && $0.matches(request)
        }
        if let text = rule?.value {
            let person = known.map { identities.identities[$0].person } ?? 0
            login.password = .text(IdentityTemplate(any: text, person: person, feeds: options.feeds), recorded: [])
            return login
        }
        if let people = options.feeds.people, let known, identities.identities[known].template?.hasColumns == true,
            let column = IdentityFieldName.column(of: people, for: "password", value: [])
        {
            let person = identities.identities[known].person
            login.password = .text(
                IdentityTemplate(any: "{\(column)}", person: person, feeds: options.feeds), recorded: [])
            return login
        }
        let body = reading.exchange(index).request?.body ?? []
        for (value, identity) in identities.passwords(in: reading)
        where DigestAuthorization.fits(recorded, method: request.method, user: name, password: value, body: body) {
            login.password = identity.map { .identity($0) } ?? .recorded(value)
            return login
        }
        return login
    }
}
