internal import Analysis
internal import Measurement
internal import Traffic

/// Findings about a campaign from its file alone, before anything is sent: surprising settings, and criteria that
/// cannot be met.
public struct DryRun: Hashable, Sendable {

    /// Something that a user should know before the run.
    public struct Finding: Hashable, Sendable {
        /// What a finding means for the run.
        public enum Kind: Hashable, Sendable {
            /// A criterion that no service can meet.
            case unreachable
            /// The run will do something different from what the file seems to say.
            case surprising
        }

        /// Its meaning for the run.
        public var kind: Kind
        /// The scenario; empty for the whole file.
        public var scenario: String
        /// What the user should know, as one sentence.
        public var text: String
    }

    /// The findings, in the order of the file.
    public private(set) var findings: [Finding] = []

    /// The shortest run in which a leak can usually be detected.
    static let leakLength = Duration.seconds(15 * 60)

    /// Checks a campaign.
    public init(_ file: ScenarioFile) {
        for traffic in file.traffic where abs(traffic.writtenPercent - 100) > 0.01 && traffic.isWrittenInPercent {
            add(
                .surprising, "",
                "the shares of '\(traffic.name)' add up to \(Self.short(traffic.writtenPercent)) %; they are scaled to 100 %"
            )
        }
        checkSharedAddress(file)
        for scenario in file.scenarios {
            checkRates(scenario, in: file)
            checkLimits(scenario)
            checkJudging(scenario)
            checkTimes(scenario)
            checkLeaks(scenario)
            checkOutages(scenario)
            checkFaults(scenario)
            checkGuards(scenario)
            checkNames(scenario, in: file)
            checkAddresses(scenario, in: file)
        }
    }

    private mutating func checkTimes(_ scenario: ScenarioDefinition) {
        for phase in scenario.phases where phase.ramp > .zero {
            if let hold = phase.hold, hold < phase.ramp {
                add(
                    .surprising, scenario.name,
                    "\(phase.name) is at its level for \(DurationText.text(hold)) of \(DurationText.text(hold + phase.ramp)); its figures are those of the level"
                )
            }
        }
        if case .phases(let phases) = scenario.load, let last = phases.last(where: { $0.group == "spikes" }),
            let first = phases.first(where: { $0.group == "spikes" }), let whole = first.hold, let cut = last.hold,
            cut < whole
        {
            add(
                .surprising, scenario.name,
                "the last spike is cut to \(DurationText.text(cut)) by the end of the scenario")
        }
    }

    private mutating func checkLeaks(_ scenario: ScenarioDefinition) {
        let judged = scenario.phases.filter(\.isJudged)
        for criterion in scenario.gates + scenario.goals {
            let isOfPhase = criterion.names(oneOf: scenario.phases)
            checkLeak(criterion, scenario, isOfPhase ? scenario.phases : judged)
        }
        for phase in scenario.phases {
            for criterion in phase.gates + phase.goals { checkLeak(criterion, scenario, [phase]) }
        }
    }

    /// A leak is looked for while the longest level in its scope is held.
    private mutating func checkLeak(_ criterion: Criterion, _ scenario: ScenarioDefinition, _ phases: [Phase]) {
        guard case .noLeak = criterion.figure else { return }
        let holds = phases.filter { criterion.scope.concerns($0) }.compactMap(\.hold)
        guard let longest = holds.max(), longest < Self.leakLength else { return }
        add(
            .surprising, scenario.name,
            "'\(criterion.label)' is often inconclusive in \(DurationText.text(longest)); it needs "
                + "\(DurationText.text(Self.leakLength)) or more")
    }

    /// A hanging request fails only at its timeout, so an outage cannot appear shorter than that.
    private mutating func checkOutages(_ scenario: ScenarioDefinition) {
        let timeout = scenario.options.value("timeout").flatMap { Duration(text: $0) } ?? .seconds(30)
        for criterion in scenario.criteria {
            guard case .outage(let name) = criterion.figure, let comparison = criterion.comparison,
                !comparison.relation.wantsMore, let fault = scenario.faults.first(where: { $0.name == name }),
                let length = fault.length
            else { continue }
            let limit = Duration.milliseconds(Int64(min(comparison.limit.value, 1e15)))
            if limit < length {
                add(
                    .surprising, scenario.name,
                    "'\(criterion.text)': \(name) is away for \(DurationText.text(length)), so this needs a service that works "
                        + "without it")
            }
            if timeout >= limit {
                add(
                    .surprising, scenario.name,
                    "'\(criterion.text)': a hanging request fails only after \(DurationText.text(timeout)) (timeout); a single one "
                        + "uses up the limit")
            }
        }
    }

    /// Per-address limits treat all sessions as one client, unless they have separate sources.
    private mutating func checkAddresses(_ scenario: ScenarioDefinition, in file: ScenarioFile) {
        let looksAtLimits = scenario.criteria.contains { criterion in
            let kinds: Set<ResponseKind> =
                switch criterion.figure {
                case .share(let kinds), .requestRate(let kinds), .before(let kinds): kinds
                default: []
                }
            return kinds.contains(.status(429)) || kinds.contains(.status(403))
        }
        guard looksAtLimits else { return }
        let kinds = Set(
            scenario.phases.flatMap { phase -> [String] in
                if case .byTraffic(let counts) = phase.level { return counts.map(\.traffic) }
                return [phase.traffic ?? scenario.traffic ?? ""]
            })
        let sources = file.sources(of: scenario)
        let isOne = sources.allSatisfy { text in text.flatMap { try? SourceAddresses(parsing: $0) }?.count ?? 1 == 1 }
        if sources.count == 1, isOne, kinds.count > 1 {
            add(
                .surprising, scenario.name,
                "all of its traffic comes from one address: per-address limits and blocks affect all of it; set different values of "
                    + "'source' such as 127.0.0.66")
        }
    }

    mutating func add(_ kind: Finding.Kind, _ scenario: String, _ text: String) {
        findings.append(Finding(kind: kind, scenario: scenario, text: text))
    }

    static func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\((number * 10).rounded() / 10)"
    }
}

extension TrafficDefinition {

    /// Weights that are far from 100 in sum were not meant as percent.
    fileprivate var isWrittenInPercent: Bool {
        if case .mix = content { return writtenPercent > 20 && writtenPercent < 1000 }
        return false
    }
}

extension Criterion.Scope {

    /// Whether it covers a phase; a traffic and an endpoint have requests in each.
    func concerns(_ phase: Phase) -> Bool {
        switch self {
        case .run, .each: true
        case .named(let name): name == phase.name || name == phase.group
        case .during, .after: false
        }
    }
}

extension Criterion {

    /// Whether its scope is one of these phases.
    func names(oneOf phases: [Phase]) -> Bool {
        if case .named = scope { phases.contains { scope.concerns($0) } } else { false }
    }
}

extension ThinkTime {

    init?(_ options: ReplayOptionValues) {
        guard let text = options.value("think") else { return nil }
        self.init(text: text)
    }

    var text: String {
        let text = DurationText.text(shortest)
        return shortest == longest ? text : "\(text) to \(DurationText.text(longest))"
    }
}
