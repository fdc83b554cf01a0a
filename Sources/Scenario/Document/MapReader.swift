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
        "url": "target", "host": "target",
    ]

    /// - Throws: an error if members are left.
    func finish() throws(ScenarioError) {
        guard let entry = rest.first else { return }
        let elsewhere = MapReader.keysElsewhere[entry.key.lowercased()].flatMap { known.contains($0) ? $0 : nil }
        throw ScenarioError(
            "\(noun) has no key '\(entry.key)'", at: entry.keyPlace,
            suggestion: elsewhere ?? NearestName.of(entry.key, among: known))
    }

    /// Explains why a required member is missing if it is misspelt, or has another program's name.
    ///
    /// - Parameter keys: the members, one of which is required
    /// - Throws: an error if there is such a member.
    func checkOtherNames(of keys: [String]) throws(ScenarioError) {
        for entry in rest {
            let elsewhere = MapReader.keysElsewhere[entry.key.lowercased()].flatMap { keys.contains($0) ? $0 : nil }
            guard let key = elsewhere ?? NearestName.of(entry.key, among: keys) else { continue }
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
        guard let number = Int(text.filter { $0 != "_" && $0 != "," }), range.contains(number) else {
            throw ScenarioError(
                "'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'",
                at: place)
        }
        return number
    }

    func flag(_ key: String) throws(ScenarioError) -> Bool {
        switch try text(key) {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        case let text: throw ScenarioError("'\(key)' must be true or false, not '\(text)'", at: place)
        }
    }
}
