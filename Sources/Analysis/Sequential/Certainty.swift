/// How certain a verdict must be.
///
/// A verdict at the end of a run is given once. A verdict that is checked during the run could err at every look, so it
/// requires odds that are ever reached with a probability of at most `level` if there is nothing to find (Ville 1939;
/// Robbins 1970; Ramdas, Grünwald, Vovk and Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference").
/// The averaged likelihood ratio of all growths against all explanations without growth is such a process as far as
/// these explanations hold, so looks need no correction.
enum Certainty: Hashable, Sendable {
    /// At the run's end.
    case final
    /// During a run with this planned length in seconds.
    case ongoing(plannedSeconds: Double)

    /// The least probability of a reported finding.
    var leastProbability: Double {
        switch self {
        case .final: 0.8
        case .ongoing: 1 - Certainty.level
        }
    }

    /// The largest probability of something that is ruled out.
    var mostDoubt: Double {
        switch self {
        case .final: 0.05
        case .ongoing: Certainty.level
        }
    }

    /// The planned length divided by the known one; 1 at the end.
    func horizon(_ seconds: Double) -> Double {
        switch self {
        case .final: 1
        case .ongoing(let planned): max(planned / max(seconds, 1), 1)
        }
    }

    /// The probability of ever being wrong if there is nothing to find.
    private static let level = 0.01
}
