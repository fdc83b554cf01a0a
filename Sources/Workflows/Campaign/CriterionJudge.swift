public import Analysis
import Formats
public import Measurement
public import Scenario
import Traffic

/// Judges a scenario's criteria on the results of its run.
///
/// Figures cover requests that were scheduled while a judged phase held its level, from separate histograms: they do
/// not include ramps and phases that are not judged.
public struct CriterionJudge {
    let scenario: ScenarioDefinition
    let file: ScenarioFile
    let record: RunRecord
    let effects: [FaultEffect]
    /// The addresses of the metrics pages, by the names of their watches.
    let pages: [String: String]
    /// An earlier run of the scenario, or why there is none.
    let baseline: CampaignBaseline
    let stretches: [RunStretches.Stretch]
    let parts: [String]

    /// Takes the run to judge and the scenario with the criteria.
    ///
    /// - Parameters:
    ///   - record: the record of a run that was cut into stretches
    ///   - effects: the effects of its faults
    ///   - pages: the addresses of metrics pages in the record, by the names of their watches
    ///   - baseline: the run that `no-regression` compares with
    public init(
        _ scenario: ScenarioDefinition, in file: ScenarioFile, _ record: RunRecord, effects: [FaultEffect] = [],
        pages: [String: String] = [:], baseline: CampaignBaseline = .none
    ) {
        self.pages = pages
        self.effects = effects
        self.scenario = scenario
        self.file = file
        self.record = record
        self.baseline = baseline
        stretches = record.description.stretches?.stretches ?? []
        parts = record.description.stretches?.parts ?? []
    }

    /// The result of a criterion.
    ///
    /// - Parameter phase: the phase to which the criterion belongs; nil for the scenario
    public func result(of criterion: Criterion, phase: Phase? = nil) -> GateResult {
        let needsAll = criterion.figure.isOfRequests || criterion.firsts != nil
        let answer =
            isShortOfTimes && needsAll
            ? GateAnswer(.inconclusive, "not all request times were recorded: the generator could not keep them")
            : judged(criterion, phase)
        return GateResult(gate: criterion.label(phase: phase?.name), answer)
    }

    /// Whether counted requests are missing in the histograms, which are then not conclusive.
    private var isShortOfTimes: Bool { record.series.totals.unsampledRequests > 0 }

    private func judged(_ criterion: Criterion, _ phase: Phase?) -> GateAnswer {
        if let absent = absentFault(criterion.scope) {
            return GateAnswer(.inconclusive, "the fault '\(absent)' did not happen")
        }
        switch criterion.figure {
        case .noLeak, .noDrift: return soak(criterion, phase)
        case .noRegression: return regression(criterion, phase)
        case .sessions: return sessions(criterion, phase)
        case .before(let kinds):
            let scope = scope(criterion.scope == .each ? .run : criterion.scope, phase)
            return record.firstResponses.judge(kinds, criterion.comparison) { key in
                scope.stretches.contains(key.stretch) && scope.parts?.contains(key.part) ?? true
            }
        case .outage(let name): return effect(of: name, criterion, .outage)
        case .recovery(let name): return effect(of: name, criterion, .recovery)
        case .watched(let aggregate, let series): return watched(aggregate, series, criterion, phase)
        case .seriesRatio(let part, let whole): return ratio(part, whole, criterion, phase)
        case .restarts(let name): return restarts(of: name, criterion)
        case .capacity: return GateAnswer(.inconclusive, "only a ladder finds a capacity")
        case .quantile, .mean, .longest, .failures, .answered, .requestRate, .share: break
        }
        guard criterion.scope == .each else { return requests(criterion, scope(criterion.scope, phase)) }
        let whole = scope(.run, phase)
        let answers = record.description.endpoints.indices.prefix(WorkerRecorder.endpointLimit).compactMap { endpoint in
            var own = whole
            own.endpoint = endpoint
            own.subject = "(\(record.description.label(ofEndpoint: endpoint)))"
            return own.figures(record).requests > 0 ? requests(criterion, own) : nil
        }
        return answers.worst ?? GateAnswer(.inconclusive, "nothing was sent")
    }

    private func requests(_ criterion: Criterion, _ scope: RequestScope) -> GateAnswer {
        guard !scope.isUnknown else { return GateAnswer(.inconclusive, "no request of \(scope.subject) in the run") }
        let figures = scope.figures(record)
        let seconds = scope.seconds(until: record.durationNs)
        let kind: TimeKind = scope.endpoint == nil ? .response : .turnaround
        var judged = RequestFigures(
            kind: kind, times: figures.distribution(kind), service: figures.distribution(.service),
            isSaturated: isSaturated(figures), requests: figures.requests, failures: figures.failures,
            answers: figures.answers, responsesPerSecond: seconds > 0 ? Double(figures.answers) / seconds : nil,
            seconds: seconds, endings: figures.endings)
        if judged.isSaturated {
            // Lateness delays later requests too, so that all since the run's start counts.
            let end = scope.spans.map(\.upperBound).max() ?? 0
            let windows = record.series.windows.filter { $0.startNs < end }
            var lag = TimeDistribution()
            for window in windows { lag.add(window.times[.sendLag]) }
            judged.generatorDelayMs = record.generatorDelayMs(lag, in: windows)
        }
        // They are measured since they were scheduled, as response times are.
        if kind == .response, !figures.unanswered.isEmpty {
            var waited = TimeDistribution()
            waited.add(figures.unanswered)
            judged.unanswered = waited
        }
        return judged.judge(criterion.figure, criterion.comparison, subject: scope.subject)
    }

    /// Whether the generator itself sent them too late, by the rule of a run's summary.
    private func isSaturated(_ figures: StretchTable.Figures) -> Bool {
        figures.distribution(.sendLag).milliseconds(atQuantile: 0.99) ?? 0 > 10
    }

    private func sessions(_ criterion: Criterion, _ phase: Phase?) -> GateAnswer {
        guard let comparison = criterion.comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let scope = scope(criterion.scope, phase)
        let windows = record.series.windows.filter { window in
            scope.spans.contains { $0.lowerBound <= window.startNs && window.startNs < $0.upperBound }
        }
        guard let most = windows.map(\.concurrentSessions).max() else {
            return GateAnswer(.inconclusive, "the level was not held long enough to count its sessions")
        }
        return GateAnswer(holding: Double(most), comparison, "sessions = \(most) at once")
    }
}

extension StretchTable.Figures {
    func distribution(_ kind: TimeKind) -> TimeDistribution {
        var distribution = TimeDistribution()
        distribution.add(times[kind])
        return distribution
    }
}

extension Criterion {
    /// The criterion as written in the file, with its scope and its phase.
    func label(phase: String?) -> String { phase.map { "\($0): \(label)" } ?? label }
}
