public import Analysis
public import Measurement
public import Plan
public import Replay
import Report
import Traffic

/// Alternating replays of the same plan to a baseline and a candidate, and their comparison.
public struct PairedReplay {
    /// One of the two sides of the comparison.
    public enum Side: String, CaseIterable, Hashable, Sendable {
        /// The current version.
        case baseline
        /// The version that may replace it.
        case candidate
    }

    /// One run.
    public struct Turn: Hashable, Sendable {
        /// The side to which requests are sent.
        public let side: Side
        /// From 0.
        public let pair: Int

        /// The turn with this number, from 0.
        ///
        /// Every second pair begins with the candidate, so that changes over time favour neither side.
        public init(number: Int) {
            side = (number + number / 2).isMultiple(of: 2) ? .baseline : .candidate
            pair = number / 2
        }

        /// The name of its run folder, `baseline-1`.
        public var name: String { "\(side.rawValue)-\(pair + 1)" }
    }

    /// The result of the runs.
    public struct Outcome {
        /// Nil if the runs were interrupted, or nothing succeeded in one of them.
        public var comparison: RunComparison?
        /// Whether a gate of a candidate's run failed.
        public var hasFailedGate = false
        /// Whether the runs were interrupted.
        public var isInterrupted = false
        /// The turn in which nothing succeeded, and a note about it.
        public var withoutSuccess: (turn: Turn, notice: String)?
    }

    /// The plan of a pair: each pair needs new users, because users can register only once.
    public let plan: (_ pair: Int) throws -> ReplayPlan
    /// The options for sending to a side.
    public let options: (Side) -> ReplayOptions
    /// The description for the run folder of a side.
    public let describe: (_ plan: ReplayPlan, Side) -> RunDescription
    /// Hosts that requests may be sent to although they are not loopback.
    public var allowedHosts: [String] = []
    /// The number of pairs.
    public var pairs = 3
    /// The share by which figures may differ, 0…1.
    public var margin = 0.05
    /// Conditions that each run of the candidate must meet, and `no-regression`.
    public var gates: [Criterion] = []
    /// Whether inconclusive gates fail too.
    public var isStrict = false
    /// What is watched; named processes and pages belong to the candidate.
    public var watch = TargetWatch()
    /// Names the options that would help.
    public var advisor = Advisor.silent
    /// Makes the follower of a run that begins; nil for none.
    public var follow: (Turn, ReplayPlan, RunDescription) -> (any RunFollower)? = { _, _, _ in nil }
    /// Called with the result of each followed run.
    public var conclude: (RunSummary) -> Void = { _ in }

    /// Prepares the pairs; nothing is sent yet.
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
    /// - Throws: `UnknownEndpoint`, `RunFolderError`, or an error that prevents a run from starting: see
    ///   ``PlannedRun``.
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
            // A user who stops one run does not want the remaining ones.
            guard record.description.end?.stopped == nil else {
                outcome.isInterrupted = true
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
        if try RunFolder.createFolder(path) { return }
        guard overwrites else { throw .exists(path: path) }
        // Without this, turns of an earlier comparison with more pairs would be read as turns of this one.
        for number in pairs..<PairsFolder.most {
            for side in Side.allCases { try RunFolder.remove("\(path)/\(side.rawValue)-\(number + 1)") }
        }
    }

    private func perform(
        _ turn: Turn, _ plan: ReplayPlan, _ path: String, overwrites: Bool, _ console: JobConsole
    ) throws -> (RunRecord, RunSummary) {
        let isBaseline = turn.side == .baseline
        let description = describe(plan, turn.side)
        var run = PlannedRun(plan: plan, options: options(turn.side), description: description, advisor: advisor)
        run.follower = follow(turn, plan, description)
        run.allowedHosts = allowedHosts
        let result = try run.perform(
            folder: "\(path)/\(turn.name)", overwrites: overwrites,
            watching: isBaseline ? watch.ofAnotherTarget : watch, console: console)
        let summary = RunSummary(
            of: result.record, gates: isBaseline ? [] : gates.filter { $0.figure != .noRegression },
            isStrict: isStrict, advisor: advisor)
        conclude(summary)
        try result.collector.writeSummary(summary)
        return (result.record, summary)
    }
}
