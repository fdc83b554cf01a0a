internal import Analysis

/// Criteria that no service can meet, or that are the opposite of what is probably meant.
extension DryRun {

    mutating func checkLimits(_ scenario: ScenarioDefinition) {
        for criterion in scenario.gates + scenario.goals { check(criterion, scenario, scenario.phases) }
        for phase in scenario.phases {
            for criterion in phase.gates + phase.goals { check(criterion, scenario, [phase]) }
        }
        for criterion in scenario.guards where criterion.asksForTheWorse {
            add(
                .surprising, scenario.name,
                "the guard '\(criterion.text)' ends a good run: it says what must be true; is '\(criterion.turned)' meant?"
            )
        }
    }

    private mutating func check(_ criterion: Criterion, _ scenario: ScenarioDefinition, _ phases: [Phase]) {
        guard let comparison = criterion.comparison else { return }
        let (relation, limit) = (comparison.relation, comparison.limit.value)
        if criterion.asksForTheWorse {
            add(
                .surprising, scenario.name,
                "'\(criterion.label)' asks for the worse: a criterion says what must be true; is '\(criterion.turned)' meant?"
            )
            return
        }
        let reason: String?
        switch criterion.figure {
        case .quantile, .mean, .longest: reason = limit <= 0 ? "answers take time" : nil
        case .outage, .recovery, .failures, .before, .restarts:
            reason = relation == .below && limit <= 0 ? "nothing is below 0" : nil
        case .share, .answered:
            reason =
                relation == .above && limit >= 1
                ? "no share is above 100 %" : relation == .below && limit <= 0 ? "no share is below 0 %" : nil
        case .sessions:
            let counts = phases.filter { criterion.names(oneOf: phases) ? criterion.scope.concerns($0) : true }
                .map(\.level.sessionCount)
            guard let most = counts.compactMap({ $0 }).max(), counts.allSatisfy({ $0 != nil }) else { return }
            reason = Self.isTooMuch(comparison, for: most) ? "at most \(most) sessions run at once" : nil
        case .capacity:
            guard case .ladder(let ladder) = scenario.load, let top = ladder.levels.last else { return }
            reason = Self.isTooMuch(comparison, for: top) ? "the ladder ends at \(top)" : nil
        default: reason = nil
        }
        if let reason {
            add(.unreachable, scenario.name, "'\(criterion.label)' cannot be met: \(reason)")
        }
    }

    private static func isTooMuch(_ comparison: Criterion.Comparison, for most: Int) -> Bool {
        switch comparison.relation {
        case .above: comparison.limit.value >= Double(most)
        case .atLeast: comparison.limit.value > Double(most)
        case .below, .atMost: false
        }
    }

    /// Gates without anything to judge.
    mutating func checkJudging(_ scenario: ScenarioDefinition) {
        let ofRun = (scenario.gates + scenario.goals).first { $0.scope == .run && $0.figure.isOfRequests }
        if let ofRun, !scenario.phases.contains(where: \.isJudged) {
            add(.unreachable, scenario.name, "'\(ofRun.label)' has nothing to judge: no phase is judged")
        }
        if case .ladder = scenario.load, !scenario.gates.contains(where: { $0.figure != .capacity }) {
            add(
                .surprising, scenario.name,
                "no gate can fail a level, so the ladder finds no limit: give it one such as p95<500ms")
        }
        let regression = scenario.criteria.first { $0.figure == .noRegression }
        if let regression, scenario.baseline == nil {
            add(
                .unreachable, scenario.name, "'\(regression.label)' has nothing to compare with: no 'baseline' is named"
            )
        }
    }

    /// A service that limits by address takes all sessions that have no `source` for one client.
    mutating func checkSharedAddress(_ file: ScenarioFile) {
        let scenarios = file.scenarios.filter { scenario in
            guard scenario.phases.contains(where: { $0.level.sessionCount ?? 0 >= Self.crowd }) else { return false }
            return file.sources(of: scenario) == [nil]
        }
        guard !scenarios.isEmpty else { return }
        let named =
            scenarios.count == file.scenarios.count
            ? "all traffic comes"
            : "all traffic of " + scenarios.prefix(4).map(\.name).joined(separator: ", ")
                + (scenarios.count > 4 ? " and \(scenarios.count - 4) more" : "") + " comes"
        add(
            .surprising, "",
            "\(named) from one address: a service that limits or blocks by address takes it for one client; raise its limits, or "
                + "set 'source' by traffic")
    }

    /// This many sessions at one address are noted.
    private static let crowd = 100
}

extension ScenarioFile {

    /// The different source addresses of a scenario's traffic; nil is the system's choice.
    func sources(of scenario: ScenarioDefinition) -> Set<String?> {
        let names = Set(
            scenario.phases.flatMap { phase -> [String] in
                if case .byTraffic(let counts) = phase.level { return counts.map(\.traffic) }
                return [phase.traffic ?? scenario.traffic ?? ""]
            })
        return Set(
            names.flatMap { shares(of: $0) }.map { share in
                guard case .part(let part)? = traffic.first(where: { $0.name == share.traffic })?.content else {
                    return scenario.options.value("source")
                }
                return part.options.value("source") ?? scenario.options.value("source")
            })
    }
}

extension Criterion {

    /// Whether it holds when the service is bad: `p95>500ms`, `failures>1%`.
    fileprivate var asksForTheWorse: Bool {
        guard let comparison else { return false }
        return switch figure {
        case .quantile, .mean, .longest, .failures, .outage, .recovery, .restarts: comparison.relation.wantsMore
        case .answered, .capacity: !comparison.relation.wantsMore
        case .requestRate(let kinds): kinds.isEmpty && !comparison.relation.wantsMore
        default: false
        }
    }

    /// Its text with the relation the other way round.
    fileprivate var turned: String {
        guard let index = text.lastIndex(where: { $0 == "<" || $0 == ">" }) else { return text }
        return text[..<index] + (text[index] == "<" ? ">" : "<") + text[text.index(after: index)...]
    }
}
