public import Analysis
public import Measurement
public import Report

/// A finished run: judged, and stored with its report.
public struct RunConclusion {
    /// The result of the run and its verdict.
    public let summary: RunSummary
    /// Its figures over time.
    public let series: RunSeries
    /// The head of its report.
    public let caption: RunCaption
    /// Why the folder could not be written; the results are shown nevertheless.
    public let failure: RunFolderError?
}

extension PlannedRun.Result {
    /// Judges the run by `gates`, and writes its summary and its page.
    ///
    /// - Parameters:
    ///   - isStrict: whether inconclusive gates fail too.
    ///   - folder: the run folder's path, for the heading of the page.
    ///   - advisor: names the options that would help.
    public consuming func concluded(
        gates: [Criterion], isStrict: Bool, folder: String, advisor: Advisor = .silent
    ) -> RunConclusion {
        let summary = RunSummary(of: record, gates: gates, isStrict: isStrict, advisor: advisor)
        return conclusion(summary, folder: folder)
    }

    /// Writes `summary` and the page of the run, for runs that are judged by more than gates.
    ///
    /// - Parameter folder: the run folder's path, for the heading of the page.
    public consuming func conclusion(_ summary: RunSummary, folder: String) -> RunConclusion {
        let series = RunSeries(of: record)
        let caption = RunCaption(folder: folder, of: record.description)
        var failure = collector.folderError
        do throws(RunFolderError) {
            try collector.writeSummary(summary)
            try collector.writeReport(HTMLReport(summary, series: series, caption: caption).text)
        } catch {
            failure = failure ?? error
        }
        return RunConclusion(summary: summary, series: series, caption: caption, failure: failure)
    }
}
