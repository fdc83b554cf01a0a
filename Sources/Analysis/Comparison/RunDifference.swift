/// How far a figure of several runs lies above that of several others, in logarithms.
///
/// What matters is how runs differ from one another, which no interval from inside one run sees. It is estimated from the
/// differences of the pairs, moderated by what is usual (as Smyth 2004 does for few samples): two runs that happen to be alike
/// prove nothing, and a single pair has but the usual to go by.
struct RunDifference: Hashable {
    let estimate: Double
    let standardError: Double
    let degreesOfFreedom: Double

    /// A figure of one run: its logarithm, and the standard error that the run itself shows of it.
    struct Figure: Hashable {
        var value: Double
        var error: Double
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
            let (left, right) = (baseline.map(\.value), candidate.map(\.value))
            let (mean, other) = (
                left.reduce(0, +) / Double(left.count), right.reduce(0, +) / Double(right.count)
            )
            estimate = other - mean
            // A difference of two runs varies twice as much as a run.
            squares = 2 * (RunDifference.squares(left) + RunDifference.squares(right))
            freedom = Double(left.count + right.count - 2)
            share = (1 / Double(left.count) + 1 / Double(right.count)) / 2
        }
        degreesOfFreedom = RunDifference.usualWorth + freedom
        standardError = ((RunDifference.usualWorth * usual + squares) / degreesOfFreedom * share).squareRoot()
    }

    /// Against no difference, either way.
    var pValue: Double {
        min(1, 2 * StudentT(degreesOfFreedom: degreesOfFreedom).upperTail(abs(estimate) / standardError))
    }

    /// The 90 % interval: two one-sided tests at 5 % hold it against a margin.
    var interval: ClosedRange<Double> {
        let width = StudentT(degreesOfFreedom: degreesOfFreedom).quantile(upperTail: 0.05) * standardError
        return estimate - width...estimate + width
    }

    private static func meanSquare(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    }

    private static func squares(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
}
