import Traffic

/// A condition a run must meet, as a user writes it: `no-leak`, `failures<1%`, `p95(GET /items)<200ms`.
///
///     gate     = "no-leak" / "no-drift" / "no-regression" / [ endpoint ":" ] figure relation limit / figure "(" endpoint ")" relation limit
///     figure   = "p" percentile / "mean" / "max" / "failures" / "answered" / "rps"      ; percentile 0…100, p99.9
///     relation = "<" / "<=" / ">" / ">="
///     limit    = duration / number "%" / number        ; of failures: a share, or a whole number of requests
///
/// Run-wide times are response times; an endpoint's are turnarounds, so that a stall counts once. Both are those of answered
/// requests, and `rps` counts answers.
public struct Gate: Hashable, Sendable {
    /// What is looked at.
    public enum Subject: Hashable, Sendable {
        case noLeak
        case noDrift
        /// Of comparisons only.
        case noRegression
        case figure(Figure, endpoint: String?, relation: Relation, limit: Double)
    }

    /// A figure with its limit's unit: milliseconds, a ratio 0…1, requests, or requests/s.
    public enum Figure: Hashable, Sendable {
        /// The quantile 0…1 of the times.
        case quantile(Double)
        case mean
        case max
        case failureRatio
        case failureCount
        /// The share of requests that were answered, as expected or not.
        case answeredRatio
        /// Answers a second.
        case requestsPerSecond
    }

    /// How a figure must lie to its limit.
    public enum Relation: String, Hashable, Sendable, CaseIterable {
        // The longer ones first: the parser takes the first that matches.
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"

        /// Whether a value keeps the limit.
        public func holds(_ value: Double, _ limit: Double) -> Bool {
            switch self {
            case .atMost: value <= limit
            case .atLeast: value >= limit
            case .below: value < limit
            case .above: value > limit
            }
        }
    }

    /// As the user gave it.
    public let text: String
    /// What it is about.
    public let subject: Subject

    /// Longest text taken.
    static let longestText = 512

    /// Reads a gate.
    ///
    /// - Throws: ``GateError`` that says what is not understood.
    public init(parsing text: String) throws(GateError) {
        self.text = text
        guard text.utf8.count <= Gate.longestText else { throw GateError(text: text, reason: .tooLong) }
        switch text {
        case "no-leak": subject = .noLeak
        case "no-drift": subject = .noDrift
        case "no-regression": subject = .noRegression
        default: subject = try Gate.comparison(text)
        }
    }

    private static func comparison(_ text: String) throws(GateError) -> Subject {
        // The relation is after the endpoint, which may hold anything; a figure holds no colon and no parenthesis.
        let cut = text.lastIndex { $0 == ")" || $0 == ":" }
        let tail = cut.map { text[text.index(after: $0)...] } ?? text[...]
        guard let (relation, range) = relation(in: tail) else { throw GateError(text: text, reason: .noRelation) }
        var name = trimmed(text[..<range.lowerBound])
        let limit = trimmed(text[range.upperBound...])
        var endpoint: String?
        if let cut, text[cut] == ":" {
            endpoint = String(trimmed(text[..<cut]))
            name = trimmed(text[text.index(after: cut)..<range.lowerBound])
        } else if let open = name.firstIndex(of: "(") {
            guard name.last == ")" else { throw GateError(text: text, reason: .unknownFigure) }
            endpoint = String(trimmed(name[name.index(after: open)...].dropLast()))
            name = trimmed(name[..<open])
        }
        guard endpoint?.isEmpty != true else { throw GateError(text: text, reason: .emptyEndpoint) }
        let figure = try figure(name, limit: limit, text: text)
        guard let value = value(of: limit, for: figure) else {
            throw GateError(text: text, reason: .badLimit(expected: expected(figure)))
        }
        return .figure(figure, endpoint: endpoint, relation: relation, limit: value)
    }

    private static func relation(in text: Substring) -> (Relation, Range<Substring.Index>)? {
        guard let start = text.firstIndex(where: { $0 == "<" || $0 == ">" }) else { return nil }
        for relation in Relation.allCases where text[start...].hasPrefix(relation.rawValue) {
            return (relation, start..<text.index(start, offsetBy: relation.rawValue.count))
        }
        return nil
    }

    private static func figure(_ name: Substring, limit: Substring, text: String) throws(GateError) -> Figure {
        switch name {
        case "mean": return .mean
        case "max": return .max
        case "rps": return .requestsPerSecond
        case "answered": return .answeredRatio
        case "failures": return limit.hasSuffix("%") ? .failureRatio : .failureCount
        default:
            guard name.first == "p", let percentile = number(name.dropFirst()), percentile > 0, percentile < 100 else {
                throw GateError(text: text, reason: .unknownFigure)
            }
            return .quantile(percentile / 100)
        }
    }

    private static func value(of limit: Substring, for figure: Figure) -> Double? {
        switch figure {
        case .quantile, .mean, .max:
            return Duration(text: String(limit)).map { $0.milliseconds }
        case .failureRatio, .answeredRatio:
            guard limit.hasSuffix("%") else { return nil }
            return number(trimmed(limit.dropLast())).flatMap { $0 <= 100 ? $0 / 100 : nil }
        case .failureCount: return UInt64(limit).map { Double($0) }
        case .requestsPerSecond: return number(limit)
        }
    }

    private static func expected(_ figure: Figure) -> String {
        switch figure {
        case .quantile, .mean, .max: "a duration such as 500ms"
        case .answeredRatio: "a share such as 99%"
        case .failureRatio, .failureCount: "a share such as 1% or a whole number of requests"
        case .requestsPerSecond: "a number of requests per second"
        }
    }

    /// Plain decimal digits only: no sign, exponent, `inf` or `nan`.
    private static func number(_ text: Substring) -> Double? {
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }) else { return nil }
        return Double(text)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// A gate that cannot be understood.
public struct GateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is not understood.
    public enum Reason: Hashable, Sendable {
        case tooLong
        case noRelation
        case unknownFigure
        case emptyEndpoint
        case badLimit(expected: String)
    }

    /// As the user gave it.
    public let text: String
    /// What is wrong with it.
    public let reason: Reason

    /// What is wrong, in one sentence.
    public var description: String {
        switch reason {
        case .tooLong: "a gate is at most \(Gate.longestText) bytes long"
        case .noRelation: "gate '\(text)' is neither no-leak nor no-drift and compares nothing; try 'p95<500ms'"
        case .unknownFigure:
            "gate '\(text)' has no figure known; there are p50 … p99.9, mean, max, failures, answered, rps"
        case .emptyEndpoint: "gate '\(text)' names no endpoint"
        case .badLimit(let expected): "the limit of gate '\(text)' is not \(expected)"
        }
    }
}
