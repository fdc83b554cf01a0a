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
    /// The address at the clone's target that replaces a recorded address of the service; as recorded until the target
    /// is known.
    case origin(RecordedOrigin)
}

/// The start of an address of the recorded service.
public struct RecordedOrigin: Hashable, Sendable {
    /// `scheme://authority`, as recorded.
    public var bytes: [UInt8]
    /// Whether a path follows, which is appended to the target's own path.
    public var isPath: Bool

    /// The origin `bytes`.
    public init(bytes: [UInt8], isPath: Bool) {
        self.bytes = bytes
        self.isPath = isPath
    }
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
