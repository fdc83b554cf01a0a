internal import Formats
internal import Yams

/// A value of a scenario file, with its place. Aliases and merges are resolved.
struct ScenarioNode: Hashable, Sendable {

    indirect enum Value: Hashable, Sendable {
        /// Text, and whether it was quoted: `"1"` is not a number.
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

    /// The limits of a file: a campaign has a few hundred lines, a hostile file can be anything.
    enum Bounds {
        static let bytes = 1 << 20
        static let depth = 32
        /// The most nodes after aliases are resolved, so that a few lines cannot represent millions of values.
        static let nodes = 50_000
    }

    /// Reads a YAML text.
    ///
    /// Aliases are resolved here rather than by Yams, which would hash a key made of aliases once for each expansion: a
    /// few lines would take years.
    ///
    /// - Throws: an error if the text is not YAML, exceeds the limits, or has a key twice in one map.
    static func parse(_ text: String) throws(ScenarioError) -> ScenarioNode {
        guard text.utf8.count <= Bounds.bytes else {
            throw ScenarioError("the file is larger than \(Bounds.bytes >> 20) MiB")
        }
        guard !text.unicodeScalars.contains(NodeReader.star) else {
            throw ScenarioError("the file contains the character U+E000, which is reserved")
        }
        do {
            var scalars = String.UnicodeScalarView()
            // A byte order mark may begin a stream (YAML 1.2, section 5.2).
            let content = text.unicodeScalars.drop { $0 == "\u{FEFF}" }
            scalars.append(contentsOf: content.lazy.map { $0 == "*" ? NodeReader.star : $0 })
            // Nodes have their anchors only while their parser is alive.
            let parser = try Parser(yaml: String(scalars))
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else {
                    throw ScenarioError("the file is empty", at: ScenarioError.Place(line: 1, column: 1))
                }
                var reader = NodeReader()
                return try reader.read(root, depth: 0).node
            }
        } catch let error as ScenarioError {
            throw error
        } catch let error as YamlError {
            throw ScenarioError(error)
        } catch {
            throw ScenarioError("the file is not YAML: \(error)")
        }
    }
}

/// Converts Yams nodes to scenario nodes, within the limits.
private struct NodeReader {

    /// The replacement of `*` while Yams reads: a private-use character, so that Yams does not see aliases.
    static let star: Unicode.Scalar = "\u{E000}"

    /// A value with its size in nodes and depth.
    private struct Measured {
        var node: ScenarioNode
        var count: Int
        var height: Int
    }

    /// The words for no value (YAML 1.2, section 10.3.2).
    private static let nulls: Set<String> = ["~", "null", "Null", "NULL"]

    private var count = 0
    private var anchors: [String: Measured] = [:]

    mutating func read(_ node: Node, depth: Int) throws(ScenarioError) -> (node: ScenarioNode, height: Int) {
        let place = Self.place(of: node)
        let before = count
        try add(1, at: place)
        try check(depth, at: place)
        let value: ScenarioNode.Value
        var height = 0
        switch node {
        case .scalar(let scalar):
            var text = scalar.string.replacing(String(Self.star), with: "*")
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            if scalar.style == .plain, text.first == "*", text.count > 1 {
                return try followed(String(text.dropFirst()), depth: depth, at: place)
            }
            // Commands and paths end at it.
            guard !text.unicodeScalars.contains("\0") else {
                throw ScenarioError("a text contains the character NUL", at: place)
            }
            if scalar.style == .plain, Self.nulls.contains(text) { text = "" }
            value = .scalar(text, isQuoted: isQuoted)
        case .sequence(let sequence):
            var items: [ScenarioNode] = []
            for item in sequence {
                let (own, inner) = try read(item, depth: depth + 1)
                items.append(own)
                height = max(height, inner + 1)
            }
            value = .list(items)
        case .mapping(let mapping):
            let (entries, inner) = try entries(of: mapping, depth: depth)
            height = inner
            value = .map(entries)
        case .alias: throw ScenarioError("an alias refers to nothing", at: place)
        }
        let made = ScenarioNode(value: value, place: place)
        if let name = node.anchor?.rawValue {
            anchors[name] = Measured(node: made, count: count - before, height: height)
        }
        return (made, height)
    }

