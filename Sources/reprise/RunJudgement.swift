import Analysis
import Measurement
import Report

/// What happens when a run is over: it is judged, kept with its report, and shown.
struct RunJudgement {
    let judging: JudgingArguments
    let gates: [Gate]
    /// The run folder's path.
    let path: String

    /// Writes and prints what `result` came to.
    ///
    /// - Throws: the exit status that tells how the run ended, unless all is well.
    func conclude(_ result: consuming PlannedRun.Result) throws {
        let record = result.record
        let summary = RunSummary(of: record, gates: gates, isStrict: judging.gates.strict)
        let series = RunSeries(of: record)
        let caption = RunCaption(folder: path, of: record.description)
        let wasInterrupted = result.wasInterrupted
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
            try ResultOutput.print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
        } else {
            try ResultOutput.print(
                TerminalReport(summary, series: series, caption: caption, options: .standardOutput).text)
            if failure == nil { Console.note("report: \(path)/report.html") }
        }
        if let failure { throw failure }
        if wasInterrupted { throw ExitStatus.interrupted.code }
        if summary.verdict == .fail { throw ExitStatus.gateFailed.code }
    }
}
