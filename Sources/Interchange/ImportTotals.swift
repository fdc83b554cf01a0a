/// Why something in a file became no exchange.
public enum ImportProblem: String, Error, Sendable, CaseIterable {
    /// A HAR entry without a time that can be read.
    case withoutTime = "entry without a time"
    /// A HAR entry that is no HTTP: its method is none, or its URL of another scheme.
    case notHTTP = "entry that is not HTTP"
    /// A line of JSON Lines that is no JSON or has not the fields.
    case badLine = "line that is not understood"
    /// A record of a `.gor` file that is none, or whose payload is no HTTP/1.
    case badRecord = "record that is not understood"
}

/// What an import came to.
public struct ImportTotals: Hashable, Sendable {
    /// Exchanges read.
    public var exchanges: UInt64 = 0
    /// What was left out, by its reason.
    public private(set) var leftOut: [ImportProblem: UInt64] = [:]

    /// Counts something left out.
    mutating func leaveOut(_ problem: ImportProblem, count: UInt64 = 1) {
        if count > 0 { leftOut[problem, default: 0] += count }
    }
}
