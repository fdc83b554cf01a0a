import Analysis
import Formats
import Measurement
import Plan
import Report

/// What happens when a run is over: it is judged, kept with its report, and shown.
struct RunConclusion {
    let judging: JudgingArguments
    let gates: [Gate]
    /// The run folder's path.
    let path: String
    /// What user names of the recording became, by endpoint.
    let identities: [PlanFindings.Identity]

    /// Writes and prints what `result` came to.
    ///
    /// - Throws: the exit status that tells how the run ended, unless all is well.
    func conclude(_ result: consuming PlannedRun.Result) throws {
        let record = result.record
        let summary = RunSummary(of: record, gates: gates, isStrict: judging.gates.strict, advisor: .commandLine)
        let series = RunSeries(of: record)
        let caption = RunCaption(folder: path, of: record.description)
        var failure: (any Error)? = result.collector.folderError
        do {
            try result.collector.writeSummary(summary)
            var page = try ResultOutput.open(path: "\(path)/report.html", overwrites: judging.force)
            try page.write(HTMLReport(summary, series: series, caption: caption).text)
        } catch {
            // What was measured is shown all the same.
            failure = failure ?? error
        }
        if judging.json {
            try ResultOutput.print(JSONText.encodedText(summary))
        } else {
            try ResultOutput.print(
                TerminalReport(summary, series: series, caption: caption, options: .standardOutput).text)
            if failure == nil { Console.note("report: \(path)/report.html") }
            if let advice = TakenNames.advice(summary.failureCauses ?? [], identities) { Console.note(advice) }
        }
        if let failure { throw failure }
        let status = ExitStatus(of: summary)
        if status != .success { throw status.code }
    }
}

extension ExitStatus {
    /// What the summary of a replay tells the caller.
    ///
    /// A failed gate is told before all else but an interruption; without gates a run in which nothing succeeded, or that a limit
    /// ended, is a failure.
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
