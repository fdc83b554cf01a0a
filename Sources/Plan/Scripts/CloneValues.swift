/// One clone's value table: what is in its requests where the recorded values were.
///
/// The worker that runs the clone owns it.
public struct CloneValues: Sendable {
    /// The clone's number.
    public let clone: Int
    /// The clone's cookies.
    public internal(set) var jar = CookieJar()
    /// What time it is, in seconds since the Unix epoch, for what expires; the worker that runs the clone sets it.
    public var now: Int64
    private var values: [[UInt8]?]
    private var expiries: [Int64?]
    private var mintedCount: UInt64 = 0
    private let seed: UInt64
    private let row: FeedRow?

    /// The table of clone `clone`, with its identities; what is bound or minted is missing as yet.
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
        values = script.values.map { recipe in
            if case .identity(let template) = recipe {
                template.name(ofClone: clone, seed: seed, now: now, row: row)
            } else {
                nil
            }
        }
        expiries = []
    }

    /// The table as recorded: rendering a script with it gives the recorded bytes.
    public init(recorded script: SessionScript) {
        clone = 0
        row = nil
        seed = 1
        now = 0
        values = script.recordedValues
        expiries = []
    }

    /// The value at `index` of ``SessionScript/values``; nil while it is missing. Set what a response gave here.
    public subscript(index: Int) -> [UInt8]? {
        get { values[index] }
        set { values[index] = newValue }
    }

    /// When the minted token at `index` expires, in seconds since the Unix epoch; nil when it is not minted or never does.
    public func expiry(of index: Int) -> Int64? { index < expiries.count ? expiries[index] : nil }

    /// Signs a fresh token for `index` of the script's values, in place of the one that may be there.
    ///
    /// - Parameters:
    ///   - index: a value whose recipe is ``ValueRecipe/minted(_:)``; nothing happens for any other.
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

    /// Puts the values of AWS signatures that need no whole request: the time, the body's hash, the session's token.
    ///
    /// - Returns: the signature that is left to make of the request, and its place; nil when it has none.
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

    /// Puts a token that was signed ahead at `index`.
    public mutating func take(_ token: TokenRecipe.Token, for index: Int) {
        mintedCount += 1
        values[index] = token.bytes
        if expiries.isEmpty { expiries = Array(repeating: nil, count: values.count) }
        expiries[index] = token.expiresAt
    }

    /// What makes a clone's token of number `minted` (from 0) unlike its others.
    public static func uniquifier(seed: UInt64, minted: UInt64) -> UInt64 {
        seed &+ (minted &+ 1) &* 0x9e37_79b9_7f4a_7c15
    }
}

extension CloneValues {
    /// Puts recorded values where those that `request` needs are missing.
    public mutating func fillMissing(of request: RequestScript, script: SessionScript) {
        for index in request.neededValues where values[index] == nil { values[index] = script.recordedValues[index] }
        jar.assume(request.cookieNames)
    }
}
