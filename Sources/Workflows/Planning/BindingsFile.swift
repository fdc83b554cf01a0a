public import Plan
import Yams

/// The bindings file that a user edits: the bindings found, and the user's decisions about them.
public enum BindingsFile {
    /// A problem in a file.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// The file, the line if known, and the problem, on one line.
        public var description: String
    }

    /// The longest file that is read, in bytes.
    public static let byteLimit = 16 << 20

    /// The bindings that `plan` found, in the form that ``rules(in:path:)`` reads.
    ///
    /// - Parameter heading: comment lines that explain the format.
    public static func text(of plan: ReplayPlan, heading: String) -> String {
        var text = heading
        let texts = zip(plan.options.bindingRules.rules, plan.findings.rules).filter { rule, effect in
            effect.problem == nil && (rule.value ?? rule.asked ?? rule.signature) != nil
        }
        text += "bindings:" + (plan.findings.bindings.isEmpty && texts.isEmpty ? " []\n" : "\n")
        for (rule, _) in texts { add(rule, to: &text) }
        for binding in plan.findings.bindings { add(binding, to: &text) }
        if !plan.findings.constants.isEmpty {
            text +=
                "# Not bound, because sessions of different users share these values. Move one up, with pin: true, to bind it.\n"
            text += "constants:\n"
            for binding in plan.findings.constants { add(binding, to: &text) }
        }
        addIdentities(plan.findings.identities, to: &text)
        addTokens(plan.findings.tokens, to: &text)
        return text
    }

    private static func addIdentities(_ identities: [PlanFindings.Identity], to text: inout String) {
        guard !identities.isEmpty else { return }
        text +=
            "# User names in logins and registrations, and what replaces them in each replayed session.\n"
        text += "# drop: true sends it as recorded; other fields of such requests may be added.\n"
        text += "identities:\n"
        for identity in identities {
            text += "- request: \(quoted(identity.endpoint))\n  field: \(quoted(identity.field))\n"
            text += identity.becomes.map { "  value: \(quoted($0))\n" } ?? "  drop: true\n"
        }
    }

    private static func addTokens(_ tokens: [PlanFindings.Token], to text: inout String) {
        let unsigned = tokens.filter { $0.sentAsRecorded != nil }
        guard !unsigned.isEmpty else { return }
        text +=
            "# Sent as recorded, because no response contains them. Move one up, with a value such as a feed's, to change it:\n"
        for token in unsigned {
            text += "#- value: \"{apikey}\"\n#  into:\n"
            text += "#  - request: \(quoted(token.endpoint))\n#    put: \(quoted(token.place))\n"
        }
    }

    /// Adds a rule of the user that is in effect.
    private static func add(_ rule: BindingRules.Rule, to text: inout String) {
        let own = [("value", rule.value), ("mint", rule.asked), ("sign", rule.signature), ("name", rule.name)]
        var lead = "- "
        for case (let key, let value?) in own {
            text += "\(lead)\(key): \(quoted(value))\n"
            lead = "  "
        }
        if rule.isForClone { text += "  per: clone\n" }
        text += "  into:\n"
        for sink in rule.sinks { text += "  - request: \(quoted(sink.endpoint))\n    put: \(quoted(sink.place))\n" }
    }

    private static func add(_ binding: PlanFindings.Binding, to text: inout String) {
        text += "- name: \(quoted(binding.name))\n  response: \(quoted(binding.sourceEndpoint))\n"
        text += "  take: \(quoted(binding.source))\n  sessions: \(binding.sessions)\n  into:\n"
        for sink in binding.sinks {
            text +=
                "  - request: \(quoted(sink.endpoint))\n    put: \(quoted(sink.place))\n    sessions: \(sink.sessions)\n"
        }
    }

    /// A JSON string, which is also a YAML string.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}", "\u{feff}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// The decisions in a file's text.
    ///
    /// - Parameter path: the file's path, for messages.
    /// - Throws: the problem in the file, with its line.
    public static func rules(in bytes: [UInt8], path: String) throws(Problem) -> BindingRules {
        let document: Node?
        do {
            document = try compose(yaml: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Problem(description: "\(path) is not valid YAML: \(error)")
        }
        guard let document, let mapping = document.mapping else {
            throw Problem(description: "\(path): expected a list called 'bindings'")
        }
        try check(mapping, keys: ["bindings", "constants", "identities"], path)
        return BindingRules(
            try entries("bindings", of: mapping, path).map { (node) throws(Problem) in try rule(node, path) },
            identities: try entries("identities", of: mapping, path).map { (node) throws(Problem) in
                try identity(node, path)
            })
    }

    private static func entries(_ name: String, of mapping: Node.Mapping, _ path: String) throws(Problem) -> [Node] {
        guard let list = mapping[Node(name)], list.null == nil else { return [] }
        guard let entries = list.sequence else { throw failure(list, "'\(name)' must be a list", path) }
        return Array(entries)
    }

    private static func identity(_ node: Node, _ path: String) throws(Problem) -> BindingRules.IdentityRule {
        guard let entry = node.mapping, let endpoint = entry["request"]?.string, let field = entry["field"]?.string
        else { throw failure(node, "an identity needs 'request', 'field' and 'value'", path) }
        try check(entry, keys: ["request", "field", "value", "drop"], path)
        let isDropped = try flag(entry["drop"], path)
        guard isDropped || entry["value"]?.string != nil else {
            throw failure(node, "an identity needs a 'value', or 'drop: true'", path)
        }
        return .init(endpoint: endpoint, field: field, value: isDropped ? nil : entry["value"]?.string)
    }

    private static func rule(_ node: Node, _ path: String) throws(Problem) -> BindingRules.Rule {
        guard let entry = node.mapping else {
            throw failure(node, "a binding needs 'response', 'take' and 'into'", path)
        }
        try check(
            entry,
            keys: ["name", "response", "take", "into", "sessions", "drop", "pin", "value", "mint", "sign", "per"], path)
        var rule = BindingRules.Rule(name: entry["name"]?.string, value: entry["value"]?.string)
        (rule.asked, rule.signature) = (entry["mint"]?.string, entry["sign"]?.string)
        let own = [rule.value, rule.asked, rule.signature].compactMap { $0 }
        guard own.count <= 1 else {
            throw failure(node, "a binding can have only one of 'value', 'mint' and 'sign'", path)
        }
        rule.isDropped = try flag(entry["drop"], path)
        rule.isPinned = try flag(entry["pin"], path)
        if let per = entry["per"] {
            guard let word = per.string, ["clone", "request"].contains(word) else {
                throw failure(per, "'per' must be 'clone' or 'request'", path)
            }
            rule.isForClone = word == "clone"
        }
        if let endpoint = entry["response"]?.string, let place = entry["take"]?.string {
            rule.source = .init(endpoint: endpoint, place: place)
        } else if own.isEmpty {
            throw failure(node, "a binding needs 'response' and 'take', or a 'value', 'mint' or 'sign'", path)
        }
        if let sinks = entry["into"] {
            guard let list = sinks.sequence else { throw failure(sinks, "'into' must be a list", path) }
            rule.sinks = try Array(list).map { (sink) throws(Problem) in
                guard let place = sink.mapping, let endpoint = place["request"]?.string, let put = place["put"]?.string
                else {
                    throw failure(sink, "'into' must list pairs of 'request' and 'put'", path)
                }
                try check(place, keys: ["request", "put", "sessions"], path)
                return .init(endpoint: endpoint, place: put)
            }
        }
        if !own.isEmpty, rule.sinks.isEmpty { throw failure(node, "a 'value' needs an 'into'", path) }
        return rule
    }

    private static func flag(_ node: Node?, _ path: String) throws(Problem) -> Bool {
        guard let node else { return false }
        guard let value = node.bool else { throw failure(node, "expected true or false", path) }
        return value
    }

    private static func check(_ mapping: Node.Mapping, keys: Set<String>, _ path: String) throws(Problem) {
        for (key, _) in mapping where !keys.contains(key.string ?? "") {
            throw failure(key, "'\(key.string ?? "?")' is not one of \(keys.sorted().joined(separator: ", "))", path)
        }
    }

    private static func failure(_ node: Node, _ message: String, _ path: String) -> Problem {
        Problem(description: "\(path):\(node.mark.map { "\($0.line):" } ?? "") \(message)")
    }
}
