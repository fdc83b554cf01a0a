/// What is wrong with a policy, and where.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line in the file, from 1.
    public var line: Int
    /// The way to the key: `rules[2].action`; empty for the file itself.
    public var key: String
    /// What is wrong with it, as the end of a sentence that begins with the key.
    public var problem: String

    /// `line 7: rules[2].action: 'hide' is no action; …`
    public var description: String {
        key.isEmpty ? "line \(line): \(problem)" : "line \(line): \(key): \(problem)"
    }
}

/// What is wrong with one value, before its place is known.
struct PolicyMistake: Error {
    var problem: String

    init(_ problem: String) { self.problem = problem }
}
