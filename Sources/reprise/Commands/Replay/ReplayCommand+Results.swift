import Analysis
import Formats
import Measurement
import Plan
import Report
import Workflows

extension ReplayCommand {
    /// Prints the result of a run.
    ///
    /// - Parameter identities: how user names of the recording were replaced, by endpoint.
    /// - Throws: the exit status of the run, unless it is success.
    func show(_ run: RunConclusion, folder path: String, identities: [PlanFindings.Identity]) throws {
        if judging.json {
            try ResultOutput.print(JSONText.encodedText(run.summary))
        } else {
            try ResultOutput.print(
                TerminalReport(run.summary, series: run.series, caption: run.caption, options: .standardOutput).text)
            if run.failure == nil { Console.note("report: \(path)/report.html") }
            let causes = run.summary.failureCauses ?? []
            if let advice = ExistingUserNames.advice(causes, identities, advisor: .commandLine) { Console.note(advice) }
        }
        if let failure = run.failure { throw failure }
        let status = ExitStatus(of: run.summary)
        if status != .success { throw status.code }
    }

    /// Prints the result of alternating replays.
    ///
    /// - Throws: their exit status, unless it is success.
    func show(_ outcome: PairedReplay.Outcome, folder path: String, gates: [Criterion]) throws {
        if let (turn, notice) = outcome.withoutSuccess {
            throw CommandFailure("\(turn.name): \(notice)", outcome.hasFailedGate ? .gateFailed : .failure)
        }
        guard !outcome.isInterrupted, let comparison = outcome.comparison else { throw ExitStatus.interrupted.code }
        try ResultOutput.print(
            judging.json
                ? JSONText.encodedText(comparison, isPretty: false)
                : ComparisonPage(comparison, margin: baseline.margin / 100, width: ResultOutput.columns).text)
        if !judging.json { Console.note("report: \(path)/report.html") }
        let regression = RegressionGate(
            isGiven: gates.contains { $0.figure == .noRegression }, isStrict: judging.gates.strict,
            advisor: .commandLine)
        if let note = regression.note(comparison.verdict) { Console.note(note) }
        if outcome.hasFailedGate || regression.fails(comparison.verdict) { throw ExitStatus.gateFailed.code }
    }
}

extension ExitStatus {
    /// The exit status for the summary of a replay.
    ///
    /// An interruption takes precedence, then a failed gate; without gates, a run in which nothing succeeded or that
    /// was ended by a limit is a failure.
    init(of summary: RunSummary) {
        if summary.ending == .interrupted {
            self = .interrupted
        } else if summary.verdict == .fail {
            self = .gateFailed
        } else if summary.ending == .failed {
            self = .failure
        } else if summary.verdict == .none, summary.isWithoutSuccess || summary.ending == .stopped {
            self = .failure
        } else {
            self = .success
        }
    }
}
