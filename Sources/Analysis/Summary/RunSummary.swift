/// What one replay came to: the content of a run folder's `summary.json`.
///
/// Times are milliseconds, rates per second, ratios 0…1, sizes bytes. In the file the members of its three parts are
/// side by side in one object; they are read side by side here too: `summary.requests`, `summary.verdict`.
@dynamicMemberLookup
public struct RunSummary: Codable, Hashable, Sendable {
    /// What was sent and what came back.
    public var load = LoadSummary()
    /// How long it took: of all requests of the run.
    public var times = TimeFigures()
    /// What it means.
    public var judgement = RunJudgement()

    /// A run in which nothing was sent and nothing was judged.
    public init() {}

    /// A member of ``load``.
    public subscript<Value>(dynamicMember path: WritableKeyPath<LoadSummary, Value>) -> Value {
        get { load[keyPath: path] }
        set { load[keyPath: path] = newValue }
    }

    /// A member of ``judgement``.
    public subscript<Value>(dynamicMember path: WritableKeyPath<RunJudgement, Value>) -> Value {
        get { judgement[keyPath: path] }
        set { judgement[keyPath: path] = newValue }
    }

    /// Reads the three parts out of one object.
    ///
    /// - Throws: `DecodingError` when the fields are not there.
    public init(from decoder: any Decoder) throws {
        load = try LoadSummary(from: decoder)
        times = try TimeFigures(from: decoder)
        judgement = try RunJudgement(from: decoder)
    }

    /// Writes the three parts into one object.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try load.encode(to: encoder)
        try times.encode(to: encoder)
        try judgement.encode(to: encoder)
    }

    /// Whether nothing came back as it should have: nothing was answered, or every request failed.
    public var isWithoutSuccess: Bool { load.requests == 0 || load.answers == 0 || load.failures == load.requests }
}
