/// A scenario file that cannot be used, and where the fault is.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {

    /// A place in the file. Lines and columns count from 1.
    public struct Place: Hashable, Sendable {
        /// The line.
        public var line: Int
        /// The column.
        public var column: Int

        /// A place by its line and column.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// Where the fault is; nil when it is in no single place.
    public var place: Place?
    /// What is wrong, as one sentence without a full stop.
    public var message: String
    /// What the user may have meant.
    public var suggestion: String?

    /// An error with what is wrong, where, and what may have been meant.
    public init(_ message: String, at place: Place? = nil, suggestion: String? = nil) {
        self.place = place
        self.message = message
        self.suggestion = suggestion
    }

    /// `line 12, column 5: unknown key 'sesions'; did you mean 'sessions'?`
    public var description: String {
        let location = place.map { "line \($0.line), column \($0.column): " } ?? ""
        return location + message + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}
