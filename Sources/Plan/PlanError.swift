/// An error in planning a replay.
public enum PlanError: Error, Hashable, Sendable {
    /// No recorded session holds a request that can be sent.
    case nothingToSend
    /// The factor is not a positive, finite number.
    case speedOutOfRange(Double)
    /// The number of concurrent clones is below one or above ``ReplayPlan/slotLimit``.
    case populationOutOfRange(Int)
    /// The ramp or the duration is negative, or the duration is zero.
    case spanOutOfRange(Duration)
    /// The template has none of `{clone}`, `{uuid}` and `{counter}`, so that all clones would be the same user.
    case identityTemplateWithoutClone(String)
    /// The files have rows for fewer clones than run concurrently, and each of those needs its own.
    case tooFewRows(clones: Int, needed: Int)
}

extension PlanError: CustomStringConvertible {
    /// One line for the user.
    public var description: String {
        switch self {
        case .nothingToSend: "no recorded session has a request that can be sent"
        case .speedOutOfRange(let factor): "a speed of \(factor) is not a positive number"
        case .populationOutOfRange(let count):
            "the number of concurrent clones must be 1 to \(ReplayPlan.slotLimit), not \(count)"
        case .spanOutOfRange(let span): "a ramp must be 0s or more and a duration above 0, not \(span)"
        case .identityTemplateWithoutClone(let template):
            "the identity template '\(template)' has none of {clone}, {uuid} and {counter}: all clones would be the same user"
        case .tooFewRows(let clones, let needed):
            "there are identities or values for \(clones) clones, but \(needed) run at once"
        }
    }
}
