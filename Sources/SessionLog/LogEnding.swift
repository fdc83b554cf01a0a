/// How a log ends.
public enum LogEnding: String, Codable, Sendable {
    /// It was closed cleanly, with its index.
    case whole
    /// It has no end block: the program that wrote it, or the machine, was stopped.
    case unfinished
    /// It has no end block yet: a writer is active.
    case beingWritten
}
