/// The difference between a figure of several runs and that of several other runs, in logarithms.
///
/// What matters is the variation between runs, which no interval from within a single run shows. It is estimated from
/// the differences of the pairs, moderated by a usual value (as in Smyth 2004 for few samples): two runs that happen to
/// be equal prove nothing, and a single pair relies on the usual value alone.
struct RunDifference: Hashable {
    let estimate: Double
    let standardError: Double
    let degreesOfFreedom: Double

    /// A figure of one run: its logarithm, its standard error within the run, and when the run began.
    struct Figure: Hashable {
        var value: Double
        var error: Double
        /// In seconds on any clock; nil if unknown.
        var began: Double?
    }

    /// The usual standard deviation of a figure between runs, and the number of runs this prior is worth.
    private static let usualSpread = 0.02
    private static let usualWorth = 3.0

    /// - Parameters:
    ///   - baseline: one figure per run; not empty.
    ///   - candidate: paired with the baseline in order if the numbers are equal.
    init(baseline: [Figure], candidate: [Figure]) {
        precondition(!baseline.isEmpty && !candidate.isEmpty, "runs to compare")
        let within =
            (RunDifference.meanSquare(baseline.map(\.error)) + RunDifference.meanSquare(candidate.map(\.error)))
        let usual = 2 * RunDifference.usualSpread * RunDifference.usualSpread + within
        let squares: Double
        let freedom: Double
        /// The variance of the estimate divided by that of a difference of two runs.
        let share: Double
        if baseline.count == candidate.count {
            let differences = zip(candidate, baseline).map { $0.value - $1.value }
            estimate = differences.reduce(0, +) / Double(differences.count)
            squares = RunDifference.squares(differences)
            freedom = Double(differences.count - 1)
            share = 1 / Double(differences.count)
        } else {
            let fit = RunDifference.fit(baseline, candidate)
            (estimate, squares, freedom, share) = (fit.estimate, 2 * fit.squares, fit.freedom, fit.share / 2)
        }
        degreesOfFreedom = RunDifference.usualWorth + freedom
        standardError = ((RunDifference.usualWorth * usual + squares) / degreesOfFreedom * share).squareRoot()
    }

    /// The standard deviation between runs of one service in excess of each run's own error, moderated by the usual
    /// value.
    static func spread(between runs: [Figure]) -> Double {
        let within = meanSquare(runs.map(\.error))
        let freedom = Double(runs.count - 1)
        let usual = usualSpread * usualSpread
        let total = (usualWorth * (usual + within) + squares(runs.map(\.value))) / (usualWorth + freedom)
        return max(total - within, 0).squareRoot()
    }

    /// Two-sided, against no difference.
    var pValue: Double {
        min(1, 2 * StudentT(degreesOfFreedom: degreesOfFreedom).upperTail(abs(estimate) / standardError))
    }

    /// The 90 % interval: two one-sided tests at 5 % compare it with a margin.
    var interval: ClosedRange<Double> { interval(tail: 0.05) }

    /// The interval with this probability on either side.
    func interval(tail: Double) -> ClosedRange<Double> {
        let width = StudentT(degreesOfFreedom: degreesOfFreedom).quantile(upperTail: tail) * standardError
        return estimate - width...estimate + width
    }

    /// An estimate of the number of pairs that would settle the comparison if further pairs vary like these: enough to
    /// distinguish this difference from none, or to rule out one of `margin` logarithms, whichever takes fewer.
    ///
    /// - Parameters:
    ///   - pairs: the number of pairs so far.
    ///   - tail: the probability on either side of the interval that decides on a difference.
    /// - Returns: nil if no practical number settles it.
    func pairsNeeded(pairs: Int, tail: Double, margin: Double) -> Int? {
        // With many pairs the quantiles are those of the normal distribution; the error falls with the square root of
        // their number.
        let normal = StudentT(degreesOfFreedom: 1000)
        let single = standardError * Double(pairs).squareRoot()
        let (size, room) = (abs(estimate), margin - abs(estimate))
        let detected =
            size > ComparisonVerdict.leastDifference ? normal.quantile(upperTail: tail) * single / size : .infinity
        let ruledOut = room > 0 ? normal.quantile(upperTail: 0.05) * single / room : .infinity
        let least = min(detected, ruledOut)
        let needed = (least * least).rounded(.up)
        guard needed.isFinite, needed <= Double(RunDifference.mostPairs) else { return nil }
        return max(Int(needed), pairs + 1)
    }

    /// The most pairs that are advised.
    private static let mostPairs = 200

    /// Fits different numbers of runs: both sides share one variance, and a linear drift over time, such as that of the
    /// machine, is removed if the times are known and the runs alternated.
    private static func fit(
        _ baseline: [Figure], _ candidate: [Figure]
    ) -> (estimate: Double, squares: Double, freedom: Double, share: Double) {
        let runs = baseline + candidate
        let values = runs.map(\.value)
        let sides = runs.indices.map { $0 < baseline.count ? 0.0 : 1 }
        let ones = runs.map { _ in 1.0 }
        let times = runs.compactMap(\.began)
        // If one side ran entirely after the other, the difference cannot be separated from drift.
        let turns = zip(sides, times).sorted { $0.1 < $1.1 }.map(\.0)
        let changes = zip(turns, turns.dropFirst()).count { $0 != $1 }
        if times.count == runs.count, runs.count >= 5, changes >= 3,
            let fit = LeastSquares(columns: [ones, sides, times.map { $0 - times[0] }], values: values)
        {
            return (fit.coefficients[1], fit.residualSquares, Double(runs.count - 3), fit.variances[1])
        }
        guard let fit = LeastSquares(columns: [ones, sides], values: values) else {
            // There is at least one run per side, so the columns differ and only the number of runs is too small.
            return (values[values.count - 1] - values[0], 0, 0, 2)
        }
        return (fit.coefficients[1], fit.residualSquares, Double(runs.count - 2), fit.variances[1])
    }

    private static func meanSquare(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    }

    private static func squares(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
}
