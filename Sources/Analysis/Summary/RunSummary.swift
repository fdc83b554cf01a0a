/// The summary of one replay: the content of a run folder's `summary.json`.
///
/// Times are in milliseconds, rates per second, ratios 0…1, and sizes in bytes. In the file the members of its three
/// parts are in a single object; they can be accessed the same way here: `summary.requests`, `summary.verdict`.
@dynamicMemberLookup
public struct RunSummary: Codable, Hashable, Sendable {
    /// What was sent and received.
    public var load = LoadSummary()
    /// The times of all requests of the run.
    public var times = TimeFigures()
    /// The evaluation.
    public var judgement = RunJudgement()

    /// An empty summary.
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

    /// Decodes the three parts from one object.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        load = try LoadSummary(from: decoder)
        times = try TimeFigures(from: decoder)
        judgement = try RunJudgement(from: decoder)
    }

    /// Encodes the three parts into one object.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        try load.encode(to: encoder)
        try times.encode(to: encoder)
        try judgement.encode(to: encoder)
    }

    /// Whether nothing succeeded: nothing was answered, or every request failed.
    public var isWithoutSuccess: Bool { load.requests == 0 || load.answers == 0 || load.failures == load.requests }
}
