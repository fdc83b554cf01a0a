/// A confidence interval of a long-run mean that is valid at all times at once, so that it may be checked at any time.
///
/// The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2021, "Time-uniform central
/// limit theory and asymptotic confidence sequences", theorem 2.2), applied to means of equal time intervals; their
/// correlation widens it.
struct ConfidenceSequence {
    /// The sums of numerator and denominator of the mean, over equal time intervals, in order.
    let numerators: [Double]
    let denominators: [Double]
    /// The length of all intervals together.
    let seconds: Double
    /// Whether the mean is a share 0…1 of independent things: its precision is then limited by their number.
    let isShare: Bool

    /// Fewer intervals and seconds do not allow estimating the noise.
    private static let leastStretches = 20
    private static let leastSeconds = 60.0
    private static let batches = 40
    /// Seconds that count as one observation, and the number of observations at which the interval is tightest.
    private static let observation = 10.0
    private static let tightest = 60.0

    /// The interval, which excludes the mean at any time with probability `level` at most; nil with too few data.
    func interval(level: Double) -> ClosedRange<Double>? {
        let whole = denominators.reduce(0, +)
        guard numerators.count >= ConfidenceSequence.leastStretches, seconds >= ConfidenceSequence.leastSeconds,
            whole > 0
        else { return nil }
        let sum = numerators.reduce(0, +)
        let mean = sum / whole
        let count = min(numerators.count, ConfidenceSequence.batches)
        let each = whole / Double(count)
        // The contribution of each batch to the mean's error.
        let rests = (0..<count).map { batch in
            let range = batch * numerators.count / count..<(batch + 1) * numerators.count / count
            return (numerators[range].reduce(0, +) - mean * denominators[range].reduce(0, +)) / each
        }
        let squares = rests.reduce(0) { $0 + $1 * $1 }
        let products = zip(rests, rests.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let size = Double(count)
        let correlation = squares > 0 ? min(max((size * products / squares + 1) / (size - 3), 0), 0.9) : 0
        var variance = squares / (size - 1) / size * (1 + correlation) / (1 - correlation)
        if isShare {
            let share = (sum + 1) / (whole + 2)
            variance = max(variance, share * (1 - share) / whole)
        }
        let time = seconds / ConfidenceSequence.observation
        let tuning = (-2 * Math.log(level) + Math.log(-2 * Math.log(level) + 1)) / ConfidenceSequence.tightest
        let scaled = time * tuning
        let width = (variance * (1 + 1 / scaled) * Math.log((scaled + 1) / (level * level))).squareRoot()
        return mean - width...mean + width
    }
}
