import Credentials
import Yams

extension RedactionPolicy {
    /// Parses the policy in `yaml`.
    ///
    /// - Throws: ``PolicyError`` with the line and the key; unknown keys are rejected.
    public init(yaml: String) throws(PolicyError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw PolicyReader.error(of: error)
        } catch {
            throw PolicyError(line: 1, key: "", problem: "is not valid YAML")
        }
        guard let root else { throw PolicyError(line: 1, key: "", problem: "the policy is empty; it needs rules") }
        self = try PolicyReader.policy(root)
    }
}

/// Parses a policy's YAML.
enum PolicyReader {
    static func error(of error: YamlError) -> PolicyError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            PolicyError(line: mark.line, key: "", problem: "is not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            PolicyError(line: context.mark.line, key: duplicates.first ?? "", problem: "is given twice")
        default: PolicyError(line: 1, key: "", problem: "is not valid YAML: \(error)")
        }
    }

    static func policy(_ root: Node) throws(PolicyError) -> RedactionPolicy {
        var policy = RedactionPolicy(rules: [], unparsable: .scan)
        var isExtension = false
        var hasRules = false
        for (key, value) in try pairs(root, "") {
            switch key {
            case "version":
                guard value.int == 1 else { throw mistake(value, key, "must be 1, the only version") }
            case "extends":
                guard value.string == "default" else { throw mistake(value, key, "must be 'default'") }
                isExtension = true
            case "unparsable":
                policy.unparsable = try choice(value, key)
            case "rules":
                guard case .sequence(let rules) = value else { throw mistake(value, key, "must be a list of rules") }
                hasRules = true
                for (index, rule) in rules.enumerated() {
                    policy.rules.append(try self.rule(rule, "rules[\(index)]"))
                }
            default:
                throw mistake(value, key, "is not known; known are version, extends, unparsable and rules")
            }
        }
        guard hasRules || isExtension else { throw mistake(root, "", "the policy needs rules") }
        if isExtension { policy.rules += RedactionPolicy.default.rules }
        return policy
    }

    private static func rule(_ node: Node, _ place: String) throws(PolicyError) -> RedactionRule {
        var rule = RedactionRule(selectors: [], treatment: Treatment(action: .keep))
        var action: Treatment.Action?
        var keptBytes: Int?
        var bodyPaths: [GlobPattern]?
        var types: [GlobPattern] = []
        for (key, value) in try pairs(node, place) {
            let path = "\(place).\(key)"
            switch key {
            case "action": action = try choice(value, path)
            case "of": rule.side = try choice(value, path)
            case "when": rule.condition = try choice(value, path)
            case "keep":
                guard let count = value.int, count >= 0 else {
                    throw mistake(value, path, "must be a number of bytes, 0 or more")
                }
                keptBytes = count
            case "body": bodyPaths = try texts(value, path).map { GlobPattern($0) }
            case "type": types = try texts(value, path).map { GlobPattern($0.lowercased()) }
            default: rule.selectors.append(try selector(key, value, path))
            }
        }
        guard let action else { throw mistake(node, place, "has no action") }
        if let bodyPaths {
            guard action == .drop || action == .cut || action == .keep else {
                throw mistake(node, "\(place).action", "a body can only be dropped, cut or kept")
            }
            rule.selectors.append(.bodies(paths: bodyPaths, types: types))
        } else if !types.isEmpty {
            throw mistake(node, "\(place).type", "needs body")
        }
        guard !rule.selectors.isEmpty else { throw mistake(node, place, "selects nothing; it needs \(places)") }
        guard keptBytes == nil || action == .cut else {
            throw mistake(node, "\(place).keep", "needs the action cut")
        }
        guard rule.condition == nil || action == .keep else {
            throw mistake(node, "\(place).when", "needs the action keep")
        }
        rule.treatment = Treatment(action: action, keptBytes: keptBytes ?? 4)
        return rule
    }

    private static let places = "one of name, header, cookie, query, form, json, text, path, pattern, regex, body"

    private static func selector(
        _ key: String, _ value: Node, _ path: String
    ) throws(PolicyError) -> RedactionRule.Selector {
        let texts = try texts(value, path)
        switch key {
        case "name":
            let all = Set(SecretPlace.allCases).subtracting([.cookie])
            return .names(texts.map(NamePattern.init), all)
        case "header": return .names(texts.map(NamePattern.init), [.header])
        case "cookie": return .names(texts.map(NamePattern.init), [.cookie])
        case "query": return .names(texts.map(NamePattern.init), [.query])
        case "form": return .names(texts.map(NamePattern.init), [.form])
        case "text": return .names(texts.map(NamePattern.init), [.text])
        case "json": return try json(texts, value, path)
        case "path":
            return .segments(
                try texts.map { text throws(PolicyError) in
                    guard let template = PathTemplate(text) else {
                        throw mistake(
                            value, path, "'\(text)' is not a path with {} for the value: /reset/{}")
                    }
                    return template
                })
        case "pattern":
            guard texts.count == 1, let pattern = TextPattern.builtIn[texts[0]] else {
                throw mistake(value, path, "must be one of card, email, jwt and key; write other patterns as regex")
            }
            return .pattern(pattern)
        case "regex":
            guard texts.count == 1 else { throw mistake(value, path, "must be one regular expression") }
            do throws(PolicyMistake) {
                return .pattern(.expression(try RegularExpression(texts[0])))
            } catch {
                throw mistake(value, path, "'\(texts[0])' \(error.problem)")
            }
        default:
            throw mistake(value, path, "is not known; a rule has action, of, when, keep, type and \(places)")
        }
    }

    private static func json(
        _ texts: [String], _ value: Node, _ path: String
    ) throws(PolicyError) -> RedactionRule.Selector {
        guard texts.contains(where: { $0.hasPrefix("$") }) else {
            return .names(texts.map(NamePattern.init), [.json])
        }
        return .jsonPaths(
            try texts.map { text throws(PolicyError) in
                guard let pattern = JSONPathPattern(text) else {
                    throw mistake(
                        value, path,
                        "'\(text)' is not a path of at most 62 steps: $.user.email, $.items[*].card, $..password")
                }
                return pattern
            })
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: Node, _ path: String
    ) throws(PolicyError) -> Choice {
        let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = node.string, let choice = Choice(rawValue: text) else {
            throw mistake(node, path, "must be one of \(all)")
        }
        return choice
    }

    private static func texts(_ node: Node, _ path: String) throws(PolicyError) -> [String] {
        let nodes: [Node]
        if case .sequence(let sequence) = node { nodes = Array(sequence) } else { nodes = [node] }
        let texts = nodes.compactMap { if case .scalar(let scalar) = $0 { scalar.string } else { nil } }
        guard texts.count == nodes.count, !texts.isEmpty, !texts.contains("") else {
            throw mistake(node, path, "must be a string or a list of strings")
        }
        return texts
    }

    private static func pairs(_ node: Node, _ path: String) throws(PolicyError) -> [(key: String, value: Node)] {
        guard case .mapping(let mapping) = node else {
            throw mistake(
                node, path, path.isEmpty ? "a policy must be a mapping" : "must be a mapping")
        }
        var pairs: [(key: String, value: Node)] = []
        for (key, value) in mapping {
            guard let name = key.string else { throw mistake(key, path, "a key must be a string") }
            guard !pairs.contains(where: { $0.key == name }) else {
                throw mistake(key, path.isEmpty ? name : "\(path).\(name)", "is given twice")
            }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func mistake(_ node: Node, _ key: String, _ problem: String) -> PolicyError {
        PolicyError(line: node.mark?.line ?? 1, key: key, problem: problem)
    }
}
