/// A change to a scenario file, given on the command line: `scenarios.auth.sessions=500`.
public struct ScenarioOverride: Hashable, Sendable {

    /// Keys from the root, and positions in lists from 0.
    let path: [String]
    let value: ScenarioNode

    /// - Parameter text: `a.b=value`; the value is YAML.
    /// - Throws: an error if `text` is not `KEY.KEY=VALUE`.
    public init(parsing text: String) throws(ScenarioError) {
        guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
            throw ScenarioError("a change has the form KEY.KEY=VALUE, not '\(text)'")
        }
        path = text[..<mark].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.allSatisfy({ !$0.isEmpty }) else { throw ScenarioError("the change '\(text)' has an empty key") }
        value = try ScenarioNode.parse(String(text[text.index(after: mark)...]))
    }
}

extension ScenarioNode {

    /// Sets the value; missing members are created.
    ///
    /// - Throws: an error if the path leads through a single value or past the end of a list.
    mutating func set(_ override: ScenarioOverride) throws(ScenarioError) {
        try set(override.path[...], override.value, whole: override.path.joined(separator: "."))
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
