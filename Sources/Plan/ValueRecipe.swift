/// What fills a place of a clone's value table.
public enum ValueRecipe: Sendable {
    /// Taken out of a response by a ``ValueSource`` of the script.
    case bound
    /// The clone's own name, known from the start.
    case identity(IdentityTemplate)
    /// A token signed anew, before its first use and again before it expires.
    case minted(TokenRecipe)
    /// Made by a command of the user's, before its first use.
    case asked(name: String)
    /// Made by a command of the user's for one request, of what else is in it.
    case signature(name: String)
}
