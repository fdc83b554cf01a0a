import Formats
public import Plan

/// Warnings about a plan before anything is sent, in addition to what `plan` lists.
public enum PlanWarnings {
    /// The warnings, one line each.
    public static func texts(of plan: ReplayPlan) -> [String] {
        let findings = plan.findings
        var texts = findings.rules.compactMap { rule in
            rule.problem.map { "\(rule.rule) has no effect: \(text(of: $0))" }
        }
        for (rule, effect) in zip(plan.options.bindingRules.rules, findings.rules) where effect.problem == nil {
            let unknown = rule.value.map { IdentityTemplate.unknownNames(in: $0, feeds: plan.options.feeds) } ?? []
            guard !unknown.isEmpty else { continue }
            let names = unknown.map { "{\($0)}" }.joined(separator: " and ")
            texts.append("\(effect.rule) sends \(names) as it is written: no table has a column of this name")
        }
        for reason in warned {
            let tokens = findings.tokens.filter { $0.sentAsRecorded == reason }
            guard !tokens.isEmpty else { continue }
            let count = tokens.reduce(0) { $0 + $1.count }
            let endpoints = Set(tokens.map(\.endpoint)).sorted()
            texts.append("\(count) \(count == 1 ? "field" : "fields") in \(list(endpoints)): \(reason.label)")
        }
        let used = findings.identities.compactMap(\.becomes) + plan.options.bindingRules.rules.compactMap(\.value)
        if let people = plan.options.feeds.people, plan.options.claims.isEmpty,
            !used.contains(where: { uses($0, people) })
        {
            texts.append("no recorded login uses a value of the identities file")
        }
        return texts
    }

    /// The exchanges of the recording that a replay does not send, by reason; nil if it sends all of them.
    public static func leftOut(of findings: PlanFindings) -> String? {
        let total = findings.leftOut.values.reduce(0, +)
        guard total > 0 else { return nil }
        let reasons = ExclusionReason.allCases.compactMap { reason in
            findings.leftOut[reason].map { "\($0.grouped) \(reason.label)" }
        }
        let all = Plural.text(max(total, findings.recordedExchanges), "recorded exchange")
        return "\(total.grouped) of \(all) \(total == 1 ? "is" : "are") not sent: \(reasons.joined(separator: ", "))"
    }

    /// Reasons that make requests fail on the target.
    private static let warned: [UnsignedReason] = [.noPassword, .noChallenge, .digestForm, .passwordForm]

    private static func uses(_ text: String, _ people: FeedTable) -> Bool {
        people.columns.contains { text.contains("{\($0)}") }
    }

    private static func list(_ endpoints: [String]) -> String {
        endpoints.count > 3
            ? endpoints.prefix(3).joined(separator: ", ") + " and \(endpoints.count - 3) more"
            : endpoints.joined(separator: ", ")
    }

    private static func text(of problem: PlanFindings.RuleEffect.Problem) -> String {
        switch problem {
        case .noSuchRequest: "it matches no recorded request"
        case .noSuchPlace: "the requests it matches have no value there"
        case .noSuchResponse: "it matches no recorded response"
        case .unreadableSource: "'take' is not a place that can be read"
        case .noValue: "no recorded response has a value there"
        case .overruled: "a later rule decides the same places"
        }
    }
}
