internal import Formats
internal import Traffic

/// Takes the members of a map by name, and rejects unknown ones.
struct MapReader {

    let place: ScenarioError.Place
    /// The name of the map in messages, such as `phase`.
    let noun: String
    private var rest: [ScenarioNode.Entry]
    private var known: [String] = []

    /// - Throws: an error if `node` is not a map.
    init(_ node: ScenarioNode, _ noun: String) throws(ScenarioError) {
        guard case .map(let entries) = node.value else {
            throw ScenarioError("\(noun) must be a map, such as {key: value}", at: node.place)
        }
        place = node.place
        rest = entries
        self.noun = noun
    }

    /// Removes and returns the member with that name; nil if there is none, or it is empty.
    mutating func take(_ key: String) -> ScenarioNode? {
        known.append(key)
        guard let index = rest.firstIndex(where: { $0.key == key }) else { return nil }
        let value = rest.remove(at: index).value
        if case .scalar("", isQuoted: false) = value.value { return nil }
        return value
    }

    /// The member with that name, without removing it.
    func peek(_ key: String) -> ScenarioNode? { rest.first { $0.key == key }?.value }

    /// The remaining members, for maps whose keys are user-defined names.
    mutating func takeAll() -> [ScenarioNode.Entry] {
        defer { rest = [] }
        return rest
    }

    /// Removes the members whose keys fulfil `isMeant`.
    mutating func dropAll(where isMeant: (String) -> Bool) { rest.removeAll { isMeant($0.key) } }

    /// The remaining members whose key is one of `names`.
    mutating func takeAll(in names: some Sequence<String>) -> [ScenarioNode.Entry] {
        let names = Set(names)
        known += names
        defer { rest.removeAll { names.contains($0.key) } }
        return rest.filter { names.contains($0.key) }
    }

    /// Names of keys in other programs.
    private static let keysElsewhere = [
        "users": "sessions", "vus": "sessions", "clients": "sessions", "concurrency": "sessions",
        "virtual-users": "sessions", "rps": "rate", "qps": "rate", "arrival-rate": "rate", "duration": "for",
        "time": "for", "run-time": "for", "until": "for", "length": "for", "ramp-up": "ramp", "rampup": "ramp",
        "iterations": "passes",
        "loops": "passes", "recording": "log", "thresholds": "gates", "gate": "gates", "goal": "goals",
        "url": "target", "host": "target", "stages": "phases", "steps": "ladder", "spawn-rate": "ramp",
        "hold-for": "hold", "wait-time": "think", "pause": "think", "watches": "watch", "service": "services",
        "scenario": "scenarios", "phase": "phases", "fault": "faults", "check": "checks",
    ]

    /// Keys that have a meaning elsewhere, or that other formats have.
    private static let remarks = [
        "search": "it belongs to a 'ladder'", "back": "it belongs to a 'ladder'",
        "back-hold": "it belongs to a 'ladder'",
        "matrix": "it belongs to a scenario under 'scenarios'", "repeat": "it belongs to a scenario under 'scenarios'",
        "extends": "a map takes over the members of another with an anchor and '<<: *anchor'",
        "include": "a scenario file is a single file", "import": "a scenario file is a single file",
        "every": "it belongs to 'spikes' or a watch", "undo": "it belongs to a fault",
        "count": "it belongs to a watch with 'file'",
        "weight": "it belongs to a criterion, such as {that: p95<500ms, weight: 3}",
        "scenarios": "it belongs to the file",
        "services": "it belongs to the file", "watch": "it belongs to the file", "verdict": "it belongs to the file",
        "score": "it belongs to the file",
        "mix": "it belongs to a traffic, such as traffic: {all: {mix: {a: 30%, b: 70%}}}",
    ]
    private static let keysOfLoad: Set<String> = [
        "sessions", "rate", "ramp", "hold", "for", "passes", "phases", "ladder", "spikes", "faults", "judged",
    ]
    /// A message lists this many known keys at most.
    private static let mostListed = 14

    private func remark(on key: String) -> String? {
        if let remark = Self.remarks[key] { return remark }
        return known.contains("scenarios") && Self.keysOfLoad.contains(key)
            ? "it belongs to a scenario under 'scenarios'" : nil
    }

    /// ` (it belongs to a 'ladder')`, or the keys that there are if they are few.
    private func explanation(of key: String) -> String {
        if let remark = remark(on: key) { return ": \(remark)" }
        let names = Set(known).sorted()
        return (1...Self.mostListed).contains(names.count) ? "; its keys are \(names.joined(separator: ", "))" : ""
    }

