/// An invalid line of a table.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problem with a line.
    public enum Reason: String, Hashable, Sendable {
        case notASample = "is not a time and a number"
        case goesBack = "goes back in time; the clock was set, or the lines are not in order"
        case negative = "has a negative figure"
        case tooLarge = "has a figure larger than any machine"
        case noTime = "has a time that is not in seconds"
    }

    /// The line number, from 1.
    public let line: Int
    /// The problem.
    public let reason: Reason

    /// The line and the problem.
    public var description: String { "line \(line) \(reason.rawValue)" }
}
