/// The result of a campaign: the content of `campaign.json`.
public struct CampaignResult: Codable, Hashable, Sendable {
    /// The campaign's name.
    public var name: String
    /// When it began, in seconds since 1970.
    public var startedAt: Double
    /// The divisor of `--quick`; nil without it. A shortened campaign shows that it works, but nothing about the
    /// service.
    public var shortenedBy: Int?
    /// FAIL when a scenario failed or could not be completed, INCONCLUSIVE when one with gates decided nothing or the
    /// campaign was interrupted, PASS when at least one passed, NONE when nothing was judged.
    public var verdict: Verdict
    /// The verdict in the file's words, such as `APPROVED`.
    public var label: String
    /// The weighted share of goals that were met, 0…100; nil without goals.
    public var score: Double?
    /// The name of the band that contains the score.
    public var scoreBand: String?
    /// In the order they ran.
    public var scenarios: [ScenarioResult]
    /// Whether the user interrupted it.
    public var wasInterrupted: Bool
    /// How it was run; nil in results written before this existed.
    public var provenance: CampaignProvenance?
}

extension CampaignResult {

    /// The result of its scenarios.
    ///
    /// - Parameters:
    ///   - words: the file's words for the verdict.
    ///   - bands: names of score bands with their lower bounds, from the highest down.
    public init(
        name: String, startedAt: Double, scenarios: [ScenarioResult], words: (pass: String, fail: String),
        bands: [(name: String, percent: Double)], shortenedBy: Int? = nil, wasInterrupted: Bool = false
    ) {
        self.name = name
        self.startedAt = startedAt
        self.scenarios = scenarios
        self.shortenedBy = shortenedBy
        self.wasInterrupted = wasInterrupted
        let hasFailed = scenarios.contains { $0.verdict == .fail || $0.problem != nil }
        let isOpen = scenarios.contains { $0.verdict == .inconclusive }
        let isPassed = scenarios.contains { $0.verdict == .pass }
        // A scenario that decided nothing may be the one that matters, and so may those that were not run.
        verdict = hasFailed ? .fail : isOpen || wasInterrupted ? .inconclusive : isPassed ? .pass : .none
        label =
            switch verdict {
            case .pass: words.pass
            case .fail: words.fail
            case .inconclusive, .none: verdict.rawValue
            }
        let weight = scenarios.reduce(0) { $0 + $1.goalWeight }
        guard weight > 0 else { return }
        let percent = scenarios.reduce(0) { $0 + $1.metWeight } / weight * 100
        score = percent
        scoreBand = bands.first { percent >= $0.percent }?.name
    }
}
