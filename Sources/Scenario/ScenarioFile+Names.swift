internal import Analysis
internal import Formats

extension ScenarioFile {

    /// Checks that every name that a scenario uses is defined.
    func checkNames() throws(ScenarioError) {
        var seen: Set<String> = []
        for scenario in scenarios where !seen.insert(scenario.name).inserted {
            throw ScenarioError("two scenarios are called '\(scenario.name)'", at: scenario.place)
        }
        let traffics = Set(traffic.map(\.name))
        try checkMixes()
        for scenario in scenarios {
            try check(scenario.traffic, in: traffics, "traffic", at: scenario.place)
            for phase in scenario.phases {
                // A single phase has the name of its scenario, and means the same.
                if phase.name != scenario.name { try checkName(of: phase) }
                try check(phase.traffic, in: traffics, "traffic", at: phase.place)
                if case .byTraffic(let counts) = phase.level {
                    for count in counts { try check(count.traffic, in: traffics, "traffic", at: phase.place) }
                }
            }
            try checkFaults(of: scenario)
            try checkCriteria(of: scenario, traffics: traffics)
        }
    }

    /// Checks the members of all mixes, and that no mix contains itself.
    private func checkMixes() throws(ScenarioError) {
        var heights: [String: Int] = [:]
        var byName: [String: TrafficDefinition] = [:]
        for definition in traffic { byName[definition.name] = definition }
        for definition in traffic { _ = try heightOfMix(definition, below: [], byName, &heights) }
    }

    /// The most mixes inside one another.
    private static let deepestMix = 32

    /// - Parameters:
    ///   - outer: the mixes that contain it
    ///   - heights: the mixes that were checked before
    /// - Returns: how many mixes are inside one another at most, from this one on; 0 for a traffic that is none
    private func heightOfMix(
        _ definition: TrafficDefinition, below outer: [String], _ byName: [String: TrafficDefinition],
        _ heights: inout [String: Int]
    ) throws(ScenarioError) -> Int {
        guard case .mix(let shares) = definition.content else { return 0 }
        if let height = heights[definition.name] { return height }
        let all = outer + [definition.name]
        guard all.count <= Self.deepestMix else {
            throw ScenarioError("mixes are nested deeper than \(Self.deepestMix) levels", at: definition.place)
        }
        var height = 1
        for share in shares {
            guard let other = byName[share.traffic] else {
                try check(share.traffic, in: byName.keys.sorted(), "traffic", at: definition.place)
                continue
            }
            if let first = all.firstIndex(of: other.name) {
                throw ScenarioError(
                    "the mix '\(all[first])' contains itself through '\(all[first...].dropFirst().first ?? other.name)'",
                    at: byName[all[first]]?.place ?? definition.place)
            }
            height = max(height, try heightOfMix(other, below: all, byName, &heights) + 1)
            guard outer.count + height <= Self.deepestMix else {
                throw ScenarioError("mixes are nested deeper than \(Self.deepestMix) levels", at: definition.place)
            }
        }
        heights[definition.name] = height
        return height
    }

    private func checkFaults(of scenario: ScenarioDefinition) throws(ScenarioError) {
        let services = self.services.map(\.name)
        for fault in scenario.faults {
            switch fault.action {
            case .stop(let name): try check(name, in: services, "service", at: fault.place)
            case .kill(let name), .pause(let name):
                let known = services + watches.filter(\.isOfProcesses).map(\.name)
                try check(name, in: known, "service or watch of processes", at: fault.place)
            case .run: break
            }
            // Each level of a ladder is a run with all faults.
            let (noun, length): (String, Duration?) =
                if case .ladder(let ladder) = scenario.load {
                    ("a run of the ladder", ladder.ramp + ladder.hold)
                } else {
                    ("the scenario", scenario.length)
                }
            if let length, fault.at >= length {
                throw ScenarioError(
                    "fault '\(fault.name)' does not begin before the end of \(noun), which lasts "
                        + DurationText.text(length), at: fault.place)
            }
            if let length, fault.end > length {
                throw ScenarioError(
                    "fault '\(fault.name)' ends after \(noun), which lasts \(DurationText.text(length))",
                    at: fault.place)
            }
        }
        for (index, fault) in scenario.faults.enumerated() {
            if scenario.faults[..<index].contains(where: { $0.name == fault.name }) {
                throw ScenarioError("two faults are called '\(fault.name)': give one a 'name'", at: fault.place)
            }
            guard let subject = fault.subject else { continue }
            // The undo of the first would also end the second.
            if let other = scenario.faults[..<index].first(where: {
                $0.subject == subject && $0.at < fault.end && fault.at < $0.end
            }) {
                throw ScenarioError(
                    "the faults '\(other.name)' and '\(fault.name)' overlap: both are about '\(subject)'",
                    at: fault.place)
            }
        }
    }

