/// A claim that each clone's tokens have of their own.
public struct ClaimTemplate: Hashable, Sendable {
    /// The claim's name (`sub`).
    public let name: String
    let template: IdentityTemplate

    /// A claim as users write it: `sub=user-{clone}`; nil when it has no name.
    public init?(text: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        name = String(text[..<equals])
        template = IdentityTemplate(any: String(text[text.index(after: equals)...]))
    }
}
