internal import Formats

/// A change to a scenario file, given on the command line: `scenarios.auth.sessions=500`.
public struct ScenarioOverride: Hashable, Sendable {

    /// Keys from the root, and positions in lists from 0.
    let path: [String]
    let value: ScenarioNode

    /// Parses an override.
    ///
    /// - Parameter text: `a.b=value`; the value is YAML.
    /// - Throws: an error if `text` is not `KEY.KEY=VALUE`.
    public init(parsing text: String) throws(ScenarioError) {
        guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
            throw ScenarioError("a change has the form KEY.KEY=VALUE, not '\(text)'")
        }
        path = text[..<mark].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.allSatisfy({ !$0.isEmpty }) else { throw ScenarioError("the change '\(text)' has an empty key") }
        let value = text[text.index(after: mark)...]
        guard value.contains(where: { !$0.isWhitespace }) else {
            throw ScenarioError("the change '\(text)' has no value; an empty text is written \"\"")
        }
        self.value = try ScenarioNode.parse(String(value)).placed(at: ScenarioError.commandLine)
    }
}

extension ScenarioNode {

    /// Sets the value; missing members are created. `auth.sessions` is short for `scenarios.auth.sessions`.
    ///
    /// - Throws: an error if the path names an unknown scenario, or leads through a single value or past the end of a
    ///   list.
    mutating func set(_ override: ScenarioOverride) throws(ScenarioError) {
        var path = override.path
        let whole = path.joined(separator: ".")
        let scenarios = self["scenarios"]?.keys ?? []
        if path.count > 1, self[path[0]] == nil, scenarios.contains(path[0]) { path.insert("scenarios", at: 0) }
        if path.count > 2, path[0] == "scenarios", !scenarios.isEmpty, !scenarios.contains(path[1]) {
            throw ScenarioError(
                "cannot set \(whole): there is no scenario '\(path[1])'",
                suggestion: NearestName.of(path[1], among: scenarios))
        }
        try set(path[...], override.value, whole: whole)
    }

    /// The member of a map; nil for anything else.
    private subscript(key: String) -> ScenarioNode? {
        guard case .map(let entries) = value else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The keys of a map; empty for anything else.
    private var keys: [String] {
        guard case .map(let entries) = value else { return [] }
        return entries.map(\.key)
    }

    /// The same value, all of it at one place.
    fileprivate func placed(at place: ScenarioError.Place) -> ScenarioNode {
        let value: Value =
            switch self.value {
            case .scalar: self.value
            case .list(let items): .list(items.map { $0.placed(at: place) })
            case .map(let entries):
                .map(entries.map { Entry(key: $0.key, keyPlace: place, value: $0.value.placed(at: place)) })
            }
        return ScenarioNode(value: value, place: place)
    }

    private mutating func set(_ path: ArraySlice<String>, _ new: ScenarioNode, whole: String) throws(ScenarioError) {
        guard let key = path.first else {
            self = new
            return
        }
        switch value {
        case .map(var entries):
            if let index = entries.firstIndex(where: { $0.key == key }) {
                try entries[index].value.set(path.dropFirst(), new, whole: whole)
            } else {
                var child = ScenarioNode(value: .map([]), place: new.place)
                try child.set(path.dropFirst(), new, whole: whole)
                entries.append(Entry(key: key, keyPlace: new.place, value: child))
            }
            value = .map(entries)
        case .list(var items):
            guard let index = Int(key), items.indices.contains(index) else {
                throw ScenarioError("cannot set \(whole): the list has no item '\(key)'; it has \(items.count)")
            }
            try items[index].set(path.dropFirst(), new, whole: whole)
            value = .list(items)
        case .scalar: throw ScenarioError("cannot set \(whole): '\(key)' is below a single value")
        }
    }
}
