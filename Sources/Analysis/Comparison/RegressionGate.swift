/// The gate `no-regression` of a comparison.
public struct RegressionGate {
    /// Whether the user asked for it; a strict judgement implies it.
    public let isGiven: Bool
    /// Whether an inconclusive comparison fails it too.
    public let isStrict: Bool
    private let advisor: Advisor

    /// The gate as requested; `advisor` names the option that makes inconclusive gates fail.
    public init(isGiven: Bool, isStrict: Bool, advisor: Advisor = .silent) {
        self.isGiven = isGiven
        self.isStrict = isStrict
        self.advisor = advisor
    }

    /// Whether a comparison with this verdict fails the gate.
    public func fails(_ verdict: ComparisonVerdict) -> Bool {
        switch verdict {
        case .regressed: isGiven || isStrict
        case .inconclusive: isStrict
        case .improved, .equivalent: false
        }
    }

    /// A message in addition to the comparison; nil when none is needed.
    public func note(_ verdict: ComparisonVerdict) -> String? {
        if fails(verdict) { return "gate failed: no-regression, the verdict is \(verdict.rawValue)" }
        guard isGiven, verdict == .inconclusive else { return nil }
        return advisor.adding(
            .failInconclusive, to: "gate not decided: no-regression, the verdict is inconclusive")
    }
}
