/// A claim whose value is each clone's own.
public struct ClaimTemplate: Hashable, Sendable {
    /// The claim's name (`sub`).
    public let name: String
    private let text: String

    /// A claim as users write it: `sub=user-{clone}`; nil when it has no name.
    public init?(text: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        name = String(text[..<equals])
        self.text = String(text[text.index(after: equals)...])
    }

    /// Its text, with the columns of `feeds` in it.
    func template(_ feeds: Feeds) -> IdentityTemplate { IdentityTemplate(any: text, feeds: feeds) }
}
