public import Formats
internal import Measurement
internal import Traffic

extension Criterion {

    /// The longest criterion accepted, in bytes.
    static let longestText = 512

    /// Parses a criterion such as `p95<500ms`, `POST /login: failures<1%` or `failures<50% for 30s`.
    ///
    /// - Parameters:
    ///   - scope: what it applies to, unless the text has a scope itself.
    ///   - place: its location in a file.
    /// - Throws: when the text is not valid.
    public init(
        parsing text: String, scope: Scope = .run, place: TextPlace? = nil
    ) throws(CriterionError) {
        self = try CriterionParser(text: text).criterion(scope: scope)
        self.place = place
    }
}

extension Criterion.Scope {

    /// Parses a scope: `all`, `each`, `during F`, `after F`; anything else names a phase, a traffic or an endpoint.
    public init(name: String) {
        self =
            switch name {
            case "all": .run
            case "each": .each
            case let name where name.hasPrefix("during "): .during(fault: String(name.dropFirst(7)).trimmed)
            case let name where name.hasPrefix("after "): .after(fault: String(name.dropFirst(6)).trimmed)
            default: .named(name)
            }
    }
}

/// Parses one criterion.
private struct CriterionParser {

    let text: String

    func criterion(scope given: Criterion.Scope) throws(CriterionError) -> Criterion {
        let criterion = try unchecked(scope: given)
        let isByEndpoint = criterion.scope == .each || criterion.endpoint != nil
        if isByEndpoint, !criterion.figure.isOfRequests, criterion.figure != .noRegression {
            throw error("this figure is not available by endpoint")
        }
        return criterion
    }

    private func unchecked(scope given: Criterion.Scope) throws(CriterionError) -> Criterion {
        guard text.utf8.count <= Criterion.longestText else {
            throw error("a criterion has at most \(Criterion.longestText) bytes")
        }
        let (left, relation, right) = split(text[...])
        var (own, rest) = try scope(of: left)
        let (name, argument) = try call(rest)
        guard let relation else {
            let figure = try test(name, argument)
            return Criterion(text: text, scope: try scope(own, in: given), figure: figure)
        }
        let figure: Criterion.Figure
        if let argument, isScope(argument, of: name) {
            // `p95(GET /items)<1s` is short for `GET /items: p95<1s`.
            guard own == nil else { throw error("it has two scopes; one is allowed") }
            own = .named(argument)
            figure = try self.figure(name, nil)
        } else {
            figure = try self.figure(name, argument)
        }
        let (limit, sustained) = try limitAndSpan(right)
        return Criterion(
            text: text, scope: try scope(own, in: given), figure: figure,
            comparison: Criterion.Comparison(relation, try self.limit(limit, for: figure), sustained: sustained))
    }

    private func scope(_ own: Criterion.Scope?, in given: Criterion.Scope) throws(CriterionError) -> Criterion.Scope {
        guard let own else { return given }
        guard given == .run else { throw error("its scope is inside another scope") }
        return own
    }

    /// The last `<` or `>` is the relation: an endpoint may contain others, a limit does not.
    private func split(_ text: Substring) -> (Substring, Criterion.Relation?, Substring) {
        guard let index = text.lastIndex(where: { $0 == "<" || $0 == ">" }),
            let relation = Criterion.Relation.allCases.first(where: { text[index...].hasPrefix($0.rawValue) })
        else { return (text, nil, "") }
        return (text[..<index], relation, text[text.index(index, offsetBy: relation.rawValue.count)...])
    }

    /// The text before the last colon that is followed by a figure; endpoints and names of series may contain colons
    /// too.
    private func scope(of text: Substring) throws(CriterionError) -> (Criterion.Scope?, Substring) {
        var end = text.endIndex
        while let colon = text[..<end].lastIndex(of: ":") {
            let (head, tail) = (text[..<colon], text[text.index(after: colon)...])
            let name = String(tail).trimmed.prefix { $0 != "(" }
            let isSet = head.contains(" ") || tail.first == " " || Self.figures.contains(String(name))
            if isSet, Self.isFigure(String(tail).trimmed) {
                let name = String(head).trimmed
                guard !name.isEmpty else { throw error("the scope before the colon is empty") }
                return (Criterion.Scope(name: name), tail)
            }
            end = colon
        }
        return (nil, text)
    }

