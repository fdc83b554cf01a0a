import Analysis
import Formats
import Live
import Measurement
import Report
import Scenario
import Traffic
import Workflows

extension LiveRun {
    /// A level of a ladder for its page, with the levels before it.
    ///
    /// - Parameter trials: the levels before
    init(
        _ prepared: PreparedScenario, in file: ScenarioFile, step: LadderSearch.Step, of scenario: String,
        after trials: [LadderResult.Trial]
    ) {
        self.init(prepared, in: file)
        title = "\(scenario): \(step.purpose.rawValue), \(step.level.grouped) sessions"
        levels =
            trials.map {
                .init(purpose: $0.purpose, sessions: $0.level, standing: .init($0.outcome))
            } + [.init(purpose: step.purpose, sessions: step.level, standing: .now)]
    }

    /// A scenario for its page.
    init(_ prepared: PreparedScenario, in file: ScenarioFile) {
        let scenario = prepared.scenario
        let load = prepared.load
        var phases = LiveRun.phases(of: load.stretches.stretches)
        for index in phases.indices {
            phases[index].level = phases[index].end.flatMap {
                load.sessions(at: Int64(Nanoseconds.fromSeconds($0)) - 1)
            }
        }
        self.init(title: scenario.name, description: prepared.description, phases: phases)
        plan = LiveRun.plan(phases, load)
        due = LiveRun.due(by: prepared.plan)
        faults = scenario.faults.map { fault in
            let begin = fault.at / .seconds(1)
            return .init(
                name: fault.name, begin: begin, end: fault.length.map { begin + $0 / .seconds(1) }, isActive: false)
        }
        // With a single phase nothing follows it in this run, only the next level or scenario.
        canEndPhase = scenario.phases.count == 1
        let pages = prepared.pages
        judge = { record in
            let judge = CriterionJudge(scenario, in: file, record, pages: pages)
            return scenario.gates.filter(LiveRun.isFollowed).map { judge.result(of: $0) }
                + scenario.phases.flatMap { phase in
                    phase.gates.filter(LiveRun.isFollowed).map { judge.result(of: $0, phase: phase) }
                }
        }
        gates = judge(RunRecord(description: prepared.description, series: WindowSeries(), targets: [])).map(\.gate)
        let later = scenario.gates.filter { !LiveRun.isFollowed($0) }.map(\.text)
        gates += later
        gatesAtEnd = Set(later)
        for criterion in scenario.gates where criterion.scope == .run {
            if let comparison = criterion.comparison, let line = LiveRun.line(criterion.figure, comparison.limit.value)
            {
                lines[criterion.text] = line
            }
        }
    }

    /// The phases that consist of `stretches`. Phases are cut where faults begin; on the page they are whole.
    static func phases(of stretches: [RunStretches.Stretch]) -> [LiveView.Phase] {
        var phases: [LiveView.Phase] = []
        for stretch in stretches {
            let end = stretch.endNs > farAwayNs ? nil : Nanoseconds.inSeconds(stretch.endNs)
            if let last = phases.indices.last, phases[last].name == stretch.phase, phases[last].isRamp == stretch.isRamp
            {
                phases[last].end = end
            } else {
                let begin = Nanoseconds.inSeconds(stretch.beginNs)
                phases.append(.init(name: stretch.phase, isRamp: stretch.isRamp, begin: begin, end: end))
            }
        }
        return phases
    }

    /// The end of a phase that runs until traffic ends: later than the end of any run.
    private static let farAwayNs: Int64 = 100_000_000 * Nanoseconds.perSecond

    /// Whether a gate can be judged while the run is going on; effects of faults, and growth, are judged at the end.
    static func isFollowed(_ criterion: Criterion) -> Bool {
        switch criterion.figure {
        case .noLeak, .noDrift, .noRegression, .outage, .recovery, .capacity, .before: false
        default: true
        }
    }

    static func line(_ figure: Criterion.Figure, _ limit: Double) -> LiveView.Gate.Line? {
        switch figure {
        case .quantile, .mean, .longest: .init(chart: .times, limit: limit)
        case .requestRate(let answers) where answers.isEmpty: .init(chart: .rate, limit: limit)
        default: nil
        }
    }

    /// The planned levels at the ends of phases.
    private static func plan(_ phases: [LiveView.Phase], _ load: CampaignLoad) -> [LiveView.Course.Corner] {
        phases.flatMap { phase -> [LiveView.Course.Corner] in
            guard let end = phase.end else { return [] }
            let last = Int64(Nanoseconds.fromSeconds(end)) - 1
            guard let first = load.sessions(at: min(Int64(Nanoseconds.fromSeconds(phase.begin)), last)),
                let level = load.sessions(at: last)
            else { return [] }
            return [.init(second: phase.begin, value: first), .init(second: end, value: level)]
        }
    }
}
