internal import Formats
internal import Traffic

extension Criterion {

    /// The longest criterion that is read, in bytes.
    static let longestText = 512

    /// Reads a criterion such as `p95<500ms`, `POST /login: failures<1%` or `failures<50% for 30s`.
    ///
    /// - Parameters:
    ///   - scope: what it looks at, unless the text names an endpoint itself.
    ///   - place: where it is in the file.
    /// - Throws: what is wrong with it, at `place`.
    public init(parsing text: String, scope: Scope = .run, place: ScenarioError.Place) throws(ScenarioError) {
        var parser = CriterionParser(text: text, place: place)
        self = try parser.criterion(scope: scope)
    }
}

/// Reads one criterion.
private struct CriterionParser {

    let text: String
    let place: ScenarioError.Place

    mutating func criterion(scope: Criterion.Scope) throws(ScenarioError) -> Criterion {
        guard text.utf8.count <= Criterion.longestText else {
            throw error("a criterion has at most \(Criterion.longestText) bytes")
        }
        var scope = scope
        var rest = text[...]
        // An endpoint holds a space; a figure before a colon does not.
        if let colon = rest.lastIndex(of: ":"), rest[..<colon].contains(" ") {
            scope = .named(String(rest[..<colon]).trimmed)
            rest = rest[rest.index(after: colon)...]
        }
        let (left, relation, right) = try split(rest)
        let (name, argument) = try call(left)
        var criterion = Criterion(
            text: text, place: place, scope: scope, figure: .noDrift, comparison: nil)
        if relation == nil {
            criterion.figure = try test(name, argument)
            return criterion
        }
        if let argument, argument.contains(" /"), scope == .run {
            // `p95(GET /items)<1s` is the short form of `GET /items: p95<1s`.
            criterion.scope = .named(argument)
            criterion.figure = try figure(name, nil)
        } else {
            criterion.figure = try figure(name, argument)
        }
        let (limit, sustained) = try limitAndSpan(right)
        criterion.comparison = Criterion.Comparison(
            relation: relation ?? .below, limit: try self.limit(limit, for: criterion.figure), sustained: sustained)
        return criterion
    }

