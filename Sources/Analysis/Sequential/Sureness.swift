/// How sure a verdict must be.
///
/// A verdict at the end of a run is given once. One that is looked at while the run lasts has as many chances to err as there are
/// looks; it asks for odds that are reached at any time with no more than `level` probability where there is nothing to find
/// (Ville 1939; Robbins 1970; Ramdas, Grünwald, Vovk and Shafer 2023, "Game-theoretic statistics and safe anytime-valid
/// inference"): the averaged likelihood ratio of all growths against all explanations without one is such a process as far as
/// these explanations hold, so looks need no correction.
enum Sureness: Hashable, Sendable {
    /// At the run's end.
    case final
    /// The progress of a run that goes on, by the number of seconds it is planned to last.
    case ongoing(plannedSeconds: Double)

    /// What is told must be at least as likely as this.
    var leastProbability: Double {
        switch self {
        case .final: 0.8
        case .ongoing: 1 - Sureness.level
        }
    }

    /// What is ruled out must be at most as likely as this.
    var mostDoubt: Double {
        switch self {
        case .final: 0.05
        case .ongoing: Sureness.level
        }
    }

    /// The planned length over the known one; 1 at the end.
    func horizon(_ seconds: Double) -> Double {
        switch self {
        case .final: 1
        case .ongoing(let planned): max(planned / max(seconds, 1), 1)
        }
    }

    /// The probability of ever being wrong where nothing is to be found.
    private static let level = 0.01
}
