/// One clone's value table: what stands in its requests where the recorded values stood.
///
/// The worker that runs the clone owns it.
public struct CloneValues: Sendable {
    /// The clone's number.
    public let clone: Int
    private var values: [[UInt8]?]
    private var expiries: [Int64?]
    private var mintedCount: UInt64 = 0
    private let seed: UInt64

    /// The table of clone `clone`, with its identities; what is bound or minted is missing as yet.
    ///
    /// - Parameter seed: the plan's seed, from which token identifiers (`jti`) are made.
    public init(script: SessionScript, clone: Int, seed: UInt64 = 1) {
        self.clone = clone
        self.seed = seed
        values = script.values.map { recipe in
            if case .identity(let template) = recipe { template.name(ofClone: clone) } else { nil }
        }
        expiries = []
    }

    /// The table as recorded: rendering a script with it gives the recorded bytes.
    public init(recorded script: SessionScript) {
        clone = 0
        seed = 1
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

    /// Signs a fresh token for `index` of the script's values, in place of the one that may stand there.
    ///
    /// - Parameters:
    ///   - index: a value whose recipe is ``ValueRecipe/minted(_:)``; nothing happens for any other.
    ///   - script: the script this table was made for.
    ///   - now: seconds since the Unix epoch.
    /// - Returns: when the token expires, in seconds since the Unix epoch; nil when it never does.
    @discardableResult
    public mutating func mint(_ index: Int, of script: SessionScript, now: Int64) -> Int64? {
        guard case .minted(let recipe) = script.values[index] else { return nil }
        mintedCount += 1
        let token = recipe.mint(clone: clone, now: now, uniquifier: seed &+ mintedCount &* 0x9e37_79b9_7f4a_7c15)
        values[index] = token.bytes
        if expiries.isEmpty { expiries = Array(repeating: nil, count: values.count) }
        expiries[index] = token.expiresAt
        return token.expiresAt
    }
}
