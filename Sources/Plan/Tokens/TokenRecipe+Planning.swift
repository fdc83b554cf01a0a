import Formats

extension TokenRecipe {
    /// Why a token like the recorded one cannot be minted.
    enum Impossible: Error {
        /// Its algorithm is unknown.
        case algorithm
        /// No key can sign it.
        case key
    }

    /// A recipe for tokens like `token`.
    ///
    /// - Parameters:
    ///   - recordedSeconds: when it was seen, in seconds since the Unix epoch: its lifetime is counted from there if it
    ///     has no `iat`.
    ///   - identities: names in its claims and their replacements.
    ///   - claims: claims with a text of the user.
    ///   - keys: the keys that may sign it.
    ///   - feeds: the tables that the user's texts may take values from.
    init(
        token: RecordedToken, recordedSeconds: Int64, identities: [[UInt8]: IdentityTemplate],
        claims: [ClaimTemplate], keys: KeyRing, feeds: Feeds = Feeds()
    ) throws(Impossible) {
        guard let algorithm = SigningAlgorithm(rawValue: token.algorithm) else { throw .algorithm }
        guard let key = keys.key(identifier: token.keyIdentifier, algorithm: algorithm) else { throw .key }
        let base = token.seconds("iat") ?? recordedSeconds
        let own = Set(claims.map(\.name))
        var patches: [Patch] = []
        func patch(_ name: String, _ content: Patch.Content) {
            guard !own.contains(name), let claim = token.claims[name], !claim.isString else { return }
            patches.append(Patch(range: claim.range, content: content))
        }
        patch("iat", .time(offset: 0))
        if let expiry = token.seconds("exp") { patch("exp", .time(offset: expiry - base)) }
        // A token that becomes valid only later would be refused now.
        if let start = token.seconds("nbf") { patch("nbf", .time(offset: min(0, start - base))) }
        if !own.contains("jti"), let claim = token.claims["jti"] {
            let shape = IdentifierShape(token.payload[claim.range], isString: claim.isString)
            patches.append(Patch(range: claim.range, content: .identifier(shape)))
        }
        for (name, claim) in token.claims where name != "jti" && claim.isString && !own.contains(name) {
            guard let text = token.text(claim), let identity = identities[text] else { continue }
            let style = JSONStyle(escapesSlash: token.payload[claim.range].contains(UInt8(ascii: "\\")))
            patches.append(Patch(range: claim.range, content: .text(identity, style)))
        }
        patches += TokenRecipe.patches(of: claims, feeds, in: token)
        self.init(
            header: token.header, payload: token.payload, patches: patches,
            lifetimeSeconds: token.seconds("exp").map { $0 - base }, algorithm: algorithm, key: key)
    }

    /// The user's claims: replacements for recorded ones, and new ones after the last.
    private static func patches(of claims: [ClaimTemplate], _ feeds: Feeds, in token: RecordedToken) -> [Patch] {
        var patches: [Patch] = []
        var isEmpty = !token.payload.dropFirst().contains { $0 > 0x20 && $0 != UInt8(ascii: "}") }
        for claim in claims {
            let template = claim.template(feeds)
            if let recorded = token.claims[claim.name] {
                let content: Patch.Content =
                    recorded.isString ? .text(template, JSONStyle()) : .scalar(template)
                patches.append(Patch(range: recorded.range, content: content))
            } else if !token.otherMembers.contains(claim.name),
                let end = token.payload.lastIndex(of: UInt8(ascii: "}"))
            {
                patches.append(
                    Patch(
                        range: end..<end,
                        content: .claim(name: claim.name, template, needsComma: !isEmpty)))
                isEmpty = false
            }
        }
        return patches
    }

    /// The name in a token's `sub` if it is a person's: a name used in logins, or an e-mail address.
    static func person(of token: RecordedToken, knownNames: Set<[UInt8]>) -> [UInt8]? {
        guard let claim = token.claims["sub"], let text = token.text(claim), text.count <= CredentialFinder.nameLimit
        else { return nil }
        if knownNames.contains(text) { return text }
        guard let at = text.firstIndex(of: UInt8(ascii: "@")), at > 0,
            text[at...].dropFirst().contains(UInt8(ascii: "."))
        else { return nil }
        return text
    }
}
