public import Analysis
public import Scenario

extension LadderResult {
    /// What a search came to.
    public init(_ search: LadderSearch, failure: [GateResult]) {
        self.init(
            capacity: search.capacity, firstFailing: search.firstFailing, unproven: search.unproven,
            trials: search.trials, failure: failure)
    }

    /// Holds the capacity against a limit.
    public func result(of criterion: Criterion) -> GateResult {
        guard let comparison = criterion.comparison else {
            return GateResult(gate: criterion.text, outcome: .inconclusive, figure: sentence)
        }
        var answer = GateAnswer(holding: Double(capacity ?? 0), comparison, sentence)
        // What was not reached, or could not be proven, may be there all the same.
        let isOpen = firstFailing == nil
        if isOpen, (answer.outcome == .passed) != comparison.relation.wantsMore { answer.outcome = .inconclusive }
        return GateResult(gate: criterion.text, answer)
    }
}

extension ScenarioDefinition {

    /// One level of a ladder as a scenario with one phase, judged by the ladder's gates but that on its capacity.
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

    /// The same of the goals.
    public var capacityGoals: [Criterion] { goals.filter { $0.figure == .capacity } }
}
