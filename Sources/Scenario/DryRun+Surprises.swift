internal import Analysis

/// Settings that are allowed, and mean something else than they seem to.
extension DryRun {

    /// A command whose effect nothing takes back.
    mutating func checkFaults(_ scenario: ScenarioDefinition) {
        for fault in scenario.faults {
            guard case .run(_, undo: nil) = fault.action else { continue }
            add(
                .surprising, scenario.name,
                "fault '\(fault.name)' has no 'undo': what its command changes stays changed, after the run too")
        }
    }

    /// A guard that needs more time than the scenario has.
    mutating func checkGuards(_ scenario: ScenarioDefinition) {
        guard let length = scenario.length else { return }
        for criterion in scenario.guards {
            guard let sustained = criterion.comparison?.sustained, sustained > length else { continue }
            add(
                .surprising, scenario.name,
                "the guard '\(criterion.text)' never ends the run, which lasts \(DurationText.text(length))")
        }
    }

    /// A scope that names a phase and a traffic.
    mutating func checkNames(_ scenario: ScenarioDefinition, in file: ScenarioFile) {
        let names = Set(file.traffic.map(\.name))
        for criterion in scenario.gates + scenario.goals {
            // A single phase has the name of its scenario without anyone choosing it.
            guard case .named(let name) = criterion.scope, names.contains(name),
                let phase = scenario.phases.first(where: { $0.name == name || $0.group == name }),
                phase.name != scenario.name, phase.traffic ?? scenario.traffic != name
            else { continue }
            add(
                .surprising, scenario.name,
                "'\(criterion.label)': '\(name)' is both a phase and a traffic; the phase is meant")
        }
    }
}
