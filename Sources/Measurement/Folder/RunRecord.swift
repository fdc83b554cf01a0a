/// All that is known of a run, as just measured or as read back from its folder.
public struct RunRecord: Hashable, Sendable {
    public var description: RunDescription
    public var series: WindowSeries
    public var targets: [ProcessTrack]
    /// What was scraped of pages of metrics; empty where none was watched.
    public var metrics: ScrapedMetrics
    /// What could not be read back, a sentence each; empty for a whole folder.
    public var damages: [String]

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
    public var durationNanoseconds: Int64 {
        description.end?.durationNanoseconds ?? series.windows.last(where: { $0.lastFinishNanoseconds > 0 })
            .map(\.lastFinishNanoseconds) ?? 0
    }
}
