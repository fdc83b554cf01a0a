/// What a campaign came to: the content of `campaign.json`.
public struct CampaignResult: Codable, Hashable, Sendable {
    /// The campaign's name.
    public var name: String
    /// When it began, in seconds since 1970.
    public var startedAt: Double
    /// Whether the spans were shortened by `--quick`: then it says that the campaign runs, and nothing about the service.
    public var shortenedBy: Int?
    /// FAIL when a scenario failed or could not be run to its end, PASS when one passed, NONE when nothing was judged.
    public var verdict: Verdict
    /// The file's word for the verdict, such as `APPROVED`.
    public var label: String
    /// The weighted share of the goals that were met, 0…100; nil without goals.
    public var score: Double?
    /// The name of the band that the score is in.
    public var scoreBand: String?
    /// In the order in which they ran.
    public var scenarios: [ScenarioResult]
    /// Whether a person ended it.
    public var wasInterrupted: Bool
    /// How it was run; nil in results written before it was kept.
    public var provenance: CampaignProvenance?
}

extension CampaignResult {

    /// The sum of its scenarios.
    ///
    /// - Parameters:
    ///   - words: the file's words for the verdict
    ///   - bands: names of bands of the score with where they begin, from the highest down
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
        verdict = hasFailed ? .fail : scenarios.contains { $0.verdict == .pass } ? .pass : .none
        // A campaign that was broken off has shown nothing.
        if wasInterrupted, verdict == .pass { verdict = .none }
        label =
            switch verdict {
            case .pass: words.pass
            case .fail: words.fail
            case .none: Verdict.none.rawValue
            }
        let weight = scenarios.reduce(0) { $0 + $1.goalWeight }
        guard weight > 0 else { return }
        let percent = scenarios.reduce(0) { $0 + $1.metWeight } / weight * 100
        score = percent
        scoreBand = bands.first { percent >= $0.percent }?.name
    }
}
