/// Why nothing can be planned.
public enum PlanError: Error, Hashable, Sendable {
    /// No recorded session holds a request that can be sent.
    case nothingToSend
    /// The factor is not a positive, finite number.
    case speedOutOfRange(Double)
    /// Fewer than one, or more than ``ReplayPlan/slotLimit``, clones at once.
    case populationOutOfRange(Int)
    /// The ramp or the duration is negative, or the duration is zero.
    case spanOutOfRange(Duration)
    /// The template has none of `{clone}`, `{uuid}` and `{counter}`, so that all clones would be one person.
    case identityTemplateWithoutClone(String)
    /// There are rows for fewer clones than run at once, and each of those has to have its own.
    case tooFewRows(clones: Int, needed: Int)
}

extension PlanError: CustomStringConvertible {
    /// One line for the user.
    public var description: String {
        switch self {
        case .nothingToSend: "no recorded session has a request that can be sent"
        case .speedOutOfRange(let factor): "a speed of \(factor) is not a positive number"
        case .populationOutOfRange(let count):
            "\(count) clones at once is not between 1 and \(ReplayPlan.slotLimit)"
        case .spanOutOfRange(let span): "a time of \(span) is not possible here"
        case .identityTemplateWithoutClone(let template):
            "the identity template '\(template)' has none of {clone}, {uuid} and {counter}: all clones would be one person"
        case .tooFewRows(let clones, let needed):
            "there are identities or values for \(clones) clones, but \(needed) run at once"
        }
    }
}
