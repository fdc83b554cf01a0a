import Analysis

/// The gate `no-regression` of a comparison.
struct RegressionGate {
    /// Whether it was given; `--strict` implies it.
    let isGiven: Bool
    /// Whether an inconclusive comparison fails it too.
    let isStrict: Bool

    /// Whether a comparison with this verdict fails the gate.
    func fails(_ verdict: ComparisonVerdict) -> Bool {
        switch verdict {
        case .regressed: isGiven || isStrict
        case .inconclusive: isStrict
        case .improved, .equivalent: false
        }
    }

    /// What a person is told beside the comparison; nil when it says enough itself.
    func note(_ verdict: ComparisonVerdict) -> String? {
        if fails(verdict) { return "gate failed: no-regression, the verdict is \(verdict.rawValue)" }
        guard isGiven, verdict == .inconclusive else { return nil }
        return "gate not decided: no-regression, the verdict is inconclusive; --strict makes it fail"
    }
}
