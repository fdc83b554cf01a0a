/// A recorded token and what a fresh one differs in.
public struct TokenRecipe: Sendable {
    /// A token signed anew.
    public struct Token: Hashable, Sendable {
        /// `header.payload.signature`.
        public var bytes: [UInt8]
        /// When it expires, in seconds since the Unix epoch; nil when it never does.
        public var expiresAt: Int64?
    }

    /// How long a token is valid, in seconds; nil for ever.
    public let lifetimeSeconds: Int64?

    /// A fresh token.
    ///
    /// - Parameters:
    ///   - clone: whose token it is.
    ///   - now: seconds since the Unix epoch.
    ///   - uniquifier: makes the token's identifier (`jti`) unlike that of the clone's other tokens.
    public func mint(clone: Int, now: Int64, uniquifier: UInt64) -> Token { Token(bytes: [], expiresAt: nil) }
}
