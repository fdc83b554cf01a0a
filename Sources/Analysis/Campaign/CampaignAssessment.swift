import Formats
import Measurement

/// The assessment of a campaign for a go-live decision: the answer, the risks, and the next step.
///
/// Every sentence is derived from the campaign's figures; advice is given only where a finding supports it.
public struct CampaignAssessment: Hashable, Sendable {
    /// Whether the service may go live.
    public enum Answer: Hashable, Sendable {
        case yes
        case no
        /// The campaign does not decide.
        case undecided
    }

    /// A risk of going live.
    public struct Risk: Hashable, Sendable {
        /// The severity of a risk, ascending.
        public enum Level: Int, Hashable, Sendable, Comparable {
            /// A gate holds, but with little room.
            case close
            /// Something that was asked for is unknown.
            case unknown
            /// Shown by the figures, although no gate covers it.
            case found
            /// A gate failed.
            case failed

            /// The less severe first.
            public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
        }

        /// Its severity.
        public var level: Level
        /// The scenario in which it was seen.
        public var scenario: String
        /// The risk in one sentence with its figures.
        public var sentence: String
        /// Advice; nil if the finding suggests none.
        public var advice: String?
        /// Orders risks of the same level: larger first.
        var weight: Double
        /// Whether the only risk is that the test was short.
        var isOfLength = false
    }

    /// A gate, and the scenario it belongs to.
    public struct JudgedGate: Hashable, Sendable {
        /// The scenario's name.
        public var scenario: String
        /// Its result.
        public var result: GateResult
    }

    /// Whether the service may go live.
    public let answer: Answer
    /// The reason, in one or two sentences.
    public let reason: String
    /// What was tested, one sentence each.
    public let tested: [String]
    /// All risks, most severe first.
    public let risks: [Risk]
    /// The decided gate with the least room to its limit; nil if none has a number.
    public let worstMargin: JudgedGate?
    /// The supported load compared with the required load; nil if it was not measured.
    public let capacity: String?
    /// The next step.
    public let nextStep: String

    /// Gates with less room than this are reported as risks.
    static let closeMargin = 0.1

    /// Assesses a campaign by its results and the summaries of its runs.
    ///
    /// - Parameters:
    ///   - summaries: summaries of the scenarios' runs, by scenario name; ladders have none.
    public init(_ result: CampaignResult, summaries: [String: RunSummary] = [:]) {
        let gates = result.scenarios.flatMap { scenario in
            scenario.gates.map { JudgedGate(scenario: scenario.name, result: $0) }
        }
        answer = CampaignAssessment.answer(result, gates)
        reason = CampaignAssessment.reason(result, gates, summaries)
        tested = CampaignAssessment.tested(result, summaries)
        let risks = CampaignAssessment.risks(result, summaries)
        self.risks = risks
        worstMargin = gates.filter { $0.result.outcome != .inconclusive && $0.result.margin != nil }
            .min { ($0.result.margin ?? 0, $0.scenario) < ($1.result.margin ?? 0, $1.scenario) }
        capacity = CampaignAssessment.capacity(result)
        nextStep = CampaignAssessment.nextStep(answer, result, risks, summaries)
    }

    private static func answer(_ result: CampaignResult, _ gates: [JudgedGate]) -> Answer {
        if result.verdict == .fail { return .no }
        let isOpen = gates.contains { $0.result.outcome == .inconclusive }
        let isWhole = !result.wasInterrupted && result.shortenedBy == nil
        // Goals only count for the score; but a service that misses most of them is not approved by its gates alone.
        let meetsGoals = result.score ?? 100 >= leastScore
        return result.verdict == .pass && isWhole && !isOpen && meetsGoals ? .yes : .undecided
    }

    /// With a lower score, the assessment is not a clear yes.
    private static let leastScore = 50.0
    /// A scenario that ran for less time, in seconds, says nothing about leaks, drift and rare failures.
    static let shortSeconds = 60.0

