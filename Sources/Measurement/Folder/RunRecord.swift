/// All that is known of a run, as just measured or as read back from its folder.
public struct RunRecord: Hashable, Sendable {
    /// What the run was asked to do, and how it ended.
    public var description: RunDescription
    /// What was measured, in windows of time.
    public var series: WindowSeries
    /// What was read of the processes watched.
    public var targets: [ProcessTrack]
    /// What was scraped of pages of metrics; empty where none was watched.
    public var metrics: ScrapedMetrics
    /// How requests failed; empty in folders written before there was this.
    public var failures = FailureTable()
    /// Figures by the description's stretches; empty where it has none.
    public var stretches = StretchTable()
    /// The course of a run that is cut into stretches, as just measured; not in its folder.
    public var timeline = LoadTimeline()
    /// When clones had their first answers of some kinds, as just measured; not in its folder.
    public var firstAnswers = FirstAnswerTable()
    /// Whole requests, masked: slow ones and failed ones.
    public var examples: [RequestExample] = []
    /// What could not be read back, a sentence each; empty for a whole folder.
    public var damages: [String]

    /// What was measured.
    public init(
        description: RunDescription, series: WindowSeries, targets: [ProcessTrack],
        metrics: ScrapedMetrics = ScrapedMetrics(), damages: [String] = []
    ) {
        self.description = description
        self.series = series
        self.targets = targets
        self.metrics = metrics
        self.damages = damages
    }

    /// From the first due instant to the last end, in nanoseconds. Of a killed run: to the last end on record.
    public var durationNs: Int64 {
        description.end?.durationNs ?? series.windows.last(where: { $0.lastFinishNs > 0 })
            .map(\.lastFinishNs) ?? 0
    }
}
