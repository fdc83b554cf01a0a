/// An error in a policy, with its position.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line in the file, from 1.
    public var line: Int
    /// The path of the key: `rules[2].action`; empty for the file itself.
    public var key: String
    /// The problem, as the end of a sentence that begins with the key.
    public var problem: String

    /// `line 7: rules[2].action: must be one of drop, mask, cut, pseudonymise, keep`
    public var description: String {
        key.isEmpty ? "line \(line): \(problem)" : "line \(line): \(key): \(problem)"
    }
}

/// An error in one value, before its position is known.
struct PolicyMistake: Error {
    var problem: String

    init(_ problem: String) { self.problem = problem }
}
