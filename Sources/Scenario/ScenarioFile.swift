/// A campaign: the content of a scenario file, with defaults resolved and names checked.
public struct ScenarioFile: Hashable, Sendable {

    /// The words for a verdict, such as `APPROVED` and `BLOCKED`.
    public struct VerdictWords: Hashable, Sendable {
        /// The word if all gates hold.
        public var pass = "PASS"
        /// The word if a gate failed.
        public var fail = "FAIL"
    }

    /// A band of the score: its name, and the percentage at which it begins.
    public struct ScoreBand: Hashable, Sendable {
        /// The band's name.
        public var name: String
        /// The lowest percentage in it.
        public var percent: Double
    }

    /// The campaign's name.
    public var name: String
    /// Session logs, relative to the file's folder.
    public var logs: [String] = []
    /// Where they are named; nil if they are not.
    public var logPlace: ScenarioError.Place?
    /// The traffics by name.
    public var traffic: [TrafficDefinition] = []
    /// The programs that scenarios need.
    public var services: [ServiceDefinition] = []
    /// What is measured on the target's side.
    public var watches: [WatchDefinition] = []
    /// The words for verdicts.
    public var verdictWords = VerdictWords()
    /// From the highest percentage down.
    public var scoreBands: [ScoreBand] = []
    /// The scenarios in the order of the file.
    public var scenarios: [ScenarioDefinition] = []

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: YAML
    ///   - name: the campaign's name if the file does not give one: the file's name without its extension
    ///   - overrides: changes from the command line, applied in order before anything is read
    /// - Throws: the first error, with its line and column
    public init(parsing text: String, name: String, overrides: [ScenarioOverride] = []) throws(ScenarioError) {
        var root = try ScenarioNode.parse(text)
        for override in overrides { try root.set(override) }
        var map = try MapReader(root, "the file")
        // Templates for anchors, as in files of Docker Compose.
        map.dropAll { $0.hasPrefix("x-") }
        self.name = try map.text("name") ?? name
        logPlace = map.peek("log")?.place
        logs = try map.texts("log")
        // In a file with a single scenario, `traffic` may be its level by traffic or the name of a traffic.
        if let node = map.peek("traffic"), node.definesNames || map.peek("scenarios") != nil {
            traffic = try TrafficDefinition.all(map.take("traffic"))
        }
        for entry in try Self.entries(map.take("services"), "services", "{redis: {start: redis-server}}") {
            services.append(try ServiceDefinition(entry))
        }
        for entry in try Self.entries(map.take("watch"), "watch", "{api: {port: 8000}}") {
            watches.append(try WatchDefinition(entry))
        }
        if let node = map.take("verdict") {
            var words = try MapReader(node, "verdict")
            verdictWords.pass = try words.text("pass") ?? verdictWords.pass
            verdictWords.fail = try words.text("fail") ?? verdictWords.fail
            try words.finish()
            guard verdictWords.pass != verdictWords.fail, !verdictWords.pass.isEmpty, !verdictWords.fail.isEmpty else {
                throw ScenarioError("'pass' and 'fail' need different words", at: node.place)
            }
        }
        scoreBands = try Self.scoreBands(map.take("score"))
        if map.peek("scenarios") != nil {
            guard let node = map.take("scenarios") else {
                throw ScenarioError("'scenarios' is empty", at: root.place)
            }
            var defaults = FileDefaults()
            defaults.gates = try CriteriaReader.read(map.take("gates"))
            defaults.goals = try CriteriaReader.read(map.take("goals"))
            defaults.guards = try CriteriaReader.read(map.take("guards"))
            defaults.before = try ScenarioCommand.read(map.take("before"))
            defaults.after = try ScenarioCommand.read(map.take("after"))
            defaults.checks = try ScenarioCommand.read(map.take("checks"))
            defaults.baselinePlace = map.peek("baseline")?.place
            defaults.baseline = try map.text("baseline")
            defaults.graceful = try map.duration("graceful") ?? .zero
            defaults.options = try ReplayOptionValues(&map)
            try map.finish()
            for entry in try Self.entries(node, "scenarios", "{peak: {sessions: 100, hold: 5m}}") {
                scenarios += try ScenarioDefinition.read(name: entry.key, entry.value, inherited: defaults)
                guard scenarios.count <= Self.mostScenarios else {
                    throw ScenarioError("a file can have at most \(Self.mostScenarios) scenarios", at: entry.keyPlace)
                }
            }
        } else {
            // The whole file is a single scenario.
            scenarios = [try ScenarioDefinition(name: self.name, &map, inherited: FileDefaults())]
            try map.finish()
        }
        guard !scenarios.isEmpty else { throw ScenarioError("the file has no scenario", at: root.place) }
        try checkNames()
    }

    /// The most scenarios of a file, with those of its matrices and repetitions.
    private static let mostScenarios = 1000

    /// The members of a map from names to definitions.
    ///
    /// - Parameter example: what such a map looks like, for messages
    static func entries(
        _ node: ScenarioNode?, _ key: String, _ example: String
    ) throws(ScenarioError) -> [ScenarioNode.Entry] {
        guard let node else { return [] }
        guard case .map(let entries) = node.value else {
            throw ScenarioError("'\(key)' maps names to definitions, such as \(example)", at: node.place)
        }
        if let unnamed = entries.first(where: { $0.key.allSatisfy(\.isWhitespace) }) {
            throw ScenarioError("a name in '\(key)' is empty", at: unnamed.keyPlace)
        }
        return entries
    }

    private static func scoreBands(_ node: ScenarioNode?) throws(ScenarioError) -> [ScoreBand] {
        guard let node else { return [] }
        var map = try MapReader(node, "score")
        var bands: [ScoreBand] = []
        for entry in map.takeAll() {
            let text = try entry.value.text(entry.key)
            guard let percent = Double(text), percent >= 0, percent <= 100 else {
                throw ScenarioError(
                    "a band begins at a percentage from 0 to 100, not '\(text)'", at: entry.value.place,
                    suggestion: text.hasSuffix("%") ? String(text.dropLast()) : nil)
            }
            if let other = bands.first(where: { $0.percent == percent }) {
                throw ScenarioError(
                    "the bands '\(other.name)' and '\(entry.key)' begin at the same percentage", at: entry.value.place)
            }
            bands.append(ScoreBand(name: entry.key, percent: percent))
        }
        return bands.sorted { $0.percent > $1.percent }
    }

    /// The name of the band of a score; nil below the lowest band.
    public func band(ofPercent percent: Double) -> String? { scoreBands.first { percent >= $0.percent }?.name }
}

extension ScenarioNode {

    /// Whether this is a map.
    var isMap: Bool { if case .map = value { true } else { false } }

    /// Whether this is a map whose values are maps.
    fileprivate var definesNames: Bool {
        guard case .map(let entries) = value else { return false }
        return entries.contains(where: \.value.isMap)
    }
}
