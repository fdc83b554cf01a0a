import Formats

/// A recorded token, and the differences of a fresh one: times, identifier, the clone's claims, signature.
public struct TokenRecipe: Sendable {
    /// A signed token.
    public struct Token: Hashable, Sendable {
        /// `header.payload.signature`.
        public var bytes: [UInt8]
        /// When it expires, in seconds since the Unix epoch; nil when it never expires.
        public var expiresAt: Int64?

        /// See the properties for the meaning of each parameter.
        public init(bytes: [UInt8], expiresAt: Int64?) {
            self.bytes = bytes
            self.expiresAt = expiresAt
        }
    }

    /// A replacement of a claim's value.
    struct Patch {
        /// The replacement.
        enum Content {
            /// Seconds since the epoch: the time of minting plus `offset`.
            case time(offset: Int64)
            case identifier(IdentifierShape)
            /// The content of a string.
            case text(IdentityTemplate, JSONStyle)
            /// A number where the text is a number, else a string.
            case scalar(IdentityTemplate)
            /// A whole claim with its name, inserted after the last one, with a comma before it if there is one.
            case claim(name: String, IdentityTemplate, needsComma: Bool)
        }

        /// Its range in the payload.
        var range: Range<Int>
        var content: Content
    }

    /// A token's lifetime in seconds, as recorded: `exp − iat`, or `exp` minus the time of recording. Negative where
    /// the recorded token had already expired; nil if it never expires.
    public let lifetimeSeconds: Int64?
    /// How it is signed.
    public let algorithm: SigningAlgorithm
    private let header: [UInt8]
    private let payload: [UInt8]
    private let patches: [Patch]
    private let key: SigningKey

    init(
        header: [UInt8], payload: [UInt8], patches: [Patch], lifetimeSeconds: Int64?, algorithm: SigningAlgorithm,
        key: SigningKey
    ) {
        self.header = header
        self.payload = payload
        self.patches = patches.sorted { $0.range.lowerBound < $1.range.lowerBound }
        self.lifetimeSeconds = lifetimeSeconds
        self.algorithm = algorithm
        self.key = key
    }

    /// A fresh token, signed synchronously.
    ///
    /// - Parameters:
    ///   - clone: the clone that owns the token.
    ///   - now: seconds since the Unix epoch.
    ///   - uniquifier: makes the token's identifier (`jti`) differ from those of the clone's other tokens.
    ///   - seed: the plan's seed, from which the clone's names are derived.
    ///   - row: the clone's values from files.
    public func mint(
        clone: Int, now: Int64, uniquifier: UInt64, seed: UInt64 = 1, row: FeedRow? = nil
    ) -> Token {
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
            case .text(let template, let style):
                style.append(template.name(ofClone: clone, seed: seed, now: now, row: row), to: &fresh)
            case .scalar(let template):
                let text = template.name(ofClone: clone, seed: seed, now: now, row: row)
                let isNumber = Int64(String(decoding: text, as: UTF8.self)) != nil
                fresh += isNumber ? text : Array(JSONText.quoted(text).utf8)
            case .claim(let name, let template, let needsComma):
                if needsComma { fresh.append(UInt8(ascii: ",")) }
                fresh += (JSONText.quoted(Array(name.utf8)) + ":").utf8
                fresh += JSONText.quoted(template.name(ofClone: clone, seed: seed, now: now, row: row)).utf8
            }
            start = patch.range.upperBound
        }
        fresh += payload[start...]
        var token = header
        token.reserveCapacity(header.count + fresh.count * 4 / 3 + 96)
        token.append(UInt8(ascii: "."))
        Base64.url.append(fresh, to: &token)
        // A key that can no longer sign gives a token that the target refuses; that is counted.
        let signature = key.signature(of: token, algorithm) ?? []
        token.append(UInt8(ascii: "."))
        Base64.url.append(signature, to: &token)
        return Token(bytes: token, expiresAt: lifetimeSeconds.map(now.addingClamped))
    }
}
