/// What fills a place of a clone's value table.
public enum ValueRecipe: Sendable {
    /// Taken out of a response by a ``ValueSource`` of the script.
    case bound
    /// The clone's own name, known from the start.
    case identity(IdentityTemplate)
    /// A token that is re-signed before its first use and again before it expires.
    case minted(TokenRecipe)
    /// Made by a command of the user's, before its first use.
    case asked(name: String)
    /// A part of an AWS signature, made as the request is sent.
    case aws(AWSPart)
    /// Made by a command of the user's for one request, of what else is in it.
    case signature(name: String)
}

/// A field of a request that AWS Signature Version 4 fills.
public enum AWSPart: Hashable, Sendable {
    /// The field `Authorization`.
    case authorization(AWSSignature)
    /// The time of signing.
    case date
    /// The SHA-256 of the body.
    case bodyHash
    /// What temporary keys are sent with.
    case sessionToken
}
