/// What the names of values say: whether the values let someone act as the people recorded.
public struct SecretRule: Sendable {
    /// What a rule says of the values it names.
    public enum Verdict: String, Sendable {
        /// They are secret.
        case secret
        /// They are not, whatever they are.
        case open
        /// They are not where they are numbers, dates or words (``PlainValue/isPlain(_:)``); else the rules that follow decide.
        case openIfPlain
        /// They are not where they are words or small numbers (``PlainValue/isShort(_:)``); else the rules that follow decide.
        case openIfShort
    }

    /// What the rule says.
    public let verdict: Verdict
    /// Where the values are.
    public let places: Set<SecretPlace>
    /// The names, as ``NamePattern`` writes them.
    public let names: [String]
    let patterns: [NamePattern]

    init(_ verdict: Verdict, at places: Set<SecretPlace>, _ names: [String]) {
        self.verdict = verdict
        self.places = places
        self.names = names
        patterns = names.map { NamePattern($0) }
    }

    /// Whether the rule is about values of this name, in this place.
    func names(_ name: NormalisedName, at place: SecretPlace) -> Bool {
        places.contains(place) && patterns.contains { $0.matches(name) }
    }
}
