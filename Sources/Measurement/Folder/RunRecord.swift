/// The complete record of a run, as just measured or as read from its folder.
public struct RunRecord: Hashable, Sendable {
    /// What the run was configured to do, and how it ended.
    public var description: RunDescription
    /// The measurements, in windows of time.
    public var series: WindowSeries
    /// Samples of the watched processes.
    public var targets: [ProcessTrack]
    /// Samples of scraped metrics; empty if none were scraped.
    public var metrics: ScrapedMetrics
    /// How requests failed; empty in folders written before this existed.
    public var failures = FailureTable()
    /// Figures by the description's stretches; empty without stretches.
    public var stretches = StretchTable()
    /// The course of a run with stretches, as just measured; not stored in the folder.
    public var timeline = LoadTimeline()
    /// Clones' first responses of given kinds, as just measured; not stored in the folder.
    public var firstResponses = FirstResponseTable()
    /// Examples of slow and failed requests, masked.
    public var examples: [RequestExample] = []
    /// What could not be read from the folder, one sentence each; empty for an intact folder.
    public var damages: [String]

    /// See the properties for the meaning of each parameter.
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

    /// From the first due instant to the last end, in nanoseconds. For a killed run, to the last recorded end.
    public var durationNs: Int64 {
        description.end?.durationNs ?? series.windows.last(where: { $0.lastFinishNs > 0 })
            .map(\.lastFinishNs) ?? 0
    }
}
