import Crypto

/// A recorded token, and what a fresh one differs in: the times, the identifier, the names of people, the signature.
public struct TokenRecipe: Sendable {
    /// A token signed anew.
    public struct Token: Hashable, Sendable {
        /// `header.payload.signature`.
        public var bytes: [UInt8]
        /// When it expires, in seconds since the Unix epoch; nil when it never does.
        public var expiresAt: Int64?
    }

    /// The keyed hashes that a token can be signed with (RFC 7518 section 3.2).
    enum Algorithm: String {
        case hs256 = "HS256"
        case hs384 = "HS384"
        case hs512 = "HS512"
    }

    /// A claim's value that is written anew.
    struct Patch {
        /// What is written.
        enum Content {
            /// Seconds since the epoch: those of the minting and this many.
            case time(offset: Int64)
            case identifier(IdentifierShape)
            case identity(IdentityTemplate, JSONStyle)
        }

        /// Where it stands in the payload.
        var range: Range<Int>
        var content: Content
    }

    /// How long a token is valid, in seconds, as recorded: `exp − iat`, or `exp` less the time of its recording. Negative
    /// where the recorded token had expired already; nil where it never does.
    public let lifetimeSeconds: Int64?
    private let header: [UInt8]
    private let payload: [UInt8]
    private let patches: [Patch]
    private let algorithm: Algorithm
    private let key: SymmetricKey

    init(
        header: [UInt8], payload: [UInt8], patches: [Patch], lifetimeSeconds: Int64?, algorithm: Algorithm, key: [UInt8]
    ) {
        self.header = header
        self.payload = payload
        self.patches = patches.sorted { $0.range.lowerBound < $1.range.lowerBound }
        self.lifetimeSeconds = lifetimeSeconds
        self.algorithm = algorithm
        self.key = SymmetricKey(data: key)
    }

    /// A fresh token, signed synchronously.
    ///
    /// - Parameters:
    ///   - clone: whose token it is.
    ///   - now: seconds since the Unix epoch.
    ///   - uniquifier: makes the token's identifier (`jti`) unlike that of the clone's other tokens.
    public func mint(clone: Int, now: Int64, uniquifier: UInt64) -> Token {
        var random = SplitMix64(
            seed: SplitMix64.value(seed: uniquifier ^ UInt64(bitPattern: now), index: UInt64(bitPattern: Int64(clone))))
        var fresh: [UInt8] = []
        fresh.reserveCapacity(payload.count + 32)
        var start = 0
        for patch in patches {
            fresh += payload[start..<patch.range.lowerBound]
            switch patch.content {
            case .time(let offset): fresh += String(now.addingClamped(offset)).utf8
            case .identifier(let shape): shape.append(to: &fresh, using: &random)
            case .identity(let template, let style): style.append(template.name(ofClone: clone), to: &fresh)
            }
            start = patch.range.upperBound
        }
        fresh += payload[start...]
        var token = header
        token.reserveCapacity(header.count + fresh.count * 4 / 3 + 96)
        token.append(UInt8(ascii: "."))
        Base64.url.append(fresh, to: &token)
        let signature = signature(of: token)
        token.append(UInt8(ascii: "."))
        Base64.url.append(signature, to: &token)
        return Token(bytes: token, expiresAt: lifetimeSeconds.map(now.addingClamped))
    }

    private func signature(of signed: [UInt8]) -> [UInt8] {
        switch algorithm {
        case .hs256: Array(HMAC<SHA256>.authenticationCode(for: signed, using: key))
        case .hs384: Array(HMAC<SHA384>.authenticationCode(for: signed, using: key))
        case .hs512: Array(HMAC<SHA512>.authenticationCode(for: signed, using: key))
        }
    }
}
