public import Analysis
public import Formats

/// An error in a scenario file, with its place.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {

    /// A place in the file.
    public typealias Place = TextPlace

    /// The place of values set on the command line, which are not in a line of the file.
    static let commandLine = Place(line: 0, column: 0)

    /// Where the error is; nil if it has no single place.
    public var place: Place?
    /// What is wrong, as one sentence without a final full stop.
    public var message: String
    /// What the user may have meant.
    public var suggestion: String?

    /// An error with what is wrong, where, and what may have been meant.
    public init(_ message: String, at place: Place? = nil, suggestion: String? = nil) {
        self.place = place
        self.message = message
        self.suggestion = suggestion
    }

    /// A criterion that cannot be understood.
    public init(_ error: CriterionError, at place: Place?) {
        self.init("in '\(error.text.prefix(80))': \(error.message)", at: place, suggestion: error.suggestion)
    }

    /// `line 12, column 5: unknown key 'sesions'; did you mean 'sessions'?`
    public var description: String {
        let location =
            place.map { $0 == Self.commandLine ? "in --set: " : "line \($0.line), column \($0.column): " } ?? ""
        return location + message + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}