    /// - Throws: an error if members are left.
    func finish() throws(ScenarioError) {
        guard let entry = rest.first else { return }
        let elsewhere = MapReader.keysElsewhere[entry.key.lowercased()].flatMap { known.contains($0) ? $0 : nil }
        let near =
            elsewhere ?? (remark(on: entry.key) == nil ? NearestName.of(entry.key, among: known) : nil)
        throw ScenarioError(
            "\(noun) has no key '\(entry.key)'\(near == nil ? explanation(of: entry.key) : "")", at: entry.keyPlace,
            suggestion: near)
    }

    /// Explains why a required member is missing if it is misspelt, or has another program's name.
    ///
    /// - Parameter keys: the members, one of which is required
    /// - Throws: an error if there is such a member.
    func checkOtherNames(of keys: [String]) throws(ScenarioError) {
        for entry in rest {
            let elsewhere = MapReader.keysElsewhere[entry.key.lowercased()].flatMap { keys.contains($0) ? $0 : nil }
            guard let key = elsewhere ?? NearestName.of(entry.key, among: keys) else {
                guard entry.key == "extends" || entry.key == "matrix", let remark = remark(on: entry.key) else {
                    continue
                }
                throw ScenarioError("\(noun) has no key '\(entry.key)': \(remark)", at: entry.keyPlace)
            }
            throw ScenarioError("\(noun) has no key '\(entry.key)'", at: entry.keyPlace, suggestion: key)
        }
    }

    /// The member with that name.
    ///
    /// - Parameter purpose: what it is, after the name: `'start', the command that starts it`.
    /// - Throws: an error if there is none, or it is empty.
    mutating func requiredText(_ key: String, _ purpose: String) throws(ScenarioError) -> String {
        guard let node = take(key) else {
            try checkOtherNames(of: [key])
            throw ScenarioError("\(noun) lacks '\(key)', \(purpose)", at: place)
        }
        return try node.filledText(key)
    }
}

extension MapReader {

    mutating func text(_ key: String) throws(ScenarioError) -> String? { try take(key)?.text(key) }

    mutating func duration(_ key: String) throws(ScenarioError) -> Duration? { try take(key)?.duration(key) }

    /// A duration above 0.
    mutating func timeLimit(_ key: String) throws(ScenarioError) -> Duration? {
        guard let node = take(key) else { return nil }
        let limit = try node.duration(key)
        guard limit > .zero else { throw ScenarioError("'\(key)' must be longer than 0", at: node.place) }
        return limit
    }

    /// Text that is more than spaces.
    mutating func filledText(_ key: String) throws(ScenarioError) -> String? { try take(key)?.filledText(key) }

    mutating func count(_ key: String, _ range: ClosedRange<Int> = 1...10_000_000) throws(ScenarioError) -> Int? {
        try take(key)?.count(key, range)
    }

    mutating func flag(_ key: String) throws(ScenarioError) -> Bool? { try take(key)?.flag(key) }

    mutating func texts(_ key: String) throws(ScenarioError) -> [String] {
        guard let node = take(key) else { return [] }
        var texts: [String] = []
        for item in node.items { texts.append(try item.text(key)) }
        return texts
    }
}

extension ScenarioNode {

    /// The items of a list; anything else counts as a list of one.
    var items: [ScenarioNode] {
        if case .list(let items) = value { return items }
        return [self]
    }

    func text(_ key: String) throws(ScenarioError) -> String {
        guard case .scalar(let text, _) = value else {
            throw ScenarioError("'\(key)' must be a single value", at: place)
        }
        return text
    }

    /// Text that is more than spaces.
    func filledText(_ key: String) throws(ScenarioError) -> String {
        let text = try text(key)
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ScenarioError("'\(key)' is empty", at: place)
        }
        return text
    }

    func duration(_ key: String) throws(ScenarioError) -> Duration {
        let text = try text(key)
        if let duration = Duration(text: text) { return duration }
        if text == "0" { return .zero }
        let isNumber = Double(text).map { $0 >= 0 } ?? false
        throw ScenarioError(
            "'\(key)' must be a duration such as 30s, 5m or 1h30m, not '\(text)'", at: place,
            suggestion: isNumber ? text + "s" : nil)
    }

    func count(_ key: String, _ range: ClosedRange<Int> = 1...10_000_000) throws(ScenarioError) -> Int {
        let text = try text(key)
        let digits = text.filter { $0 != "_" && $0 != "," }
        // Programs disagree: it is octal in YAML 1.1 and decimal in YAML 1.2.
        if digits.count > 1, digits.first == "0", let decimal = Int(digits) {
            throw ScenarioError(
                "'\(key)' must not begin with 0, which may mean an octal number", at: place, suggestion: "\(decimal)")
        }
        guard let number = Int(digits), range.contains(number) else {
            throw ScenarioError(
                "'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'",
                at: place)
        }
        return number
    }

    func flag(_ key: String) throws(ScenarioError) -> Bool {
        let text = try text(key)
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw ScenarioError("'\(key)' must be true or false, not '\(text)'", at: place)
        }
    }
}