    private func split(_ text: Substring) throws(ScenarioError) -> (Substring, Criterion.Relation?, Substring) {
        // A relation cannot be in the parentheses of a figure.
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "<", ">":
                guard depth == 0,
                    let relation = Criterion.Relation.allCases.first(where: { text[index...].hasPrefix($0.rawValue) })
                else { continue }
                let end = text.index(index, offsetBy: relation.rawValue.count)
                return (text[..<index], relation, text[end...])
            default: continue
            }
        }
        return (text, nil, "")
    }

    private func call(_ text: Substring) throws(ScenarioError) -> (name: String, argument: String?) {
        let text = String(text).trimmed
        guard let open = text.firstIndex(of: "(") else { return (text, nil) }
        guard text.hasSuffix(")") else { throw error("'\(text)' lacks its closing parenthesis") }
        let argument = String(text[text.index(after: open)...].dropLast()).trimmed
        guard !argument.isEmpty else { throw error("'\(text)' has nothing in its parentheses") }
        return (String(text[..<open]).trimmed, argument)
    }

    private func test(_ name: String, _ argument: String?) throws(ScenarioError) -> Criterion.Figure {
        switch (name, argument) {
        case ("no-leak", let watch): return .noLeak(watch: watch)
        case ("no-drift", nil): return .noDrift
        case ("no-regression", nil): return .noRegression
        default:
            if let nearest = NearestName.of(name, among: ["no-leak", "no-drift", "no-regression"]) {
                throw error("'\(text)' is not known", nearest)
            }
            throw error("'\(text)' compares nothing; write what must be true, such as p95<500ms")
        }
    }

    private static let figures = [
        "p50", "p90", "p95", "p99", "p99.9", "mean", "max", "min", "failures", "rps", "share", "before", "sessions",
        "capacity",
        "outage", "recovery", "restarts", "increase", "rate", "ratio",
    ]

    private func figure(_ name: String, _ argument: String?) throws(ScenarioError) -> Criterion.Figure {
        let series = try argument.flatMap { argument throws(ScenarioError) in try self.series(argument) }
        switch (name, argument) {
        case ("failures", nil): return .failures
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
            guard parts.count == 2, let one = try self.series(parts[0]), let other = try self.series(parts[1]) else {
                throw error("ratio takes two series, such as ratio(app.hits, app.lookups)")
            }
            return .seriesRatio(one, other)
        default: break
        }
        if argument != nil {
            guard let aggregate = Criterion.Aggregate(rawValue: name), aggregate != .value else {
                throw error("'\(name)' is no figure", NearestName.of(name, among: Self.figures))
            }
            guard let series else {
                throw error("\(name) takes a series of a watch, such as \(name)(redis.used_memory)")
            }
            return .watched(aggregate, series)
        }
        if name.first == "p", let percentile = Self.number(name.dropFirst()), percentile > 0, percentile < 100 {
            return .quantile(percentile / 100)
        }
        if let series = try self.series(name) { return .watched(.value, series) }
        throw error("'\(name)' is no figure", NearestName.of(name, among: Self.figures))
    }

    private func series(_ text: String) throws(ScenarioError) -> Criterion.Series? {
        guard let dot = text.firstIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex,
            text.allSatisfy({ $0.isLetter || $0.isNumber || "._-:".contains($0) }), text.first?.isLetter == true
        else { return nil }
        return Criterion.Series(watch: String(text[..<dot]), figure: String(text[text.index(after: dot)...]))
    }

    private func answers(_ text: String) throws(ScenarioError) -> Set<Criterion.Answer> {
        var answers: Set<Criterion.Answer> = []
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
                    throw error("'\(word)' is no status such as 429, 5xx, timeout, refused or reset")
                }
            }
        }
        guard !answers.isEmpty else { throw error("a status such as 429 or 5xx is missing") }
        return answers
    }

    private func limitAndSpan(_ text: Substring) throws(ScenarioError) -> (String, Duration?) {
        let text = String(text).trimmed
        guard let word = text.firstRange(of: " for ") else { return (text, nil) }
        let span = String(text[word.upperBound...]).trimmed
        guard let duration = Duration(text: span), duration > .zero else {
            throw error("'\(span)' is no duration such as 30s")
        }
        return (String(text[..<word.lowerBound]).trimmed, duration)
    }

    private func limit(_ text: String, for figure: Criterion.Figure) throws(ScenarioError) -> Criterion.Limit {
        switch figure {
        case .quantile, .mean, .longest, .outage, .recovery:
            guard let duration = Duration(text: text) ?? (text == "0" ? .zero : nil) else {
                throw error("the limit '\(text)' is no duration such as 500ms")
            }
            return .milliseconds(duration.milliseconds)
        case .failures:
            if text.hasSuffix("%") { return .ratio(try percentage(text)) }
            guard let count = UInt64(text) else {
                throw error("the limit '\(text)' is no share such as 1% and no whole number of requests")
            }
            return .number(Double(count))
        case .share: return .ratio(try percentage(text))
        case .noLeak, .noDrift, .noRegression: throw error("'\(text)' is no limit: this is a test without one")
        case .requestRate, .before, .sessions, .capacity, .restarts:
            guard let number = Self.number(text.filter { $0 != "," }[...]) else {
                throw error("the limit '\(text)' is no number")
            }
            return .number(number)
        case .watched, .seriesRatio:
            if text.hasSuffix("%") { return .ratio(try percentage(text, limit: 100_000)) }
            if let number = Self.number(text[...]) { return .number(number) }
            if let bytes = Self.bytes(text) { return .number(bytes) }
            if let duration = Duration(text: text) { return .milliseconds(duration.milliseconds) }
            throw error("the limit '\(text)' is no number, size such as 50MiB, share or duration")
        }
    }

    private func percentage(_ text: String, limit: Double = 100) throws(ScenarioError) -> Double {
        guard text.hasSuffix("%"), let number = Self.number(String(text.dropLast()).trimmed[...]), number <= limit
        else {
            throw error("the limit '\(text)' is no share such as 1%")
        }
        return number / 100
    }

    private static func bytes(_ text: String) -> Double? {
        let units = ["KiB": 1024.0, "MiB": 1_048_576.0, "GiB": 1_073_741_824.0, "B": 1]
        for (unit, factor) in units where text.hasSuffix(unit) {
            if let number = number(String(text.dropLast(unit.count)).trimmed[...]) { return number * factor }
        }
        return nil
    }

    /// Plain decimal digits only: no sign, exponent, `inf` or `nan`.
    private static func number(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Double(text)
    }

    private func error(_ message: String, _ suggestion: String? = nil) -> ScenarioError {
        ScenarioError("in '\(text)': \(message)", at: place, suggestion: suggestion)
    }
}

extension String {

    var trimmed: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
