public import Analysis
public import Scenario

extension LadderResult {
    /// The result of a search.
    public init(_ search: LadderSearch, failure: [GateResult]) {
        self.init(
            capacity: search.capacity, firstFailing: search.firstFailing, unproven: search.unproven,
            trials: search.trials, failure: failure)
    }

    /// Compares the capacity with a limit.
    public func result(of criterion: Criterion) -> GateResult {
        guard let comparison = criterion.comparison else {
            return GateResult(gate: criterion.text, outcome: .inconclusive, figure: sentence)
        }
        var answer = GateAnswer(holding: Double(capacity ?? 0), comparison, sentence)
        // Without a failing level, the capacity may be higher than what was reached or proven.
        let isOpen = firstFailing == nil
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
