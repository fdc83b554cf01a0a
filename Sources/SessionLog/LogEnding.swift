/// How a log ends.
public enum LogEnding: String, Codable, Sendable {
    /// It was closed in good order, with its index.
    case whole
    /// It has no end: the program that wrote it, or the machine, was stopped.
    case unfinished
    /// It has no end yet: a writer is at work.
    case beingWritten
}
