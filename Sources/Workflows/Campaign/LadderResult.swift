public import Analysis
import Formats
public import Scenario

/// What a ladder found: the content of `ladder` in `campaign.json`.
public struct LadderResult: Codable, Hashable, Sendable {
    /// The highest level that kept the gates; nil where none did.
    public var capacity: Int?
    /// The lowest level that failed; nil where none did.
    public var firstFailing: Int?
    /// The level at which the generator, not the target, was the limit; nil where there was none.
    public var unproven: Int?
    /// What was run, in that order.
    public var trials: [LadderSearch.Trial]
    /// What failed first, and how: gates that were not met at the first failing level.
    public var failure: [GateResult] = []

    /// What a search came to.
    public init(_ search: LadderSearch, failure: [GateResult]) {
        capacity = search.capacity
        firstFailing = search.firstFailing
        unproven = search.unproven
        trials = search.trials
        self.failure = failure
    }

    /// The capacity in a sentence.
    public var sentence: String {
        let most = capacity.map { "holds \($0.grouped) sessions" } ?? "holds none of the levels"
        if let unproven { return "\(most); at \(unproven.grouped) the level proves nothing" }
        if let firstFailing { return "\(most), fails at \(firstFailing.grouped)" }
        return "\(most), the highest level tried: it may hold more"
    }

    /// Holds the capacity against a limit.
    public func result(of criterion: Criterion) -> GateResult {
        let outcome: GateResult.Outcome
        if let comparison = criterion.comparison {
            let holds = comparison.relation.holds(Double(capacity ?? 0), comparison.limit.value)
            let wantsMore = [.above, .atLeast].contains(comparison.relation)
            // What was not reached, or could not be proven, may be there all the same.
            let isOpen = firstFailing == nil
            outcome =
                holds ? (isOpen && !wantsMore ? .inconclusive : .passed) : isOpen && wantsMore ? .inconclusive : .failed
        } else {
            outcome = .inconclusive
        }
        return GateResult(gate: criterion.text, outcome: outcome, figure: sentence)
    }
}

extension ScenarioDefinition {

    /// One level of a ladder as a scenario with one phase, judged by the ladder's gates but that on its capacity.
    public func trial(_ step: LadderSearch.Step, of ladder: Ladder, number: Int) -> ScenarioDefinition {
        var trial = self
        trial.name = "\(number)-\(step.purpose.rawValue)-\(step.level)"
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
