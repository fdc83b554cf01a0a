internal import Analysis

extension ScenarioFile {

    /// The campaign with all durations divided by `divisor`, to check that it runs: ramps, holds, faults, guards and
    /// pauses between spikes.
    ///
    /// The span of a guard is divided down to 5 s at most: a shorter one would end a run for a single bad moment. Levels, users' pauses, timeouts of commands and limits of criteria stay the same.
    public func quick(dividedBy divisor: Int) -> ScenarioFile {
        var file = self
        for index in file.scenarios.indices { file.scenarios[index].shorten(by: divisor) }
        return file
    }
}

extension ScenarioDefinition {

    private static let shortestGuard = Duration.seconds(5)

    fileprivate mutating func shorten(by divisor: Int) {
        switch load {
        case .phases(var phases):
            for index in phases.indices {
                phases[index].ramp /= divisor
                phases[index].graceful /= divisor
                phases[index].hold = phases[index].hold.map { $0 / divisor }
            }
            load = .phases(phases)
        case .ladder(var ladder):
            ladder.ramp /= divisor
            ladder.hold /= divisor
            ladder.backHold /= divisor
            load = .ladder(ladder)
        }
        for index in faults.indices {
            faults[index].at /= divisor
            faults[index].length = faults[index].length.map { $0 / divisor }
        }
        for index in guards.indices {
            guard let sustained = guards[index].comparison?.sustained else { continue }
            guards[index].comparison?.sustained = min(sustained, max(Self.shortestGuard, sustained / divisor))
        }
    }
}
