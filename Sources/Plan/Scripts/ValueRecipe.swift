/// How an entry of a clone's value table is filled.
public enum ValueRecipe: Sendable {
    /// Taken from a response by a ``ValueSource`` of the script.
    case bound
    /// The clone's identity, known from the start.
    case identity(IdentityTemplate)
    /// A token that is signed again before its first use and before it expires.
    case minted(TokenRecipe)
    /// Requested from a command of the user before its first use.
    case asked(name: String)
    /// A part of an AWS signature, computed as the request is sent.
    case aws(AWSPart)
    /// Computed by a command of the user for one request, from its other content.
    case signature(name: String)
}

/// A part of a request that AWS Signature Version 4 fills.
public enum AWSPart: Hashable, Sendable {
    /// The field `Authorization`.
    case authorization(AWSSignature)
    /// The time of signing.
    case date
    /// The SHA-256 of the body.
    case bodyHash
    /// The session token of temporary keys.
    case sessionToken
}
