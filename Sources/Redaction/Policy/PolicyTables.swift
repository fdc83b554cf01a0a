/// A policy made ready to be asked, once for each value.
///
/// What a name means is looked up once and remembered, up to ``rememberedNames``.
struct PolicyTables {
    /// Names remembered at most.
    static let rememberedNames = 65_536
    /// Longer names are looked at by their beginning.
    private static let longestName = 256

    let jsonPaths: [(rule: Int, pattern: JSONPathPattern, treatment: Treatment, side: MessageSide)]
    let segments: [(template: PathTemplate, treatment: Treatment, side: MessageSide)]
    let patterns: [(pattern: TextPattern, treatment: Treatment, side: MessageSide)]
    let bodies: [(paths: [GlobPattern], types: [GlobPattern], treatment: Treatment, side: MessageSide)]
    private let names: [(rule: Int, patterns: [NamePattern], places: Set<NamedPlace>, found: NameRule)]
    private var remembered: [Int: NameRule?] = [:]

    /// What a rule says about a name.
    struct NameRule {
        /// The rule's place among all.
        var rule: Int
        var treatment: Treatment
    }

    init(_ policy: RedactionPolicy) {
        var jsonPaths: [(Int, JSONPathPattern, Treatment, MessageSide)] = []
        var segments: [(PathTemplate, Treatment, MessageSide)] = []
        var patterns: [(TextPattern, Treatment, MessageSide)] = []
        var bodies: [([GlobPattern], [GlobPattern], Treatment, MessageSide)] = []
        var names: [(Int, [NamePattern], Set<NamedPlace>, NameRule)] = []
        var sides: [MessageSide] = []
        for (index, rule) in policy.rules.enumerated() {
            for selector in rule.selectors {
                switch selector {
                case .names(let patterns, let places):
                    names.append((index, patterns, places, NameRule(rule: index, treatment: rule.treatment)))
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

    /// The first rule that means a value of this name; nil when none does.
    mutating func rule(for name: Bytes, at place: NamedPlace, of side: MessageSide) -> NameRule? {
        var hasher = Hasher()
        hasher.combine(place.rawValue &* 2 &+ (side == .request ? 1 : 0))
        hasher.combine(bytes: UnsafeRawBufferPointer(name))
        let hash = hasher.finalize()
        if let known = remembered[hash] { return known }
        let normalised = NamePattern.normalised(name.prefix(PolicyTables.longestName))
        var found: NameRule?
        for (entry, own) in zip(names, nameSides) where own.covers(side) && entry.places.contains(place) {
            if entry.patterns.contains(where: { $0.matches(normalised) }) {
                found = entry.found
                break
            }
        }
        if remembered.count >= PolicyTables.rememberedNames { remembered.removeAll(keepingCapacity: true) }
        remembered[hash] = .some(found)
        return found
    }
}
