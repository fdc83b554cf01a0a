/// How far a figure of several runs lies above that of several others, in logarithms.
///
/// What matters is how runs differ from one another, which no interval from inside one run sees. It is estimated from the
/// differences of the pairs, moderated by what is usual (as Smyth 2004 does for few samples): two runs that happen to be alike
/// prove nothing, and a single pair has but the usual to go by.
struct RunDifference: Hashable {
    let estimate: Double
    let standardError: Double
    let degreesOfFreedom: Double

    /// A figure of one run: its logarithm, the standard error that the run itself shows of it, and when the run began.
    struct Figure: Hashable {
        var value: Double
        var error: Double
        /// In seconds on any clock; nil where it is unknown.
        var began: Double?
    }

    /// Usual standard deviation of a figure from run to run, and how many runs this is worth.
    private static let usualSpread = 0.02
    private static let usualWorth = 3.0

    /// - Parameters:
    ///   - baseline: a figure a run; not empty.
    ///   - candidate: pairs with the baseline in order where there are as many.
    init(baseline: [Figure], candidate: [Figure]) {
        precondition(!baseline.isEmpty && !candidate.isEmpty, "runs to compare")
        let within =
            (RunDifference.meanSquare(baseline.map(\.error)) + RunDifference.meanSquare(candidate.map(\.error)))
        let usual = 2 * RunDifference.usualSpread * RunDifference.usualSpread + within
        let squares: Double
        let freedom: Double
        /// Variance of the estimate over that of a difference of two runs.
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

    /// The standard deviation between runs of one service, beyond what each run shows itself; moderated by what is usual.
    static func spread(between runs: [Figure]) -> Double {
        let within = meanSquare(runs.map(\.error))
        let freedom = Double(runs.count - 1)
        let usual = usualSpread * usualSpread
        let total = (usualWorth * (usual + within) + squares(runs.map(\.value))) / (usualWorth + freedom)
        return max(total - within, 0).squareRoot()
    }

    /// Against no difference, either way.
    var pValue: Double {
        min(1, 2 * StudentT(degreesOfFreedom: degreesOfFreedom).upperTail(abs(estimate) / standardError))
    }

    /// The 90 % interval: two one-sided tests at 5 % hold it against a margin.
    var interval: ClosedRange<Double> { interval(tail: 0.05) }

    /// The interval that leaves this chance above it, and as much below it.
    func interval(tail: Double) -> ClosedRange<Double> {
        let width = StudentT(degreesOfFreedom: degreesOfFreedom).quantile(upperTail: tail) * standardError
        return estimate - width...estimate + width
    }

    /// An estimate of the number of pairs that would settle the comparison, if further pairs vary as these do: enough to tell this
    /// difference from none, or to rule out one of `margin` logarithms, whichever takes fewer.
    ///
    /// - Parameters:
    ///   - pairs: how many there were.
    ///   - tail: the chance left above the interval that tells a difference.
    /// - Returns: nil where no number that anyone would run settles it.
    func pairsNeeded(pairs: Int, tail: Double, margin: Double) -> Int? {
        // Many pairs have the normal distribution's quantiles; the error falls with the square root of their number.
        let normal = StudentT(degreesOfFreedom: 1000)
        let single = standardError * Double(pairs).squareRoot()
        let (size, room) = (abs(estimate), margin - abs(estimate))
        let told =
            size > ComparisonVerdict.leastDifference ? normal.quantile(upperTail: tail) * single / size : .infinity
        let ruledOut = room > 0 ? normal.quantile(upperTail: 0.05) * single / room : .infinity
        let least = min(told, ruledOut)
        let needed = (least * least).rounded(.up)
        guard needed.isFinite, needed <= Double(RunDifference.mostPairs) else { return nil }
        return max(Int(needed), pairs + 1)
    }

    /// More pairs than this are not advised.
    private static let mostPairs = 200

    /// Uneven numbers of runs: both sides share one variance, and what drifts evenly with time, such as the machine, is taken out
    /// where the times are known and the runs took turns.
    private static func fit(
        _ baseline: [Figure], _ candidate: [Figure]
    ) -> (estimate: Double, squares: Double, freedom: Double, share: Double) {
        let runs = baseline + candidate
        let values = runs.map(\.value)
        let sides = runs.indices.map { $0 < baseline.count ? 0.0 : 1 }
        let ones = runs.map { _ in 1.0 }
        let times = runs.compactMap(\.began)
        // A side that came wholly after the other differs from it as time does.
        let turns = zip(sides, times).sorted { $0.1 < $1.1 }.map(\.0)
        let changes = zip(turns, turns.dropFirst()).count { $0 != $1 }
        if times.count == runs.count, runs.count >= 5, changes >= 3,
            let fit = LeastSquares(columns: [ones, sides, times.map { $0 - times[0] }], values: values)
        {
            return (fit.coefficients[1], fit.residualSquares, Double(runs.count - 3), fit.variances[1])
        }
        guard let fit = LeastSquares(columns: [ones, sides], values: values) else {
            // One run a side at least: the columns differ, so only too few runs are left.
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
