public import Analysis
public import Measurement
public import Scenario

extension ScenarioResult {

    /// Judges a run by its scenario's criteria.
    ///
    /// - Parameters:
    ///   - summary: the summary of the run; receives the gates and the verdict, so that its report shows them too
    ///   - marks: what happened to its faults
    ///   - pages: the addresses of metrics pages in the record, by the names of their watches
    ///   - baseline: the run that `no-regression` compares with
    ///   - isStrict: whether a gate that lacks data fails the scenario
    public mutating func judge(
        _ scenario: ScenarioDefinition, in file: ScenarioFile, _ record: RunRecord, summary: inout RunSummary,
        marks: [FaultRunner.Mark] = [], pages: [String: String] = [:], baseline: CampaignBaseline = .none,
        isStrict: Bool
    ) {
        let stretches = record.description.stretches?.stretches ?? []
        faults = marks.indices.map { index in
            let next = index + 1 < marks.count ? marks[index + 1].began : .max
            let planned = record.description.plannedNs ?? .max
            return FaultEffect(
                name: marks[index].name, began: marks[index].began, undone: marks[index].undone,
                settled: stretches.settled(before: marks[index].began),
                end: min(next, planned, record.durationNs), timeline: record.timeline)
        }
        let judge = CriterionJudge(scenario, in: file, record, effects: faults, pages: pages, baseline: baseline)
        // Changes that follow the level are not a trend: findings cover the longest level, as its gates do.
        if let longest = judge.scope(.run, nil).spans.max(by: { $0.count < $1.count }) {
            summary.soak = record.soak(within: longest)
        }
        var gates = scenario.gates.map { judge.result(of: $0) }
        var goals = scenario.goals.map { ($0.weight, judge.result(of: $0)) }
        for phase in scenario.phases {
            let own = phase.gates.map { judge.result(of: $0, phase: phase) }
            gates += own
            goals += phase.goals.map { ($0.weight, judge.result(of: $0, phase: phase)) }
            var result = PhaseResult(phase, judge)
            result.verdict = own.verdict(isStrict: isStrict)
            phases.append(result)
        }
        summary.take(
            gates, of: record, gates: scenario.gates + scenario.phases.flatMap(\.gates), isStrict: isStrict)
        self.gates = summary.gates
        self.goals = goals.map(\.1)
        verdict = summary.verdict
        ending = record.description.ending.rawValue
        goalWeight = goals.reduce(0) { $0 + $1.0 }
        metWeight = goals.reduce(0) { $1.1.outcome == .passed ? $0 + $1.0 : $0 }
        score = goalWeight > 0 ? metWeight / goalWeight * 100 : nil
        warnings = summary.warnings
        for phase in phases where phase.rampFailures > 0 {
            warnings.append(
                "\(phase.rampFailures) of \(phase.rampRequests) requests failed during the ramp to "
                    + "\(phase.name); gates of phases do not include these")
        }
        // A run that should be judged but has no results is not a success.
        if ending == RunEnding.stopped.rawValue || ending == RunEnding.failed.rawValue {
            problem = record.description.end?.stopped ?? record.description.end?.problem
        } else if verdict == .none, summary.isWithoutSuccess {
            problem = "nothing succeeded"
        }
    }
}

extension ScenarioResult.PhaseResult {

    init(_ phase: Phase, _ judge: CriterionJudge) {
        let held = judge.scope(.named(phase.name), nil)
        let figures = held.figures(judge.record)
        let seconds = held.seconds(until: judge.record.durationNs)
        let stretches = judge.record.description.stretches?.stretches ?? []
        let ramp = judge.record.stretches.figures {
            $0.stretch < stretches.count && stretches[$0.stretch].isRamp && stretches[$0.stretch].phase == phase.name
        }
        let (level, isRate): (Double, Bool) =
            switch phase.level {
            case .sessions(let count): (Double(count), false)
            case .rate(let perSecond): (perSecond, true)
            case .byTraffic(let counts): (counts.reduce(0) { $0 + Double($1.sessions) }, false)
            }
        self.init(
            name: phase.name, sessions: level, isRate: isRate, seconds: seconds, requests: figures.requests,
            failures: figures.failures,
            failureRatio: figures.requests > 0 ? Double(figures.failures) / Double(figures.requests) : 0,
            throughputRps: seconds > 0 ? Double(figures.answers) / seconds : 0,
            responseTimeMs: figures.distribution(.response).percentiles,
            statuses: figures.endings.byStatus.reduce(into: [:]) { $0["\($1.key)"] = $1.value },
            rampRequests: ramp.requests, rampFailures: ramp.failures, isJudged: phase.isJudged, verdict: .none,
            sendLagP99Ms: figures.distribution(.sendLag).milliseconds(atQuantile: 0.99) ?? 0)
        let parts = judge.record.description.stretches?.parts ?? []
        var names: [String] = []
        for name in parts where !names.contains(name) { names.append(name) }
        guard names.count > 1 else { return }
        traffic = names.map { name in
            var own = held
            own.parts = Set(parts.indices.filter { parts[$0] == name })
            let figures = own.figures(judge.record)
            return ScenarioResult.TrafficResult(
                name: name, requests: figures.requests, failures: figures.failures,
                throughputRps: seconds > 0 ? Double(figures.answers) / seconds : 0,
                responseTimeMs: figures.distribution(.response).percentiles)
        }
    }
}
