extension TokenRecipe {
    /// How a token like `token` is minted.
    ///
    /// - Parameters:
    ///   - recordedSeconds: when it was seen, since the Unix epoch: what its lifetime counts from where it has no `iat`.
    ///   - identities: names in its claims and what they become.
    ///   - key: what it is signed with.
    /// - Returns: nil when its algorithm is none that a shared key signs.
    init?(
        token: RecordedToken, recordedSeconds: Int64, identities: [[UInt8]: IdentityTemplate], key: [UInt8]
    ) {
        guard let algorithm = Algorithm(rawValue: token.algorithm) else { return nil }
        let base = token.seconds("iat") ?? recordedSeconds
        var patches: [Patch] = []
        func patch(_ name: String, _ content: Patch.Content) {
            guard let claim = token.claims[name], !claim.isString else { return }
            patches.append(Patch(range: claim.range, content: content))
        }
        patch("iat", .time(offset: 0))
        if let expiry = token.seconds("exp") { patch("exp", .time(offset: expiry - base)) }
        // One that becomes valid only later would be refused now.
        if let start = token.seconds("nbf") { patch("nbf", .time(offset: min(0, start - base))) }
        if let claim = token.claims["jti"] {
            let shape = IdentifierShape(token.payload[claim.range], isString: claim.isString)
            patches.append(Patch(range: claim.range, content: .identifier(shape)))
        }
        for (name, claim) in token.claims where name != "jti" && claim.isString {
            guard let text = token.text(claim), let identity = identities[text] else { continue }
            let style = JSONStyle(escapesSlash: token.payload[claim.range].contains(UInt8(ascii: "\\")))
            patches.append(Patch(range: claim.range, content: .identity(identity, style)))
        }
        self.init(
            header: token.header, payload: token.payload, patches: patches,
            lifetimeSeconds: token.seconds("exp").map { $0 - base }, algorithm: algorithm, key: key)
    }

    /// The name in a token's `sub` when it is a person's: one that people log in by, or an e-mail address.
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