    /// Whether a text has the form of a figure: a name, optionally with an argument in parentheses.
    private static func isFigure(_ text: String) -> Bool {
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        let rest = text[name.endIndex...]
        guard !name.isEmpty, !rest.isEmpty else { return !name.isEmpty }
        var depth = 0
        for (offset, character) in rest.enumerated() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            guard depth > 0 || offset == rest.count - 1 else { return false }
        }
        return depth == 0 && rest.first == "("
    }

    private func call(_ text: Substring) throws(CriterionError) -> (name: String, argument: String?) {
        let text = String(text).trimmed
        guard let open = text.firstIndex(of: "(") else { return (text, nil) }
        guard text.hasSuffix(")") else { throw error("'\(text)' lacks its closing parenthesis") }
        let argument = String(text[text.index(after: open)...].dropLast()).trimmed
        guard !argument.isEmpty else { throw error("'\(text)' has nothing in its parentheses") }
        return (String(text[..<open]).trimmed, argument)
    }

    /// Whether the argument of a figure is a scope, and not a series or kinds of responses.
    private func isScope(_ argument: String, of name: String) -> Bool {
        switch name {
        case "failures", "answered": true
        case "ratio", "share", "before", "outage", "recovery", "restarts": false
        case "rps": (try? answers(argument)) == nil && argument.contains(" ")
        default: argument.contains(" ")
        }
    }

    private static let tests = ["no-leak", "no-drift", "no-regression"]

    private func test(_ name: String, _ argument: String?) throws(CriterionError) -> Criterion.Figure {
        switch (name, argument) {
        case ("no-leak", let watch): return .noLeak(watch: watch)
        case ("no-drift", nil): return .noDrift
        case ("no-regression", nil): return .noRegression
        default:
            if let nearest = NearestName.of(name, among: Self.tests) { throw error("'\(text)' is not known", nearest) }
            throw error("'\(text)' has no comparison; write a condition such as p95<500ms")
        }
    }

    private static let figures = [
        "p50", "p90", "p95", "p99", "p99.9", "mean", "max", "min", "failures", "answered", "rps", "share", "before",
        "sessions", "capacity", "outage", "recovery", "restarts", "increase", "rate", "ratio",
    ]

    /// Names of figures in other programs.
    private static let figuresElsewhere = [
        "error_rate": "failures", "errorrate": "failures", "error-rate": "failures", "errors": "failures",
        "failure_rate": "failures", "failed": "failures", "fail_ratio": "failures", "http_req_failed": "failures",
        "latency": "p95", "duration": "p95", "response_time": "p95", "responsetime": "p95", "http_req_duration": "p95",
        "med": "p50", "median": "p50", "avg": "mean", "average": "mean", "throughput": "rps", "qps": "rps",
        "http_reqs": "rps", "requests": "rps", "vus": "sessions", "users": "sessions", "success": "answered",
        "success_rate": "answered",
    ]

    /// The error for a name that is not a figure.
    private func unknownFigure(_ name: String) -> CriterionError {
        if let meant = Self.figuresElsewhere[name.lowercased()] ?? NearestName.of(name, among: Self.figures) {
            return error("'\(name)' is not a figure", meant)
        }
        return error("'\(name)' is not a figure: give p50 … p99.9, mean, max, failures, answered, rps or another one")
    }

    private func figure(_ name: String, _ argument: String?) throws(CriterionError) -> Criterion.Figure {
        switch (name, argument) {
        case ("failures", nil): return .failures
        case ("answered", nil): return .answered
        case ("mean", nil): return .mean
        case ("max", nil): return .longest
        case ("rps", nil): return .requestRate([])
        case ("rps", let argument?): return .requestRate(try answers(argument))
        case ("share", let argument?): return .share(try answers(argument))
        case ("before", let argument?): return .before(try answers(argument))
        case ("sessions", nil): return .sessions
        case ("capacity", nil): return .capacity
        case ("outage", let fault?): return .outage(fault: fault)
        case ("recovery", let fault?): return .recovery(fault: fault)
        case ("restarts", let watch?): return .restarts(watch: watch)
        case ("ratio", let argument?):
            let parts = argument.split(separator: ",").map { String($0).trimmed }
            guard parts.count == 2, let one = Self.series(parts[0]), let other = Self.series(parts[1]) else {
                throw error("ratio takes two series, such as ratio(app.hits, app.lookups)")
            }
            return .seriesRatio(one, other)
        default: break
        }
        if let argument {
            guard let aggregate = Criterion.Aggregate(rawValue: name), aggregate != .value else {
                throw unknownFigure(name)
            }
            guard let series = Self.series(argument) else {
                throw error("\(name) takes a series of a watch, such as \(name)(redis.used_memory)")
            }
            return .watched(aggregate, series)
        }
        if name.first == "p", let percentile = Self.number(name.dropFirst()), percentile > 0, percentile < 100 {
            return .quantile(percentile / 100)
        }
        if let series = Self.series(name) { return .watched(.value, series) }
        throw unknownFigure(name)
    }

    private static func series(_ text: String) -> Criterion.Series? {
        guard let dot = text.firstIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex,
            text.allSatisfy({ $0.isLetter || $0.isNumber || "._-:".contains($0) }), text.first?.isLetter == true
        else { return nil }
        return Criterion.Series(watch: String(text[..<dot]), figure: String(text[text.index(after: dot)...]))
    }

    private func answers(_ text: String) throws(CriterionError) -> Set<ResponseKind> {
        var answers: Set<ResponseKind> = []
        for part in text.split(whereSeparator: { $0 == "|" || $0 == "," }) {
            let word = String(part).trimmed
            switch word {
            case "timeout": answers.insert(.timeout)
            case "refused": answers.insert(.refused)
            case "reset": answers.insert(.reset)
            default:
                if word.count == 3, word.hasSuffix("xx"), let digit = word.first?.wholeNumberValue,
                    (1...5).contains(digit)
                {
                    answers.insert(.statusClass(digit))
                } else if let status = Int(word), (100...599).contains(status) {
                    answers.insert(.status(status))
                } else {
                    throw error("'\(word)' is not a status such as 429, 5xx, timeout, refused or reset")
                }
            }
        }
        guard !answers.isEmpty else { throw error("a status such as 429 or 5xx is missing") }
        return answers
    }

    private func error(_ message: String, _ suggestion: String? = nil) -> CriterionError {
        CriterionError(text, message, suggestion)
    }
}

