import Analysis
import ArgumentParser
import Formats
import Foundation
import Glibc
import Measurement
import Plan
import Replay
import Report
import Traffic

/// What a target is compared with, by replays in turns.
struct BaselineArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also replay to this target, in turns with --target, and compare the two. Repeatable.",
            discussion: "The run folder then has a run for each turn, and the comparison.",
            valueName: "[host=]url", visibility: .hidden))
    var baselineTarget: [String] = []

    @Option(
        help: ArgumentHelp("Number of turns of baseline and target.", valueName: "n", visibility: .hidden))
    var pairs = 3

    @Option(
        help: ArgumentHelp(
            "Differences up to this many percent do not matter.", valueName: "percent", visibility: .hidden))
    var margin = 5.0

    func validate() throws {
        guard (1...100).contains(pairs) else { throw ValidationError("--pairs is 1 to 100.") }
        guard margin > 0, margin <= 100 else {
            throw ValidationError("--margin takes a percentage above 0, up to 100.")
        }
    }
}

/// Replays of the same plan to a baseline and to a candidate in turn, and their comparison.
struct PairedReplay {
    /// The plan of a pair: people who registered once cannot do so again.
    let plan: (_ pair: Int) throws -> ReplayPlan
    let baseline: ReplayOptions
    let candidate: ReplayOptions
    let describe: (_ plan: ReplayPlan, _ isBaseline: Bool) -> RunDescription
    let allowedHosts: [String]
    let arguments: BaselineArguments
    let judging: JudgingArguments

    /// Runs all pairs and shows what they came to.
    ///
    /// - Throws: the exit status that tells how it ended, unless all is well.
    func perform() throws {
        let gates = try judging.gates.parsed()
        let path = judging.runFolder
        guard mkdir(path, 0o700) == 0 || (errno == EEXIST && judging.force) else {
            throw CommandFailure("cannot create \(path): \(String(cString: strerror(errno)))")
        }
        var sides: [[RunRecord]] = [[], []]
        var hasFailed = false
        var plans: [ReplayPlan] = []
        for turn in 0..<2 * arguments.pairs where !Interrupt.isRequested {
            // Every second pair begins with the candidate, so that what changes with time favours neither.
            let isBaseline = (turn + turn / 2).isMultiple(of: 2)
            if turn.isMultiple(of: 2) { plans.append(try plan(turn / 2)) }
            let own = plans[turn / 2]
            if let unknown = UnknownEndpoint.first(in: gates, among: own.endpoints.map(\.label)) { throw unknown }
            let name = "\(isBaseline ? "baseline" : "candidate")-\(turn / 2 + 1)"
            Console.note("\(name) of \(arguments.pairs)")
            let run = PlannedRun(
                plan: own, options: isBaseline ? baseline : candidate, description: describe(own, isBaseline),
                allowedHosts: allowedHosts)
            let result = try run.perform(
                folder: "\(path)/\(name)", overwrites: judging.force,
                watching: isBaseline ? judging.watch.ofAnotherTarget : judging.watch)
            let conditions = isBaseline ? [] : gates.filter { $0.subject != .noRegression }
            let summary = RunSummary(
                of: result.record, gates: conditions, isStrict: judging.gates.strict, advisor: .commandLine)
            try result.collector.writeSummary(summary)
            for gate in summary.gates where gate.outcome == .failed {
                Console.note("\(name): gate failed: \(gate.gate): \(gate.figure)")
            }
            hasFailed = hasFailed || summary.verdict == .fail
            if summary.isWithoutSuccess {
                throw CommandFailure(
                    "\(name): \(summary.notices?.first ?? "nothing succeeded")", hasFailed ? .gateFailed : .failure)
            }
            sides[isBaseline ? 0 : 1].append(result.record)
        }
        if Interrupt.isRequested { throw ExitStatus.interrupted.code }
        try conclude(sides, gates: gates, hasFailed: hasFailed)
    }

    private func conclude(_ sides: [[RunRecord]], gates: [Gate], hasFailed: Bool) throws {
        let comparison = RunComparison(
            baseline: sides[0], candidate: sides[1], margin: arguments.margin / 100, advisor: .commandLine)
        try ResultOutput.print(
            judging.json
                ? JSONText.encodedText(comparison, isPretty: false)
                : ComparisonPage(comparison, margin: arguments.margin / 100, width: ResultOutput.columns).text)
        var page = try ResultOutput.open(path: "\(judging.runFolder)/report.html", overwrites: judging.force)
        try page.write(ComparisonReport(comparison, margin: arguments.margin / 100, title: judging.runFolder).text)
        if !judging.json { Console.note("report: \(judging.runFolder)/report.html") }
        let regression = RegressionGate(
            isGiven: gates.contains { $0.subject == .noRegression }, isStrict: judging.gates.strict)
        if let note = regression.note(comparison.verdict) { Console.note(note) }
        if hasFailed || regression.fails(comparison.verdict) { throw ExitStatus.gateFailed.code }
    }
}
