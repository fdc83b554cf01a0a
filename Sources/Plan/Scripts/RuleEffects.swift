import Traffic

/// Counts the effects of the user's rules over all sessions, and finds why some have none.
struct RuleEffects {
    /// The parts of a rule that were seen in the recording.
    private struct Seen {
        var places = 0
        var hasRequest = false
        var hasResponse = false
        var hasValue = false
    }

    private let rules: BindingRules
    private var bindings: [Seen]
    private var identities: [Seen]

    init(_ rules: BindingRules) {
        self.rules = rules
        bindings = Array(repeating: Seen(), count: rules.rules.count)
        identities = Array(repeating: Seen(), count: rules.identities.count)
    }

    /// Adds a session.
    mutating func add(_ reading: SessionReading, _ people: SessionIdentities, _ resolution: Resolution) {
        guard !bindings.isEmpty || !identities.isEmpty else { return }
        for use in resolution.uses {
            if case .rule(let rule) = use.origin { bindings[rule].places += 1 }
        }
        for (index, rule) in rules.rules.enumerated() where bindings[index].places == 0 {
            look(at: rule, &bindings[index], reading)
        }
        for (index, rule) in rules.identities.enumerated() {
            for request in reading.requests where rule.matches(request) {
                identities[index].hasRequest = true
                if rule.field == CredentialFinder.digestPassword, !CredentialFinder.digest(in: request).isEmpty {
                    identities[index].places += 1
                }
            }
            identities[index].places += people.identities.count {
                $0.field == rule.field && rule.matches(reading.requests[$0.firstRequest])
            }
        }
    }

    private func look(at rule: BindingRules.Rule, _ seen: inout Seen, _ reading: SessionReading) {
        let locator = rule.source.flatMap { ValueSource.Locator(text: $0.place) }
        for (index, request) in reading.requests.enumerated() {
            if rule.sinks.isEmpty || rule.sinks.contains(where: { $0.matches(request) }) { seen.hasRequest = true }
            guard let source = rule.source, source.matches(request) else { continue }
            seen.hasResponse = true
            if let locator, !seen.hasValue { seen.hasValue = reading.value(at: locator, of: index) != nil }
        }
    }

    /// The effect of each rule, in the order of the rules.
    ///
    /// - Parameter found: the bindings; a rule may do no more than name one.
    func finish(bindings found: [PlanFindings.Binding]) -> [PlanFindings.RuleEffect] {
        var effects: [PlanFindings.RuleEffect] = []
        for (index, rule) in rules.rules.enumerated() {
            var places = bindings[index].places
            if places == 0, rule.sinks.isEmpty, !rule.isDropped, let source = rule.source {
                places =
                    found.first { $0.sourceEndpoint == source.endpoint && $0.source == source.place }?.count ?? 0
            }
            effects.append(
                PlanFindings.RuleEffect(
                    rule: RuleEffects.label(of: rule, index), places: places,
                    problem: places > 0 ? nil : problem(of: rule, at: index)))
        }
        for (index, rule) in rules.identities.enumerated() {
            let seen = identities[index]
            effects.append(
                PlanFindings.RuleEffect(
                    rule: "identities \(index + 1) (\(rule.endpoint) \(rule.field))", places: seen.places,
                    problem: seen.places > 0 ? nil : seen.hasRequest ? .noSuchPlace : .noSuchRequest))
        }
        return effects
    }

    private func problem(of rule: BindingRules.Rule, at index: Int) -> PlanFindings.RuleEffect.Problem {
        let seen = bindings[index]
        if !seen.hasRequest { return .noSuchRequest }
        if let source = rule.source {
            if !seen.hasResponse { return .noSuchResponse }
            // The source of a dropped binding may be in any form that is shown.
            if !rule.isDropped, ValueSource.Locator(text: source.place) == nil { return .unreadableSource }
            if !seen.hasValue { return .noValue }
        }
        let isOverruled = rules.rules.indices.dropFirst(index + 1).contains { later in
            bindings[later].places > 0
                && rules.rules[later].sinks.contains { sink in
                    rule.sinks.contains { $0.endpoint == sink.endpoint && $0.place == sink.place }
                }
        }
        return isOverruled ? .overruled : .noSuchPlace
    }

    /// The rule's label for the user. It leaves out the user's literal texts, which may be secrets.
    private static func label(of rule: BindingRules.Rule, _ index: Int) -> String {
        let source = rule.source.map { "\($0.endpoint) \($0.place)" }
        let sinks = rule.sinks.map { "\($0.endpoint) \($0.place)" }.joined(separator: ", ")
        let words = [source, sinks.isEmpty ? nil : "→ \(sinks)"].compactMap(\.self).joined(separator: " ")
        return "bindings \(index + 1)" + (rule.name.map { " '\($0)'" } ?? "") + (words.isEmpty ? "" : " (\(words))")
    }
}
