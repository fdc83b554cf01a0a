internal import Yams

/// A value of a scenario file, with its place. Aliases and merges are resolved.
struct ScenarioNode: Hashable, Sendable {

    indirect enum Value: Hashable, Sendable {
        /// Text, and whether it was quoted: `"1"` is no number.
        case scalar(String, isQuoted: Bool)
        case list([ScenarioNode])
        case map([Entry])
    }

    /// A member of a map, in the order of the file.
    struct Entry: Hashable, Sendable {
        var key: String
        var keyPlace: ScenarioError.Place
        var value: ScenarioNode
    }

    var value: Value
    var place: ScenarioError.Place

    /// What is read at most: a campaign is a few hundred lines, a hostile file is anything.
    enum Bounds {
        static let bytes = 1 << 20
        static let depth = 32
        /// Nodes after aliases are followed, so that a few lines cannot represent millions of values.
        static let nodes = 50_000
    }

    /// Reads a YAML text.
    ///
    /// - Throws: what is no YAML, past the bounds, or has a key twice in one map.
    static func parse(_ text: String) throws(ScenarioError) -> ScenarioNode {
        guard text.utf8.count <= Bounds.bytes else {
            throw ScenarioError("the file is larger than \(Bounds.bytes >> 20) MiB")
        }
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            throw ScenarioError(error)
        } catch {
            throw ScenarioError("the file is not YAML: \(error)")
        }
        guard let root else { throw ScenarioError("the file is empty") }
        var reader = NodeReader()
        return try reader.read(root, depth: 0)
    }
}

/// Turns the nodes of Yams into ours, within the bounds.
private struct NodeReader {

    private var count = 0

    mutating func read(_ node: Node, depth: Int) throws(ScenarioError) -> ScenarioNode {
        let place = ScenarioError.Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        count += 1
        guard count <= ScenarioNode.Bounds.nodes else {
            throw ScenarioError("the file holds more than \(ScenarioNode.Bounds.nodes) values", at: place)
        }
        guard depth <= ScenarioNode.Bounds.depth else {
            throw ScenarioError("values are nested deeper than \(ScenarioNode.Bounds.depth) levels", at: place)
        }
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            return ScenarioNode(value: .scalar(scalar.string, isQuoted: isQuoted), place: place)
        case .sequence(let sequence):
            var items: [ScenarioNode] = []
            for item in sequence { items.append(try read(item, depth: depth + 1)) }
            return ScenarioNode(value: .list(items), place: place)
        case .mapping(let mapping):
            return ScenarioNode(value: .map(try entries(of: mapping, depth: depth)), place: place)
        case .alias:
            throw ScenarioError("an alias names nothing", at: place)
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(ScenarioError) -> [ScenarioNode.Entry] {
        var own: [ScenarioNode.Entry] = []
        var merged: [ScenarioNode.Entry] = []
        for (key, value) in mapping {
            let place = ScenarioError.Place(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
            guard case .scalar(let scalar) = key else {
                throw ScenarioError("a key is a word, not a list or a map", at: place)
            }
            if scalar.string == "<<" {
                merged += try self.merged(value, depth: depth + 1)
                continue
            }
            if own.contains(where: { $0.key == scalar.string }) {
                throw ScenarioError("'\(scalar.string)' is given twice", at: place)
            }
            own.append(
                ScenarioNode.Entry(key: scalar.string, keyPlace: place, value: try read(value, depth: depth + 1)))
        }
        // What a map says itself wins over what is merged into it; of several merged maps, the first wins.
        for entry in merged where !own.contains(where: { $0.key == entry.key }) { own.append(entry) }
        return own
    }

    private mutating func merged(_ node: Node, depth: Int) throws(ScenarioError) -> [ScenarioNode.Entry] {
        let value = try read(node, depth: depth)
        switch value.value {
        case .map(let entries): return entries
        case .list(let items):
            var all: [ScenarioNode.Entry] = []
            for item in items {
                guard case .map(let entries) = item.value else {
                    throw ScenarioError("'<<' merges maps only", at: item.place)
                }
                all += entries
            }
            return all
        case .scalar: throw ScenarioError("'<<' merges maps only", at: value.place)
        }
    }
}

extension ScenarioError {

    fileprivate init(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init("this is not YAML: \(problem)", at: Place(line: mark.line, column: mark.column))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? "a key"
            self.init("'\(key)' is given twice", at: Place(line: context.mark.line, column: context.mark.column))
        default: self.init("the file is not YAML that can be read: \(error)")
        }
    }
}
