internal import Analysis
internal import Measurement
internal import Traffic

/// How many requests per second a scenario can send at most, and whether that is enough for its criteria.
extension DryRun {

    /// A mean response time below this is noted: few services reach it under load.
    private static let quickAnswer = Duration.seconds(1)

    /// The most requests per second that a scenario can send, in the phase that can send most; nil if nothing bounds
    /// them.
    public static func mostRequestsPerSecond(of scenario: ScenarioDefinition, in file: ScenarioFile) -> Double? {
        let offers = scenario.phases.map { Offer(nil, scenario, $0, file)?.perSecond }
        return offers.contains(nil) ? nil : offers.compactMap { $0 }.max()
    }

    /// With pauses between requests, N sessions send at most N / mean pause requests per second, however fast the
    /// service is.
    mutating func checkRates(_ scenario: ScenarioDefinition, in file: ScenarioFile) {
        let judged = scenario.phases.filter(\.isJudged)
        for criterion in scenario.gates + scenario.goals {
            if criterion.names(oneOf: scenario.phases) {
                check(criterion, scenario, scenario.phases.filter { criterion.scope.concerns($0) }, file)
            } else if case .ladder = scenario.load {
                // Each level is judged separately: a gate that cannot hold at the first one ends the ladder there.
                check(criterion, scenario, Array(judged.prefix(1)), file)
            } else {
                check(criterion, scenario, judged, file)
            }
        }
        for phase in scenario.phases {
            for criterion in phase.gates + phase.goals { check(criterion, scenario, [phase], file) }
        }
    }

    /// Checks a rate against the phase of these that can send most.
    private mutating func check(
        _ criterion: Criterion, _ scenario: ScenarioDefinition, _ phases: [Phase], _ file: ScenarioFile
    ) {
        guard case .requestRate = criterion.figure, let comparison = criterion.comparison,
            comparison.relation.wantsMore
        else { return }
        let offers = phases.map { Offer(criterion, scenario, $0, file) }
        guard let best = offers.compactMap({ $0 }).max(by: { $0.perSecond < $1.perSecond }),
            offers.allSatisfy({ $0 != nil })
        else { return }
        let limit = comparison.limit.value
        if comparison.relation == .above ? limit >= best.perSecond : limit > best.perSecond {
            add(
                .unreachable, scenario.name,
                "'\(criterion.label)' cannot be met in \(best.phase): \(best.text) send at most "
                    + "\(Self.short(best.perSecond)) requests per second")
        } else if let pause = best.pause, limit > 0 {
            let answer = Duration.milliseconds(Int64(((best.sessions / limit - pause.seconds) * 1000).rounded()))
            guard answer > .zero, answer < Self.quickAnswer else { return }
            add(
                .surprising, scenario.name,
                "'\(criterion.label)' needs a mean response within \(DurationText.text(answer)) in \(best.phase): \(best.text) send "
                    + "at most \(Self.short(best.perSecond)) requests per second")
        }
    }
}

/// The most requests per second that a phase can send.
private struct Offer {
    let phase: String
    let perSecond: Double
    let sessions: Double
    /// The mean pause, if all sessions have the same.
    let pause: Duration?
    /// `100 sessions that pause 1s to 3s between requests`.
    let text: String

    /// nil if nothing bounds it: sessions that arrive at a rate, or that do not pause.
    ///
    /// - Parameter criterion: its traffic alone counts, if it names one; nil for all
    init?(_ criterion: Criterion?, _ scenario: ScenarioDefinition, _ phase: Phase, _ file: ScenarioFile) {
        let counts: [LoadLevel.TrafficCount]
        switch phase.level {
        case .rate: return nil
        case .byTraffic(let own): counts = own
        case .sessions(let count):
            counts = [LoadLevel.TrafficCount(traffic: phase.traffic ?? scenario.traffic ?? "", sessions: count)]
        }
        var wanted: Set<String>?
        if let criterion, case .named(let name) = criterion.scope, file.traffic.contains(where: { $0.name == name }),
            !criterion.names(oneOf: scenario.phases)
        {
            wanted = Set(file.shares(of: name).map(\.traffic))
        }
        var perSecond = 0.0
        var sessions = 0.0
        var thinks: Set<ThinkTime> = []
        for count in counts {
            for share in file.shares(of: count.traffic) where wanted?.contains(share.traffic) ?? true {
                var options = scenario.options.overlaid(by: phase.options)
                if case .part(let part)? = file.traffic.first(where: { $0.name == share.traffic })?.content {
                    options = options.overlaid(by: part.options)
                }
                guard let think = ThinkTime(options), think.mean > .zero else { return nil }
                thinks.insert(think)
                sessions += Double(count.sessions) * share.share
                perSecond += Double(count.sessions) * share.share / think.mean.seconds
            }
        }
        guard sessions > 0 else { return nil }
        self.phase = phase.name
        self.perSecond = perSecond
        self.sessions = sessions
        pause = thinks.count == 1 ? thinks.first?.mean : nil
        let pauses =
            thinks.count == 1 ? " that pause \(thinks.first?.text ?? "") between requests" : " with their pauses"
        text = "\(DryRun.short(sessions.rounded())) sessions\(pauses)"
    }
}
