public import Analysis
public import Scenario

extension ScenarioDefinition {
    /// The gates of a scenario that may end as soon as all of them are settled.
    ///
    /// nil where the end matters: it breaks things on purpose, has several phases or gates of its own in them, or a gate that only
    /// the whole run can tell.
    public var settlingGates: [Gate]? {
        guard faults.isEmpty, phases.count == 1, phases.allSatisfy({ $0.gates.isEmpty }), !gates.isEmpty else {
            return nil
        }
        let own = gates.compactMap { try? Gate(parsing: $0.text) }
        return own.count == gates.count ? own : nil
    }
}
