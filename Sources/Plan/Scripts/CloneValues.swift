/// The value table of one clone: the values its requests carry in place of the recorded ones.
///
/// Owned by the worker that runs the clone.
public struct CloneValues: Sendable {
    /// The clone's number.
    public let clone: Int
    /// The clone's cookies.
    public internal(set) var jar = CookieJar()
    /// The current time in seconds since the Unix epoch, used for expiry; set by the worker that runs the clone.
    public var now: Int64
    private var values: [[UInt8]?]
    private var expiries: [Int64?]
    private var mintedCount: UInt64 = 0
    private let seed: UInt64
    private let row: FeedRow?

    /// The table of clone `clone`, with its identities; bound and minted values are still missing.
    ///
    /// - Parameters:
    ///   - seed: the plan's seed, from which token identifiers (`jti`) and `{uuid}` are made.
    ///   - now: when the clone begins, in seconds since the Unix epoch, for `{now}`.
    ///   - row: the clone's values from files.
    public init(script: SessionScript, clone: Int, seed: UInt64 = 1, now: Int64 = 0, row: FeedRow? = nil) {
        self.clone = clone
        self.row = row
        self.seed = seed
        self.now = now
        values = script.values.enumerated().map { index, recipe in
            switch recipe {
            case .identity(let template): template.name(ofClone: clone, seed: seed, now: now, row: row)
            case .origin: script.recordedValues[index]
            case .bound, .minted, .asked, .aws, .signature: nil
            }
        }
        expiries = []
    }

    /// The recorded values: rendering a script with this table gives the recorded bytes.
    public init(recorded script: SessionScript) {
        clone = 0
        row = nil
        seed = 1
        now = 0
        values = script.recordedValues
        expiries = []
    }

    /// The value at `index` of ``SessionScript/values``; nil while it is missing. Values taken from responses are set
    /// here.
    public subscript(index: Int) -> [UInt8]? {
        get { values[index] }
        set { values[index] = newValue }
    }

    /// When the minted token at `index` expires, in seconds since the Unix epoch; nil when it is not minted or never
    /// expires.
    public func expiry(of index: Int) -> Int64? { index < expiries.count ? expiries[index] : nil }

    /// Signs a fresh token for value `index` of the script, replacing any earlier one.
    ///
    /// - Parameters:
    ///   - index: a value whose recipe is ``ValueRecipe/minted(_:)``; any other is left unchanged.
    ///   - script: the script this table was made for.
    ///   - now: seconds since the Unix epoch.
    /// - Returns: when the token expires, in seconds since the Unix epoch; nil when it never does.
    @discardableResult
    public mutating func mint(_ index: Int, of script: SessionScript, now: Int64) -> Int64? {
        guard case .minted(let recipe) = script.values[index] else { return nil }
        let token = recipe.mint(
            clone: clone, now: now, uniquifier: CloneValues.uniquifier(seed: seed, minted: mintedCount), seed: seed,
            row: row)
        take(token, for: index)
        return token.expiresAt
    }

    /// Sets the values of AWS signatures that do not need the whole request: the time, the body's hash, the session
    /// token.
    ///
    /// - Returns: the index of the signature that remains to be computed, with the signature; nil when the request has
    ///   none.
    public mutating func startSigning(
        _ request: RequestScript, of script: SessionScript, keys: AWSKeys, time: String, bodyHash: String
    ) -> (index: Int, signature: AWSSignature)? {
        var found: (Int, AWSSignature)?
        for index in request.neededValues {
            guard case .aws(let part) = script.values[index] else { continue }
            switch part {
            case .authorization(let signature):
                found = (index, signature)
                values[index] = []
            case .date: values[index] = Array(time.utf8)
            case .bodyHash: values[index] = Array(bodyHash.utf8)
            case .sessionToken: values[index] = Array((keys.sessionToken ?? "").utf8)
            }
        }
        return found
    }

    /// Stores a token that was signed ahead at `index`.
    public mutating func take(_ token: TokenRecipe.Token, for index: Int) {
        mintedCount += 1
        values[index] = token.bytes
        if expiries.isEmpty { expiries = Array(repeating: nil, count: values.count) }
        expiries[index] = token.expiresAt
    }

    /// A number that makes a clone's token number `minted` (from 0) differ from its other tokens.
    public static func uniquifier(seed: UInt64, minted: UInt64) -> UInt64 {
        seed &+ (minted &+ 1) &* 0x9e37_79b9_7f4a_7c15
    }
}

extension CloneValues {
    /// Fills in recorded values for those that `request` needs and that are missing.
    public mutating func fillMissing(of request: RequestScript, script: SessionScript) {
        for index in request.neededValues where values[index] == nil { values[index] = script.recordedValues[index] }
        jar.assume(request.cookieNames)
    }
}
