public import Analysis
import Glibc
public import Measurement
public import Plan
public import Replay
import Report
import Traffic

/// Replays of the same plan to a baseline and to a candidate in turn, and their comparison.
public struct PairedReplay {
    /// One of the two that are compared.
    public enum Side: String, CaseIterable, Hashable, Sendable {
        /// What is there today.
        case baseline
        /// What may replace it.
        case candidate
    }

    /// One run.
    public struct Turn: Hashable, Sendable {
        /// Which of the two is asked.
        public let side: Side
        /// From 0.
        public let pair: Int

        /// The turn with this number, from 0.
        ///
        /// Every second pair begins with the candidate, so that what changes with time favours neither.
        public init(number: Int) {
            side = (number + number / 2).isMultiple(of: 2) ? .baseline : .candidate
            pair = number / 2
        }

        /// The name of its run folder, `baseline-1`.
        public var name: String { "\(side.rawValue)-\(pair + 1)" }
    }

    /// What the runs came to.
    public struct Outcome {
        /// Nil when the runs were interrupted, or one had no success.
        public var comparison: RunComparison?
        /// Whether a gate of a candidate's run failed.
        public var hasFailedGate = false
        /// Whether the runs were interrupted.
        public var isInterrupted = false
        /// The turn in which nothing succeeded, and what is known of it.
        public var withoutSuccess: (turn: Turn, notice: String)?
    }

    /// The plan of a pair: people who registered once cannot do so again.
    public let plan: (_ pair: Int) throws -> ReplayPlan
    /// How the side is sent to.
    public let options: (Side) -> ReplayOptions
    /// What the run folder of the side says.
    public let describe: (_ plan: ReplayPlan, Side) -> RunDescription
    /// Hosts that may be asked although they are not loopback.
    public var allowedHosts: [String] = []
    /// How often both are asked.
    public var pairs = 3
    /// The share by which figures may differ, from 0 to 1.
    public var margin = 0.05
    /// Conditions that each run of the candidate must meet, and `no-regression`.
    public var gates: [Criterion] = []
    /// Whether inconclusive gates fail too.
    public var isStrict = false
    /// What is watched; processes and pages that are named are the candidate's.
    public var watch = TargetWatch()
    /// Names the options that would help.
    public var advisor = Advisor.silent

    /// Pairs of runs that send nothing yet.
    public init(
        plan: @escaping (_ pair: Int) throws -> ReplayPlan, options: @escaping (Side) -> ReplayOptions,
        describe: @escaping (_ plan: ReplayPlan, Side) -> RunDescription
    ) {
        self.plan = plan
        self.options = options
        self.describe = describe
    }

    /// Runs all pairs, each in a folder below `path`, and writes their comparison as a page.
    ///
    /// - Throws: `UnknownEndpoint`, `RunFolderError`, or what keeps a run from its start: see ``PlannedRun``.
    public func perform(folder path: String, overwrites: Bool, console: JobConsole) throws -> Outcome {
        try createFolder(path, overwrites: overwrites)
        var outcome = Outcome()
        var records: [Side: [RunRecord]] = [:]
        var plans: [ReplayPlan] = []
        for turn in (0..<2 * pairs).map(Turn.init) where !console.isInterrupted() {
            if turn.pair == plans.count { plans.append(try plan(turn.pair)) }
            let own = plans[turn.pair]
            if let unknown = UnknownEndpoint.first(in: gates, among: own.endpoints.map(\.label)) { throw unknown }
            console.note("\(turn.name) of \(pairs)")
            let (record, summary) = try perform(turn, own, path, overwrites: overwrites, console)
            for gate in summary.gates where gate.outcome == .failed {
                console.note("\(turn.name): gate failed: \(gate.gate): \(gate.figure)")
            }
            outcome.hasFailedGate = outcome.hasFailedGate || summary.verdict == .fail
            if summary.isWithoutSuccess {
                outcome.withoutSuccess = (turn, summary.notices?.first ?? "nothing succeeded")
                return outcome
            }
            records[turn.side, default: []].append(record)
        }
        guard !console.isInterrupted() else {
            outcome.isInterrupted = true
            return outcome
        }
        let comparison = RunComparison(
            baseline: records[.baseline] ?? [], candidate: records[.candidate] ?? [], margin: margin, advisor: advisor)
        let page = ComparisonReport(comparison, margin: margin, title: path)
        try RunFolder.write(page.text, to: "\(path)/report.html")
        outcome.comparison = comparison
        return outcome
    }

    private func createFolder(_ path: String, overwrites: Bool) throws(RunFolderError) {
        RunFolder.createParents(of: path)
        guard mkdir(path, 0o700) != 0 else { return }
        guard errno == EEXIST else { throw .system(operation: "create", path: path, code: errno) }
        guard overwrites else { throw .exists(path: path) }
        // Turns of an earlier comparison with more pairs would be read as turns of this one.
        for number in pairs..<PairsFolder.most {
            for side in Side.allCases { try RunFolder.remove("\(path)/\(side.rawValue)-\(number + 1)") }
        }
    }

    private func perform(
        _ turn: Turn, _ plan: ReplayPlan, _ path: String, overwrites: Bool, _ console: JobConsole
    ) throws -> (RunRecord, RunSummary) {
        let isBaseline = turn.side == .baseline
        var run = PlannedRun(
            plan: plan, options: options(turn.side), description: describe(plan, turn.side), advisor: advisor)
        run.allowedHosts = allowedHosts
        let result = try run.perform(
            folder: "\(path)/\(turn.name)", overwrites: overwrites,
            watching: isBaseline ? watch.ofAnotherTarget : watch, console: console)
        let summary = RunSummary(
            of: result.record, gates: isBaseline ? [] : gates.filter { $0.figure != .noRegression },
            isStrict: isStrict, advisor: advisor)
        try result.collector.writeSummary(summary)
        return (result.record, summary)
    }
}
