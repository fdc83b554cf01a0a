public import Analysis

/// One run with one verdict.
public struct ScenarioDefinition: Hashable, Sendable {

    /// The load of a scenario.
    public enum Load: Hashable, Sendable {
        /// Phases one after another.
        case phases([Phase])
        case ladder(Ladder)
    }

    /// The scenario's name.
    public var name: String
    /// Its name in the file, which `matrix` and `repeat` extend.
    public var family: String
    /// The load over time.
    public var load: Load
    /// The traffic of phases that do not name one; nil for everything in the logs.
    public var traffic: String?
    /// Faults to inject.
    public var faults: [FaultDefinition] = []
    /// Conditions that the run must meet.
    public var gates: [Criterion] = []
    /// Conditions that count in the score.
    public var goals: [Criterion] = []
    /// Criteria that end the run if they fail for long enough.
    public var guards: [Criterion] = []
    /// Commands before the load.
    public var before: [ScenarioCommand] = []
    /// Commands after the load.
    public var after: [ScenarioCommand] = []
    /// Commands that must succeed after the load.
    public var checks: [ScenarioCommand] = []
    /// A run folder to compare with, or `last`.
    public var baseline: String?
    /// Where the baseline is named; nil for none.
    public var baselinePlace: ScenarioError.Place?
    /// Options of the replay.
    public var options = ReplayOptionValues()
    /// Its place in the file.
    public var place: ScenarioError.Place

    /// All phases in order, with a ladder's levels as phases.
    public var phases: [Phase] {
        switch load {
        case .phases(let phases): phases
        case .ladder(let ladder):
            ladder.levels.map { level in
                Phase(
                    name: "\(level)", level: .sessions(level), ramp: ladder.ramp, hold: ladder.hold, passes: nil,
                    traffic: nil,
                    group: "ladder", place: place)
            }
        }
    }

    /// Its gates and goals, and those of its phases.
    public var criteria: [Criterion] { gates + goals + phases.flatMap { $0.gates + $0.goals } }

    /// The series of watches that its criteria use.
    public var series: [Criterion.Series] {
        criteria.flatMap { criterion -> [Criterion.Series] in
            switch criterion.figure {
            case .watched(_, let series): [series]
            case .seriesRatio(let part, let whole): [part, whole]
            default: []
            }
        }
    }

    /// The planned duration; nil if passes or a search decide it.
    public var length: Duration? {
        var sum = Duration.zero
        for phase in phases {
            guard let length = phase.length else { return nil }
            sum += length
        }
        return sum
    }
}

extension ScenarioDefinition {

    /// Reads a scenario; with `matrix` or `repeat` it expands to several.
    ///
    /// - Parameters:
    ///   - node: the scenario's map
    ///   - inherited: the file's defaults for all scenarios
    static func read(
        name: String, _ node: ScenarioNode, inherited: FileDefaults
    ) throws(ScenarioError) -> [ScenarioDefinition] {
        guard case .map(var entries) = node.value else {
            throw ScenarioError("scenario '\(name)' must be a map", at: node.place)
        }
        guard let index = entries.firstIndex(where: { $0.key == "matrix" }) else {
            return try repeated(name: name, node, inherited: inherited)
        }
        let matrix = entries.remove(at: index).value
        var map = try MapReader(matrix, "matrix")
        var variants: [(name: String, entries: [ScenarioNode.Entry])] = [(name, entries)]
        let axes = map.takeAll()
        guard !axes.isEmpty else { throw ScenarioError("'matrix' is empty", at: matrix.place) }
        for axis in axes {
            guard variants.count * axis.value.items.count <= 100 else {
                throw ScenarioError("a matrix can have at most 100 fields", at: matrix.place)
            }
            variants = try Self.crossed(variants, with: axis)
        }
        var all: [ScenarioDefinition] = []
        for variant in variants {
            all += try repeated(
                name: variant.name, ScenarioNode(value: .map(variant.entries), place: node.place), inherited: inherited)
        }
        for index in all.indices { all[index].family = name }
        return all
    }

    private static func crossed(
        _ variants: [(name: String, entries: [ScenarioNode.Entry])], with axis: ScenarioNode.Entry
    ) throws(ScenarioError) -> [(name: String, entries: [ScenarioNode.Entry])] {
        var crossed: [(name: String, entries: [ScenarioNode.Entry])] = []
        for variant in variants {
            guard !variant.entries.contains(where: { $0.key == axis.key }) else {
                throw ScenarioError("'\(axis.key)' is both in the matrix and outside it", at: axis.keyPlace)
            }
            guard !axis.value.items.isEmpty else {
                throw ScenarioError("'\(axis.key)' of the matrix has no values", at: axis.value.place)
            }
            for item in axis.value.items {
                guard case .scalar(let word, _) = item.value else {
                    throw ScenarioError(
                        "'\(axis.key)' of the matrix lists single values, which name its scenarios", at: item.place)
                }
                let entry = ScenarioNode.Entry(key: axis.key, keyPlace: axis.keyPlace, value: item)
                crossed.append(("\(variant.name)-\(word)", variant.entries + [entry]))
            }
        }
        return crossed
    }

    private static func repeated(
        name: String, _ node: ScenarioNode, inherited: FileDefaults
    ) throws(ScenarioError) -> [ScenarioDefinition] {
        var map = try MapReader(node, "scenario '\(name)'")
        let times = try map.count("repeat", 1...100) ?? 1
        let scenario = try ScenarioDefinition(name: name, &map, inherited: inherited)
        try map.finish()
        guard times > 1 else { return [scenario] }
        return (1...times).map { number in
            var copy = scenario
            copy.name = "\(name)-run-\(number)"
            return copy
        }
    }

