public import Analysis
public import Scenario

extension LadderResult {
    /// The result of a search.
    public init(_ search: LadderSearch, failure: [GateResult]) {
        self.init(
            capacity: search.capacity, firstFailing: search.firstFailing, unproven: search.unproven,
            trials: search.trials, failure: failure)
    }

    /// The gate of a ladder if no gate names a capacity: it finds a level that fails, and one below that holds.
    public var limitGate: GateResult {
        let outcome: GateResult.Outcome =
            firstFailing == nil ? .inconclusive : capacity == nil ? .failed : .passed
        return GateResult(
            gate: "every ladder: a level holds and a higher one fails", outcome: outcome, figure: sentence)
    }

    /// Compares the capacity with a limit.
    public func result(of criterion: Criterion) -> GateResult {
        guard let comparison = criterion.comparison else {
            return GateResult(gate: criterion.text, outcome: .inconclusive, figure: sentence)
        }
        var answer = GateAnswer(holding: Double(capacity ?? 0), comparison, sentence)
        // The capacity may be higher than what was reached or proven: without a failing level, or below it.
        let isBelowFailing = firstFailing.map { comparison.limit.value < Double($0) } ?? true
        let isOpen = firstFailing == nil || unproven != nil && isBelowFailing
        if isOpen, (answer.outcome == .passed) != comparison.relation.wantsMore { answer.outcome = .inconclusive }
        return GateResult(gate: criterion.text, answer)
    }
}

extension ScenarioDefinition {

    /// One level of a ladder as a scenario with one phase, judged by the ladder's gates except those on its capacity.
    public func trial(_ step: LadderSearch.Step, of ladder: Ladder, number: Int) -> ScenarioDefinition {
        var trial = self
        trial.name = LadderResult.folderName(number: number, step.purpose, level: step.level)
        trial.load = .phases([
            Phase(
                name: "\(step.level)", level: .sessions(step.level), ramp: ladder.ramp,
                hold: step.purpose == .back ? ladder.backHold : ladder.hold, place: place)
        ])
        trial.gates = gates.filter { $0.figure != .capacity }
        trial.goals = goals.filter { $0.figure != .capacity }
        trial.before = []
        trial.after = []
        trial.checks = []
        return trial
    }

    /// Criteria on the capacity that a ladder finds.
    public var capacityGates: [Criterion] { gates.filter { $0.figure == .capacity } }

    /// Goals on the capacity.
    public var capacityGoals: [Criterion] { goals.filter { $0.figure == .capacity } }
}

extension ScenarioResult {

    /// Takes the result of a ladder: gates and goals on its capacity, and the verdict. A ladder that decides nothing is
    /// INCONCLUSIVE.
    public mutating func take(_ found: LadderResult, of scenario: ScenarioDefinition, isStrict: Bool) {
        ladder = found
        capacity = found.capacity
        gates = scenario.capacityGates.map(found.result)
        if gates.isEmpty { gates = [found.limitGate] }
        let judged = scenario.capacityGoals.map { ($0.weight, found.result(of: $0)) }
        goals = judged.map(\.1)
        goalWeight = judged.reduce(0) { $0 + $1.0 }
        metWeight = judged.reduce(0) { $1.1.outcome == .passed ? $0 + $1.0 : $0 }
        score = goalWeight > 0 ? metWeight / goalWeight * 100 : nil
        verdict = gates.verdict(isStrict: isStrict)
        if verdict == .inconclusive {
            warnings.append("the ladder decides nothing: \(found.sentence)")
        }
    }

    /// Takes the figures of a level, named after why it was run.
    public mutating func takeLevel(_ level: ScenarioResult, _ step: LadderSearch.Step, _ outcome: LadderResult.Outcome)
    {
        phases += level.phases.map { phase in
            var phase = phase
            phase.name = "\(step.purpose.rawValue) \(step.level)"
            phase.verdict = outcome == .held ? .pass : outcome == .failed ? .fail : .inconclusive
            return phase
        }
    }
}
