/// A claim with a value for each clone.
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

    /// Its text as a template that may use columns of `feeds`.
    func template(_ feeds: Feeds) -> IdentityTemplate { IdentityTemplate(any: text, feeds: feeds) }
}
