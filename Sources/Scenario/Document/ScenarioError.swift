/// A scenario file that cannot be used, and where the fault is.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {

    /// A place in the file. Lines and columns count from 1.
    public struct Place: Hashable, Sendable {
        public var line: Int
        public var column: Int

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