    /// How long a scenario ran, in seconds; nil if unknown. A ladder's trials are short on purpose.
    static func seconds(_ scenario: ScenarioResult, _ summaries: [String: RunSummary]) -> Double? {
        let phases = scenario.phases.reduce(0) { $0 + $1.seconds }
        let seconds = summaries[scenario.name]?.durationSeconds ?? phases
        return seconds > 0 && scenario.ladder == nil ? seconds : nil
    }

    private static func reason(
        _ result: CampaignResult, _ gates: [JudgedGate], _ summaries: [String: RunSummary]
    ) -> String {
        let failed = gates.count { $0.result.outcome == .failed }
        let open = gates.count { $0.result.outcome == .inconclusive }
        let problems = result.scenarios.count { $0.problem != nil }
        var parts: [String] = []
        if gates.isEmpty {
            parts.append("There are no gates, so nothing was judged.")
        } else if failed > 0 {
            parts.append("\(failed) of \(Plural.text(gates.count, "gate")) \(failed == 1 ? "does" : "do") not hold.")
        } else if open > 0 {
            parts.append(
                "No gate failed, but \(open) of \(Plural.text(gates.count, "gate")) \(open == 1 ? "is" : "are") inconclusive"
                    + (result.verdict == .pass ? ": PASS only says that no gate failed." : ".")
            )
        } else {
            parts.append(gates.count == 1 ? "The gate holds." : "All \(gates.count) gates hold.")
        }
        let goals = result.scenarios.flatMap(\.goals)
        let missed = goals.count { $0.outcome == .failed }
        if missed > 0 {
            parts.append("\(missed) of \(Plural.text(goals.count, "goal")) \(missed == 1 ? "is" : "are") missed.")
        }
        let lengths = result.scenarios.compactMap { seconds($0, summaries) }
        if let longest = lengths.max(), longest < shortSeconds, !gates.isEmpty {
            parts.append("The test was very short: \(span(longest)).")
        }
        if problems > 0 {
            parts.append(
                "\(Plural.text(problems, "scenario")) could not be completed.")
        }
        if result.wasInterrupted {
            parts.append("The campaign was interrupted: scenarios that did not run are not judged.")
        }
        if let divisor = result.shortenedBy {
            parts.append("All durations were divided by \(divisor), so the figures say little about the service.")
        }
        return parts.joined(separator: " ")
    }

    private static func tested(_ result: CampaignResult, _ summaries: [String: RunSummary]) -> [String] {
        let phases = result.scenarios.flatMap(\.phases)
        let requests = phases.reduce(0) { $0 + Double($1.requests) + Double($1.rampRequests) }
        let failures = phases.reduce(0) { $0 + Double($1.failures) + Double($1.rampFailures) }
        let seconds = result.scenarios.reduce(0) { sum, scenario in
            sum + (summaries[scenario.name]?.durationSeconds ?? scenario.phases.reduce(0) { $0 + $1.seconds })
        }
        let most = phases.filter { !$0.isRate }.map(\.sessions).max()
        var sentence =
            "\(Plural.text(result.scenarios.count, "scenario")) \(result.scenarios.count == 1 ? "was" : "were") run for "
            + CampaignAssessment.span(seconds)
        if let most { sentence += ", with up to \(Plural.text(whole(most), "session")) at once" }
        let unsent = result.scenarios.reduce(0) { sum, scenario in
            sum + (summaries[scenario.name]?.load.unsent ?? 0)
        }
        let sent = max(0, requests - Double(unsent))
        sentence += "; \(Plural.text(whole(sent), "request was", "requests were")) sent"
        if unsent > 0 { sentence += ", \(unsent.grouped) more lacked a value from an earlier response" }
        sentence +=
            failures == 0
            ? " and none failed."
            : unsent > 0
                ? "; \(whole(failures).grouped) of all (\(percent(failures / max(requests, 1)))) failed."
                : ", of which \(whole(failures).grouped) (\(percent(failures / max(requests, 1)))) failed."
        var sentences = [sentence]
        let faults = result.scenarios.flatMap { scenario in scenario.faults.map { ($0.name, scenario.name) } }
        if !faults.isEmpty {
            let names = Set(faults.map(\.0)).sorted().joined(separator: ", ")
            sentences.append("Injected faults: \(names).")
        }
        return sentences
    }

