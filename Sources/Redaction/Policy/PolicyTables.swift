import Credentials

/// A policy prepared for one lookup per value.
///
/// The rules for a name are looked up once and cached, for up to ``rememberedNames`` names.
struct PolicyTables {
    /// Maximum number of cached names.
    static let rememberedNames = 65_536

    let jsonPaths: [(rule: Int, pattern: JSONPathPattern, treatment: Treatment, side: MessageSide)]
    let segments: [(template: PathTemplate, treatment: Treatment, side: MessageSide)]
    let patterns: [(pattern: TextPattern, treatment: Treatment, side: MessageSide)]
    let bodies: [(paths: [GlobPattern], types: [GlobPattern], treatment: Treatment, side: MessageSide)]
    private let names: [(rule: Int, patterns: [NamePattern], places: Set<SecretPlace>, found: NameRule)]
    /// The rules for a name, up to the first without a condition.
    private var remembered: [Int: [NameRule]] = [:]

    /// A rule for a name.
    struct NameRule {
        /// The rule's index among all rules.
        var rule: Int
        var treatment: Treatment
        var condition: ValueCondition?
    }

    init(_ policy: RedactionPolicy) {
        var jsonPaths: [(Int, JSONPathPattern, Treatment, MessageSide)] = []
        var segments: [(PathTemplate, Treatment, MessageSide)] = []
        var patterns: [(TextPattern, Treatment, MessageSide)] = []
        var bodies: [([GlobPattern], [GlobPattern], Treatment, MessageSide)] = []
        var names: [(Int, [NamePattern], Set<SecretPlace>, NameRule)] = []
        var sides: [MessageSide] = []
        for (index, rule) in policy.rules.enumerated() {
            for selector in rule.selectors {
                switch selector {
                case .names(let patterns, let places):
                    let found = NameRule(rule: index, treatment: rule.treatment, condition: rule.condition)
                    names.append((index, patterns, places, found))
                    sides.append(rule.side)
                case .jsonPaths(let paths):
                    jsonPaths += paths.map { (index, $0, rule.treatment, rule.side) }
                case .segments(let templates): segments += templates.map { ($0, rule.treatment, rule.side) }
                case .pattern(let pattern): patterns.append((pattern, rule.treatment, rule.side))
                case .bodies(let paths, let types): bodies.append((paths, types, rule.treatment, rule.side))
                }
            }
        }
        self.jsonPaths = jsonPaths
        self.segments = segments
        self.patterns = patterns
        self.bodies = bodies
        self.names = names
        nameSides = sides
    }

    private let nameSides: [MessageSide]

    /// The first rule that applies to a value with this name; nil if there is none.
    ///
    /// - Parameter value: the value that the rules' conditions are checked against; without it, conditions are not met.
    mutating func rule(
        for name: Bytes, _ value: Bytes? = nil, at place: SecretPlace, of side: MessageSide
    ) -> NameRule? {
        var hasher = Hasher()
        hasher.combine(place.rawValue &* 2 &+ (side == .request ? 1 : 0))
        hasher.combine(bytes: UnsafeRawBufferPointer(name))
        let hash = hasher.finalize()
        let rules = remembered[hash] ?? remember(hash, rules(for: NormalisedName(name), at: place, of: side))
        return rules.first { rule in
            rule.condition.map { condition in value.map(condition.holds) ?? false } ?? true
        }
    }

    private func rules(for name: NormalisedName, at place: SecretPlace, of side: MessageSide) -> [NameRule] {
        var rules: [NameRule] = []
        for (entry, own) in zip(names, nameSides) where own.covers(side) && entry.places.contains(place) {
            guard entry.patterns.contains(where: { $0.matches(name) }) else { continue }
            rules.append(entry.found)
            if entry.found.condition == nil { break }
        }
        return rules
    }

    private mutating func remember(_ hash: Int, _ rules: [NameRule]) -> [NameRule] {
        if remembered.count >= PolicyTables.rememberedNames { remembered.removeAll(keepingCapacity: true) }
        remembered[hash] = rules
        return rules
    }
}
