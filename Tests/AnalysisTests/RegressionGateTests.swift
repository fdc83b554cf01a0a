import Testing

@testable import Analysis

@Suite struct RegressionGateTests {
    @Test(
        arguments: [
            (.regressed, true, false, true, "gate failed", "the gate is there for it"),
            (.regressed, false, false, false, nil, "not requested"),
            (.regressed, false, true, true, "gate failed", "--strict alone asks"),
            (.inconclusive, true, false, false, "not decided", "not decided, and not silent"),
            (.inconclusive, false, true, true, "gate failed", "--strict"),
            (.inconclusive, false, false, false, nil, "not requested"),
            (.equivalent, true, true, false, nil, "good"),
            (.improved, true, true, false, nil, "good"),
        ] as [(ComparisonVerdict, Bool, Bool, Bool, String?, String)])
    func judges(
        verdict: ComparisonVerdict, isGiven: Bool, isStrict: Bool, fails: Bool, note: String?, reason: String
    ) {
        let gate = RegressionGate(isGiven: isGiven, isStrict: isStrict)
        #expect(gate.fails(verdict) == fails, "\(reason)")
        #expect((gate.note(verdict) == nil) == (note == nil), "\(reason): \(gate.note(verdict) ?? "none")")
        if let note { #expect(gate.note(verdict)?.contains(note) == true, "\(reason)") }
    }
}
