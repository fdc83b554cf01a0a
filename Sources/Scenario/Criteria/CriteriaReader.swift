internal import Analysis

/// Reads the criteria of a file, which may be a list, a map by scope, or a mixture of both.
enum CriteriaReader {

    /// - Parameter node: `[p95<500ms, POST /login: p95<1s]`, or
    ///   `{all: […], each: […], POST /login: […], during redis: […]}`.
    static func read(_ node: ScenarioNode?) throws(ScenarioError) -> [Criterion] {
        guard let node else { return [] }
        return try read(node, scope: .run)
    }

    private static func read(_ node: ScenarioNode, scope: Criterion.Scope) throws(ScenarioError) -> [Criterion] {
        switch node.value {
        case .scalar(let text, _): return [try parsed(text, scope, node)]
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
                guard !entry.key.isEmpty else { throw ScenarioError("a scope is empty", at: entry.keyPlace) }
                all += try read(entry.value, scope: Criterion.Scope(name: entry.key))
            }
            return all
        }
    }

    /// `{that: p95<500ms, weight: 3}`.
    private static func weighted(
        _ entries: [ScenarioNode.Entry], scope: Criterion.Scope
    ) throws(ScenarioError) -> Criterion? {
        guard let text = entries.first(where: { $0.key == "that" }) else { return nil }
        guard let weight = entries.first(where: { $0.key == "weight" }), entries.count == 2 else {
            let other = entries.first { $0.key != "that" && $0.key != "weight" } ?? text
            throw ScenarioError(
                "a criterion with a weight has the form {that: p95<500ms, weight: 3}", at: other.keyPlace)
        }
        var criterion = try parsed(text.value.text("that"), scope, text.value)
        guard let number = Double(try weight.value.text("weight")), number > 0, number <= 1000 else {
            throw ScenarioError("'weight' must be a number above 0, at most 1000", at: weight.value.place)
        }
        criterion.weight = number
        return criterion
    }

    private static func parsed(
        _ text: String, _ scope: Criterion.Scope, _ node: ScenarioNode
    ) throws(ScenarioError) -> Criterion {
        var text = text[...]
        while text.last == " " { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        guard !text.isEmpty else {
            throw ScenarioError("a criterion is empty: give a condition such as p95<500ms", at: node.place)
        }
        do throws(CriterionError) {
            return try Criterion(parsing: String(text), scope: scope, place: node.place)
        } catch {
            throw ScenarioError(error, at: node.place)
        }
    }
}