// MARK: - Limits

extension CriterionParser {

    private func limitAndSpan(_ text: Substring) throws(CriterionError) -> (String, Duration?) {
        let text = String(text).trimmed
        guard let word = text.firstRange(of: " for ") else { return (text, nil) }
        let span = String(text[word.upperBound...]).trimmed
        guard let duration = Duration(text: span), duration > .zero else {
            throw error("'\(span)' is not a duration such as 30s")
        }
        return (String(text[..<word.lowerBound]).trimmed, duration)
    }

    private func limit(_ text: String, for figure: Criterion.Figure) throws(CriterionError) -> Criterion.Limit {
        switch figure {
        case .quantile, .mean, .longest, .outage, .recovery:
            guard let duration = Duration(text: text) ?? (text == "0" ? .zero : nil) else {
                throw error("the limit '\(text)' is not a duration such as 500ms")
            }
            return .milliseconds(duration.milliseconds)
        case .failures:
            if text.hasSuffix("%") { return .ratio(try percentage(text)) }
            guard let count = UInt64(text) else {
                throw error("the limit '\(text)' is neither a share such as 1% nor a whole number of requests")
            }
            return .number(Double(count))
        case .share, .answered: return .ratio(try percentage(text))
        case .noLeak, .noDrift, .noRegression: throw error("'\(text)' is a limit, but this test takes none")
        case .requestRate, .before, .sessions, .capacity, .restarts:
            guard let number = Self.number(text.filter { $0 != "," }[...]) else {
                throw error("the limit '\(text)' is not a number")
            }
            return .number(number)
        case .watched, .seriesRatio:
            if text.hasSuffix("%") { return .ratio(try percentage(text, limit: 100_000)) }
            if let number = Self.number(text[...]) { return .number(number) }
            if let bytes = Self.bytes(text) { return .number(bytes) }
            if let duration = Duration(text: text) { return .milliseconds(duration.milliseconds) }
            throw error("the limit '\(text)' is not a number, a size such as 50MiB, a share or a duration")
        }
    }

    private func percentage(_ text: String, limit: Double = 100) throws(CriterionError) -> Double {
        guard text.hasSuffix("%"), let number = Self.number(String(text.dropLast()).trimmed[...]), number <= limit
        else {
            throw error("the limit '\(text)' is not a share such as 1%")
        }
        return number / 100
    }

    private static func bytes(_ text: String) -> Double? {
        let units = [("KiB", 1024.0), ("MiB", 1_048_576.0), ("GiB", 1_073_741_824.0), ("B", 1)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            if let number = number(String(text.dropLast(unit.count)).trimmed[...]) { return number * factor }
        }
        return nil
    }

    /// Parses plain decimal digits: no sign, exponent, `inf` or `nan`.
    private static func number(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Double(text)
    }
}

extension String {

    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