    /// The value of an alias, measured as if it were written in its place.
    private mutating func followed(
        _ name: String, depth: Int, at place: ScenarioError.Place
    ) throws(ScenarioError) -> (node: ScenarioNode, height: Int) {
        guard let anchor = anchors[name] else {
            throw ScenarioError("the alias '*\(name)' refers to no anchor before it", at: place)
        }
        try add(anchor.count, at: place)
        try check(depth + anchor.height, at: place)
        return (anchor.node, anchor.height)
    }

    private mutating func add(_ number: Int, at place: ScenarioError.Place) throws(ScenarioError) {
        count += number
        guard count <= ScenarioNode.Bounds.nodes else {
            throw ScenarioError("the file contains more than \(ScenarioNode.Bounds.nodes) values", at: place)
        }
    }

    private func check(_ depth: Int, at place: ScenarioError.Place) throws(ScenarioError) {
        guard depth <= ScenarioNode.Bounds.depth else {
            throw ScenarioError("values are nested deeper than \(ScenarioNode.Bounds.depth) levels", at: place)
        }
    }

    private static func place(of node: Node) -> ScenarioError.Place {
        ScenarioError.Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private mutating func entries(
        of mapping: Node.Mapping, depth: Int
    ) throws(ScenarioError) -> ([ScenarioNode.Entry], height: Int) {
        var own: [ScenarioNode.Entry] = []
        var keys: Set<String> = []
        var merged: [ScenarioNode.Entry] = []
        var height = 0
        for (key, value) in mapping {
            let place = Self.place(of: key)
            guard case .scalar(let scalar) = key else {
                throw ScenarioError("a key is a word, not a list or a map", at: place)
            }
            let name = scalar.string.replacing(String(Self.star), with: "*")
            let (read, inner) = try read(value, depth: depth + 1)
            height = max(height, inner + 1)
            if name == "<<" {
                merged += try self.merged(read)
                continue
            }
            guard keys.insert(name).inserted else { throw ScenarioError("'\(name)' is given twice", at: place) }
            own.append(ScenarioNode.Entry(key: name, keyPlace: place, value: read))
        }
        // A map's own members take precedence over merged ones; among several merged maps, the first takes precedence.
        for entry in merged where keys.insert(entry.key).inserted { own.append(entry) }
        return (own, height)
    }

    private func merged(_ value: ScenarioNode) throws(ScenarioError) -> [ScenarioNode.Entry] {
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
            self.init(Self.sentence(of: problem), at: Place(line: mark.line, column: mark.column))
        case .reader(let problem, let offset, let value, let text):
            let place = offset.map { Place(ofByte: $0, in: text.utf8) }
            self.init(
                value > 0
                    ? "the character U+\(String(value, radix: 16, uppercase: true)) is not allowed in YAML"
                    : "this is not YAML: \(problem)", at: place)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? "a key"
            self.init("'\(key)' is given twice", at: Place(line: context.mark.line, column: context.mark.column))
        default: self.init("the file cannot be read as YAML: \(error)")
        }
    }

    /// What is wrong, in the words of a user of scenario files where the parser has its own.
    private static func sentence(of problem: String) -> String {
        if problem.contains("nesting level") {
            return "values are nested deeper than \(ScenarioNode.Bounds.depth) levels"
        }
        if problem.contains("another document") {
            return "a second document begins here: a scenario file is a single one"
        }
        if problem.contains("cannot start any token") {
            return "this is not YAML: \(problem); lines are indented by spaces, not tabs"
        }
        return "this is not YAML: \(problem)"
    }
}