    private func checkCriteria(of scenario: ScenarioDefinition, traffics: Set<String>) throws(ScenarioError) {
        let phases = scenario.phases.map(\.name) + scenario.phases.compactMap(\.group)
        let faults = scenario.faults.map(\.name)
        let disturbances = faults + phases
        let inner = scenario.phases.flatMap { $0.gates + $0.goals }
        for criterion in scenario.gates + scenario.goals + scenario.guards + inner {
            switch criterion.scope {
            case .run, .each: break
            case .named(let name):
                // An endpoint has a method and a path; whether it exists depends on the log.
                if !name.contains(" ") {
                    try check(name, in: phases + traffics, "phase, traffic or endpoint", at: criterion.place)
                } else if (phases + traffics).contains(name) {
                    throw ScenarioError(
                        "criteria read '\(name)' as an endpoint, as it has a space: rename it, such as "
                            + "'\(name.replacing(" ", with: "-"))'", at: criterion.place)
                }
            case .during(let fault), .after(let fault):
                try check(fault, in: disturbances, "fault or phase", at: criterion.place)
            }
            switch criterion.figure {
            case .outage(let fault), .recovery(let fault):
                try check(fault, in: disturbances, "fault or phase", at: criterion.place)
            case .noLeak(let watch?), .restarts(let watch):
                try check(watch, in: watches.map(\.name), "watch", at: criterion.place)
            case .watched(_, let series):
                try check(series.watch, in: watches.map(\.name), "watch", at: criterion.place)
            case .seriesRatio(let one, let other):
                try check(one.watch, in: watches.map(\.name), "watch", at: criterion.place)
                try check(other.watch, in: watches.map(\.name), "watch", at: criterion.place)
            case .capacity:
                guard case .ladder = scenario.load else {
                    throw ScenarioError(
                        "'capacity' is the result of a ladder, which '\(scenario.name)' is not", at: criterion.place)
                }
            default: break
            }
        }
        let soak = (scenario.gates + scenario.goals + scenario.guards + inner).first { criterion in
            if case .noLeak(watch: nil) = criterion.figure { true } else { false }
        }
        if watches.isEmpty, let soak {
            throw ScenarioError(
                "'\(soak.text)' needs a 'watch': nothing is measured on the target's side", at: soak.place)
        }
        for criterion in scenario.gates + scenario.goals + inner where criterion.comparison?.sustained != nil {
            throw ScenarioError(
                "'\(criterion.text)': 'for' belongs to a guard, which ends the run at once", at: criterion.place)
        }
        for criterion in scenario.guards where criterion.comparison == nil && !criterion.figure.isTrend {
            throw ScenarioError(
                "a guard compares a figure, such as failures<50% for 30s, or is no-leak or no-drift",
                at: criterion.place)
        }
    }

    /// A message lists this many known names at most.
    private static let mostListed = 12

    /// Refuses a phase whose name criteria read as something else.
    private func checkName(of phase: Phase) throws(ScenarioError) {
        if case .named = Criterion.Scope(name: phase.name) { return }
        throw ScenarioError(
            "a phase cannot be called '\(phase.name)', which has a meaning in criteria", at: phase.place)
    }

    private func check(
        _ name: String?, in known: some Sequence<String>, _ noun: String, at place: ScenarioError.Place?
    ) throws(ScenarioError) {
        guard let name, !known.contains(name) else { return }
        let near = NearestName.of(name, among: known)
        let names = Set(known).sorted()
        let others =
            names.isEmpty
            ? "; none is defined" : names.count > Self.mostListed ? "" : "; known: \(names.joined(separator: ", "))"
        throw ScenarioError("there is no \(noun) '\(name)'\(near == nil ? others : "")", at: place, suggestion: near)
    }
}