    init(name: String, _ map: inout MapReader, inherited: FileDefaults) throws(ScenarioError) {
        self.name = name
        family = name
        place = map.place
        load = .phases([])
        try takeCriteria(from: &map, inherited)
        try takeCommands(from: &map, inherited)
        options = inherited.options.overlaid(by: try ReplayOptionValues(&map))
        try takeLoad(from: &map, inherited)
        try checkLength()
    }

    /// What is judged, and what disturbs the run.
    private mutating func takeCriteria(
        from map: inout MapReader, _ inherited: FileDefaults
    ) throws(ScenarioError) {
        for (index, item) in (map.take("faults")?.items ?? []).enumerated() {
            faults.append(try FaultDefinition(item, number: index + 1))
        }
        gates = inherited.gates + (try CriteriaReader.read(map.take("gates")))
        goals = inherited.goals + (try CriteriaReader.read(map.take("goals")))
        guards = inherited.guards + (try CriteriaReader.read(map.take("guards")))
        baselinePlace = map.peek("baseline")?.place ?? inherited.baselinePlace
        baseline = try map.text("baseline") ?? inherited.baseline
    }

    /// What is run besides the load.
    private mutating func takeCommands(
        from map: inout MapReader, _ inherited: FileDefaults
    ) throws(ScenarioError) {
        before = inherited.before + (try ScenarioCommand.read(map.take("before")))
        after = try ScenarioCommand.read(map.take("after")) + inherited.after
        checks = inherited.checks + (try ScenarioCommand.read(map.take("checks")))
    }

    /// A ladder, several phases, or the single phase of a scenario without them.
    private mutating func takeLoad(from map: inout MapReader, _ inherited: FileDefaults) throws(ScenarioError) {
        let graceful = try map.duration("graceful") ?? inherited.graceful
        let spikes = map.take("spikes")
        if let spikes, map.peek("ladder") != nil || map.peek("phases") != nil {
            throw ScenarioError("spikes cut a single phase: leave out 'ladder' and 'phases'", at: spikes.place)
        }
        if let ladder = try Ladder(&map) {
            load = .ladder(ladder)
            traffic = try map.text("traffic") ?? inherited.traffic
        } else if let node = map.take("phases") {
            load = .phases(try Self.phases(node, graceful: graceful))
            traffic = try map.text("traffic") ?? inherited.traffic
        } else {
            let phase = try Phase(&map, name: name, graceful: graceful)
            let cut = try spikes.map { node throws(ScenarioError) in try Self.phases(phase, cutBy: node) }
            load = .phases(cut ?? [phase])
            traffic = phase.traffic ?? inherited.traffic
        }
    }

    private static func phases(_ node: ScenarioNode, graceful: Duration) throws(ScenarioError) -> [Phase] {
        var phases: [Phase] = []
        if case .map(let entries) = node.value, entries.allSatisfy({ $0.value.isMap }) {
            throw ScenarioError(
                "'phases' lists maps, such as [{name: warm-up, sessions: 100, hold: 5m}]", at: node.place)
        }
        for (index, item) in node.items.enumerated() {
            var map = try MapReader(item, "phase")
            let gates = try CriteriaReader.read(map.take("gates"))
            let goals = try CriteriaReader.read(map.take("goals"))
            let options = try ReplayOptionValues(&map)
            var phase = try Phase(&map, name: "phase-\(index + 1)", graceful: graceful)
            try map.finish()
            (phase.gates, phase.goals, phase.options) = (gates, goals, options)
            guard !phases.contains(where: { $0.name == phase.name }) else {
                throw ScenarioError("two phases are called '\(phase.name)'", at: item.place)
            }
            phases.append(phase)
        }
        guard !phases.isEmpty else { throw ScenarioError("'phases' is empty", at: node.place) }
        return phases
    }

    private static func phases(_ phase: Phase, cutBy node: ScenarioNode) throws(ScenarioError) -> [Phase] {
        let spikes = try Spikes(node)
        let phases = try spikes.phases(in: phase)
        guard phases.count > 1 else {
            throw ScenarioError("spikes need a level, and a time that holds at least one of them", at: node.place)
        }
        guard let base = phase.level.sessionCount, spikes.sessions <= base else { return phases }
        throw ScenarioError(
            "a spike of \(spikes.sessions) sessions is no higher than the level of \(base)", at: node.place)
    }
}

extension ScenarioDefinition {

    /// The longest scenario: times of a run are nanoseconds, and sums of them must not overflow.
    private static let longest = Duration.seconds(366 * 86400)

    private func checkLength() throws(ScenarioError) {
        for phase in phases where phase.ramp + (phase.hold ?? .zero) > Self.longest {
            throw ScenarioError("a scenario lasts at most a year", at: phase.place)
        }
        if let length, length > Self.longest { throw ScenarioError("a scenario lasts at most a year", at: place) }
    }
}

/// A file's defaults for all of its scenarios.
struct FileDefaults {
    var traffic: String?
    var gates: [Criterion] = []
    var goals: [Criterion] = []
    var guards: [Criterion] = []
    var before: [ScenarioCommand] = []
    var after: [ScenarioCommand] = []
    var checks: [ScenarioCommand] = []
    var baseline: String?
    var baselinePlace: ScenarioError.Place?
    var graceful = Duration.zero
    var options = ReplayOptionValues()
}
