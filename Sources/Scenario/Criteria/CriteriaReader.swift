/// Reads the criteria of a file, which may be a list, a map by scope, or both in one.
enum CriteriaReader {

    /// - Parameter node: `[p95<500ms, POST /login: p95<1s]`, or `{all: […], each: […], POST /login: […], during redis: […]}`.
    static func read(_ node: ScenarioNode?) throws(ScenarioError) -> [Criterion] {
        guard let node else { return [] }
        return try read(node, scope: .run)
    }

    private static func read(_ node: ScenarioNode, scope: Criterion.Scope) throws(ScenarioError) -> [Criterion] {
        switch node.value {
        case .scalar(let text, _):
            return [try Criterion(parsing: text.trimmed, scope: scope, place: node.place)]
        case .list(let items):
            var all: [Criterion] = []
            for item in items { all += try read(item, scope: scope) }
            return all
        case .map(let entries):
            if let weighted = try weighted(entries, scope: scope) { return [weighted] }
            var all: [Criterion] = []
            for entry in entries {
                guard scope == .run else {
                    throw ScenarioError("the scope '\(entry.key)' is inside another scope", at: entry.keyPlace)
                }
                all += try read(entry.value, scope: try self.scope(entry))
            }
            return all
        }
    }

    /// `{gate: p95<500ms, weight: 3}`.
    private static func weighted(
        _ entries: [ScenarioNode.Entry], scope: Criterion.Scope
    ) throws(ScenarioError) -> Criterion? {
        guard let text = entries.first(where: { $0.key == "that" }),
            let weight = entries.first(where: { $0.key == "weight" }),
            entries.count == 2
        else { return nil }
        var criterion = try Criterion(parsing: text.value.text("that"), scope: scope, place: text.value.place)
        guard let number = Double(try weight.value.text("weight")), number > 0, number <= 1000 else {
            throw ScenarioError("'weight' is a number above 0, at most 1000", at: weight.value.place)
        }
        criterion.weight = number
        return criterion
    }

    private static func scope(_ entry: ScenarioNode.Entry) throws(ScenarioError) -> Criterion.Scope {
        switch entry.key {
        case "all": return .run
        case "each": return .each
        case let key where key.hasPrefix("during "): return .during(fault: String(key.dropFirst(7)).trimmed)
        case let key where key.hasPrefix("after "): return .after(fault: String(key.dropFirst(6)).trimmed)
        case "": throw ScenarioError("a scope is empty", at: entry.keyPlace)
        default: return .named(entry.key)
        }
    }
}
