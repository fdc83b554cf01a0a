/// A rule that decides by name whether values would let someone impersonate the recorded users.
public struct SecretRule: Sendable {
    /// The verdict of a rule on the values it matches.
    public enum Verdict: String, Sendable {
        /// They are secret.
        case secret
        /// They are not secret, whatever their value.
        case open
        /// They are not secret if they are numbers, dates or words (``PlainValue/isPlain(_:)``); otherwise the rules
        /// that follow decide.
        case openIfPlain
        /// They are not secret if they are words or small numbers (``PlainValue/isShort(_:)``); otherwise the rules
        /// that follow decide.
        case openIfShort
    }

    /// The rule's verdict.
    public let verdict: Verdict
    /// The places of the values.
    public let places: Set<SecretPlace>
    /// The names, as ``NamePattern`` texts.
    public let names: [String]
    let patterns: [NamePattern]

    init(_ verdict: Verdict, at places: Set<SecretPlace>, _ names: [String]) {
        self.verdict = verdict
        self.places = places
        self.names = names
        patterns = names.map { NamePattern($0) }
    }

    /// Whether the rule applies to values with this name in this place.
    func names(_ name: NormalisedName, at place: SecretPlace) -> Bool {
        places.contains(place) && patterns.contains { $0.matches(name) }
    }
}
