public import Analysis

/// Everything that is reported about a campaign: its result, its runs, and an earlier campaign if there is one.
public struct CampaignContent: Sendable {
    /// One run of a scenario: the only one, or one level of a ladder.
    public struct Run: Sendable {
        /// Its folder, relative to the campaign's.
        public var folder: String
        /// Its result.
        public var summary: RunSummary
        /// Its lines over time.
        public var series: RunSeries
        /// How it was run.
        public var caption: RunCaption
        /// Its Apdex; nil unless requested.
        public var apdex: Apdex?
        /// The comparison with the run of the same scenario in the earlier campaign; nil without one.
        public var comparison: RunComparison?

        /// A run; omitted parts are not reported.
        public init(
            folder: String, summary: RunSummary, series: RunSeries, caption: RunCaption, apdex: Apdex? = nil,
            comparison: RunComparison? = nil
        ) {
            self.folder = folder
            self.summary = summary
            self.series = series
            self.caption = caption
            self.apdex = apdex
            self.comparison = comparison
        }
    }

    /// A scenario and its runs.
    public struct Part: Sendable {
        /// Its result.
        public var result: ScenarioResult
        /// Empty if nothing was sent, or its folder cannot be read.
        public var runs: [Run]

        /// A scenario with its runs.
        public init(_ result: ScenarioResult, runs: [Run]) {
            self.result = result
            self.runs = runs
        }
    }

    /// An earlier campaign.
    public struct Earlier: Sendable {
        /// Its folder, as displayed.
        public var folder: String
        /// Its result.
        public var result: CampaignResult

        /// A campaign in a folder.
        public init(folder: String, result: CampaignResult) {
            self.folder = folder
            self.result = result
        }
    }

    /// Its result.
    public let result: CampaignResult
    /// In the order of the result.
    public let parts: [Part]
    /// The earlier campaign to compare with; nil without one.
    public let earlier: Earlier?
    /// The distribution of response times of all runs, with all their requests.
    public let responseTimes: Percentiles
    /// What the result means.
    public let assessment: CampaignAssessment
    /// What changed since the earlier campaign.
    public let changes: [CampaignChange]

    /// The content of a campaign's pages.
    ///
    /// - Parameter responseTimes: of all runs together.
    public init(
        _ result: CampaignResult, parts: [Part], responseTimes: Percentiles = Percentiles(), earlier: Earlier? = nil
    ) {
        self.result = result
        self.parts = parts
        self.responseTimes = responseTimes
        self.earlier = earlier
        let summaries = parts.compactMap { part in
            part.result.ladder == nil ? part.runs.first.map { (part.result.name, $0.summary) } : nil
        }
        assessment = CampaignAssessment(
            result, summaries: Dictionary(summaries, uniquingKeysWith: { first, _ in first }))
        changes = earlier.map { CampaignChange.all(from: $0.result, to: result) } ?? []
    }

    /// All runs.
    var runs: [Run] { parts.flatMap(\.runs) }
    /// Finished requests of all runs.
    var requests: Double { runs.reduce(0) { $0 + Double($1.summary.requests) } }
    /// Failed requests.
    var failures: Double { runs.reduce(0) { $0 + Double($1.summary.failures) } }
    /// Answered requests.
    var answers: Double { runs.reduce(0) { $0 + Double($1.summary.answers ?? 0) } }
    /// The duration of all runs together, in seconds.
    var seconds: Double { runs.reduce(0) { $0 + $1.summary.durationSeconds } }
    /// The largest number of concurrent sessions.
    var peakSessions: Int { runs.map(\.summary.sessions.peakConcurrent).max() ?? 0 }
}