    private static func capacity(_ result: CampaignResult) -> String? {
        let sentences = result.scenarios.compactMap { scenario -> String? in
            guard let ladder = scenario.ladder else { return nil }
            var sentence = "\(scenario.name): \(ladder.sentence)"
            let needs = (scenario.gates + scenario.goals).filter { $0.limit != nil && $0.gate.hasPrefix("capacity") }
            for need in needs {
                guard let limit = need.limit, limit > 0, let capacity = ladder.capacity else { continue }
                let room = Double(capacity) / limit - 1
                let share = percent(room.magnitude)
                let held = room == 0 ? "exactly as many" : room > 0 ? "\(share) more" : "\(share) fewer"
                sentence += "; \(whole(limit).grouped) are needed, and \(held) are held"
            }
            return sentence + "."
        }
        if !sentences.isEmpty { return sentences.joined(separator: " ") }
        // Without a ladder, the highest level that passed its gates is a lower bound.
        let held = result.scenarios.filter { $0.verdict == .pass && $0.problem == nil }.flatMap { scenario in
            scenario.phases.filter { $0.isJudged && !$0.isRate && $0.verdict != .fail }
        }
        guard let most = held.map(\.sessions).max(), most > 0 else { return nil }
        return "At least \(Plural.text(whole(most), "session")): the highest level that was tried and passed its "
            + "gates. No ladder searched for the limit."
    }

    private static func nextStep(
        _ answer: Answer, _ result: CampaignResult, _ risks: [Risk], _ summaries: [String: RunSummary]
    ) -> String {
        if let problem = result.scenarios.first(where: { $0.problem != nil }) {
            return "Make \(problem.name) complete: \(problem.problem ?? "")"
        }
        if result.wasInterrupted { return "Run the campaign to completion." }
        if result.shortenedBy != nil { return "Run the campaign with its full durations." }
        if result.scenarios.allSatisfy(\.gates.isEmpty) { return "Add gates to the scenario file." }
        if let advised = risks.first(where: { $0.advice != nil }), let advice = advised.advice {
            return "\(advised.scenario): \(advice)"
        }
        if let first = risks.first(where: { !$0.isOfLength }) {
            return "Look into \(first.scenario): \(first.sentence)"
        }
        if let short = result.scenarios.first(where: { seconds($0, summaries) ?? .infinity < shortSeconds }) {
            return "Run \(short.name) for longer: \(span(seconds(short, summaries) ?? 0)) show neither leaks nor drift."
        }
        return answer == .yes ? "The figures call for no change." : "Give the gates more data: longer phases."
    }

    /// Converts a count that may be out of range in a damaged file.
    static func whole(_ value: Double) -> Int { value.isFinite ? Int(min(max(value, 0), 1e15)) : 0 }

    static func percent(_ ratio: Double) -> String {
        guard ratio.isFinite, ratio < 1e9 else { return "–" }
        let value = ratio * 100
        if value > 0, value < 0.01 { return "<0.01 %" }
        return "\(value.formatted(decimals: value < 1 ? 2 : value < 10 ? 1 : 0)) %"
    }

    static func span(_ seconds: Double) -> String {
        guard seconds >= 1 else { return "less than a second" }
        guard seconds < 1e12 else { return "an unknown time" }
        if seconds < 120 { return "\(seconds.formatted(decimals: 0)) s" }
        let minutes = Int(seconds / 60)
        return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
