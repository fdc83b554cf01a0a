/// Endpoints defined by a user: one per line, a method and a path, or a path for any method.
///
/// A segment in braces matches any single segment, a final `*` matches all that follow: `GET /users/{name}/posts`,
/// `/static/*`. The first match counts. Empty lines and lines that begin with `#` are ignored.
public struct EndpointRules: Hashable, Sendable {
    /// Maximum number of rules.
    static let ruleLimit = 1000

    private struct Rule: Hashable, Sendable {
        let method: String?
        let template: String
        let segments: [String]
        let isOpen: Bool
    }

    private var rules: [Rule] = []

    /// No rules.
    public init() {}

    /// Parses the lines of an endpoints file.
    ///
    /// - Throws: ``EndpointRuleError`` with the line.
    public init(parsing text: String) throws(EndpointRuleError) {
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count <= 2, let path = words.last, path.hasPrefix("/"), rules.count < EndpointRules.ruleLimit
            else { throw EndpointRuleError(line: number + 1) }
            var segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let isOpen = segments.last == "*"
            if isOpen { segments.removeLast() }
            rules.append(
                Rule(
                    method: words.count == 2 ? String(first) : nil, template: String(path), segments: segments,
                    isOpen: isOpen))
        }
    }

    /// The path of the first rule that matches.
    func template(method: String, target: String) -> String? {
        guard !rules.isEmpty else { return nil }
        let segments = PathSegments.texts(of: target)
        return rules.first { rule in
            guard rule.method == nil || rule.method == method else { return false }
            guard rule.isOpen ? segments.count >= rule.segments.count : segments.count == rule.segments.count else {
                return false
            }
            return zip(rule.segments, segments).allSatisfy { own, segment in
                own == segment || (own.hasPrefix("{") && own.hasSuffix("}") && !segment.isEmpty)
            }
        }?.template
    }
}

/// A line that is not an endpoint.
public struct EndpointRuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line number, from 1.
    public let line: Int

    /// The line and the expected format.
    public var description: String { "line \(line) is not an endpoint such as 'GET /users/{id}'" }
}
