public import HTTPWire

/// A condition on a request's header fields, as written by users.
public struct FieldCondition: Sendable {
    private enum Test: Sendable {
        case present
        case equals(String)
        case differs(String)
        case matches(Pattern)
    }

    private let name: String
    private let test: Test

    /// Parses `Name: value` or `Name=value` (one of the fields has exactly this value), `Name!=value` (none has it),
    /// `Name~regex` (one matches the expression), or `Name` (the field is present). Names are case-insensitive.
    ///
    /// - Returns: nil if there is no name or the regular expression is invalid.
    public init?(text: String) {
        let end = text.firstIndex { ":=~!".contains($0) } ?? text.endIndex
        name = FieldCondition.trimmed(text[..<end])
        guard !name.isEmpty, !name.contains(where: \.isWhitespace) else { return nil }
        let rest = text[end...]
        if rest.isEmpty {
            test = .present
        } else if rest.hasPrefix("!=") {
            test = .differs(FieldCondition.trimmed(rest.dropFirst(2)))
        } else if rest.hasPrefix("~") {
            guard let pattern = Pattern(FieldCondition.trimmed(rest.dropFirst())) else { return nil }
            test = .matches(pattern)
        } else if rest.hasPrefix(":") || rest.hasPrefix("=") {
            test = .equals(FieldCondition.trimmed(rest.dropFirst()))
        } else {
            return nil
        }
    }

    /// Whether the fields of a request meet the condition.
    public func isMet(by fields: [HeaderField]) -> Bool {
        let values = fields.all(name)
        switch test {
        case .present: return !values.isEmpty
        case .equals(let value): return values.contains(value)
        case .differs(let value): return !values.contains(value)
        case .matches(let pattern): return values.contains { pattern.isFound(in: $0) }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return String(text)
    }

    /// A regular expression. It is never changed after creation, and its lazy compilation is guarded by an atomic, but
    /// the standard library does not declare it Sendable.
    private struct Pattern: @unchecked Sendable {
        private let expression: Regex<AnyRegexOutput>

        init?(_ text: String) {
            guard let expression = try? Regex(text) else { return nil }
            self.expression = expression
        }

        func isFound(in text: String) -> Bool { (try? expression.firstMatch(in: text)) != nil }
    }
}
