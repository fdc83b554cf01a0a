public import Analysis
public import Scenario

extension ScenarioDefinition {
    /// The gates of a scenario that may end as soon as all of them are settled.
    ///
    /// nil if the run must reach its end: it has faults, several phases or gates for them, or a gate that only the
    /// whole run can decide.
    public var settlingGates: [Criterion]? {
        guard faults.isEmpty, phases.count == 1, phases.allSatisfy({ $0.gates.isEmpty }), !gates.isEmpty else {
            return nil
        }
        let isCovered = gates.allSatisfy { $0.needsScenario == nil && ($0.scope == .run || $0.endpoint != nil) }
        return isCovered ? gates : nil
    }
}
