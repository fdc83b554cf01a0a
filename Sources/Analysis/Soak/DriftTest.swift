import Glibc

/// Whether a latency rises over a run: the logarithms of a quantile, a value a block of time.
///
/// The best of a line, S-curves and steps is fitted with AR(1) noise, with the load beside it where load changed; the chance
/// that the choice itself finds something is paid for by a factor on the p-value.
struct DriftTest: Hashable {
    enum Form: Hashable {
        case linear
        /// A step or S-curve around this share of the run.
        case around(Double)
    }

    let form: Form
    /// Rise from start to end, in logarithms, and its standard error.
    let change: Double
    let standardError: Double
    let degreesOfFreedom: Double
    /// One-sided, against no rise.
    let pValue: Double
    /// Whether the end lies above the start by at least half of `change`.
    let persists: Bool
    /// The rise that cannot be ruled out: the largest upper bound of any form.
    let upperBound: Double

    /// Forms that are not each other's neighbours.
    private static let choices = 8.0
    /// Resolution of a quantile in logarithms.
    private static let noiseFloor = 0.0005

    /// - Parameter load: a figure such as requests a second, by block; used when it varies.
    /// - Returns: nil with fewer than 12 values.
    init?(_ values: [Double], load: [Double]) {
        guard values.count >= 12 else { return nil }
        var fits: [(form: Form, column: [Double], fit: RegressionGLS)] = []
        let ones = [Double](repeating: 1, count: values.count)
        for extra in DriftTest.loads(load) {
            for (form, column) in DriftTest.forms(values.count) {
                let hidden = form == .linear ? 0 : 1
                guard
                    let fit = RegressionGLS(
                        columns: [ones, column] + extra, values: values, noiseFloor: DriftTest.noiseFloor,
                        hiddenParameters: hidden)
                else { continue }
                fits.append((form, column, fit))
            }
        }
        guard let best = fits.min(by: { $0.fit.criterion < $1.fit.criterion }) else { return nil }
        form = best.form
        change = best.fit.coefficients[1]
        standardError = best.fit.standardErrors[1]
        degreesOfFreedom = best.fit.degreesOfFreedom
        // With and without the load: where load rises too, either may be the cause.
        let tail = fits.filter { $0.form == best.form }.reduce(0) { worst, item in
            max(
                worst,
                StudentT(degreesOfFreedom: item.fit.degreesOfFreedom)
                    .upperTail(item.fit.coefficients[1] / item.fit.standardErrors[1]))
        }
        pValue = min(1, tail * DriftTest.choices)
        upperBound = fits.filter { $0.form == .linear || $0.form == best.form }
            .reduce(-Double.infinity) { max($0, $1.fit.coefficients[1] + 1.7 * $1.fit.standardErrors[1]) }
        let quarter = values.count / 4
        let start = Robust.median(values.prefix(quarter))
        let end = Robust.median(values.suffix(quarter))
        let last = Robust.median(values.suffix(max(3, values.count / 8)))
        persists = min(end, last) - start > 0.5 * best.fit.coefficients[1]
    }

    private static func loads(_ load: [Double]) -> [[[Double]]] {
        let logarithms = load.map { log(max($0, 1e-9)) }
        let spread = (logarithms.max() ?? 0) - (logarithms.min() ?? 0)
        return spread > 0.1 ? [[], [logarithms]] : [[]]
    }

    private static func forms(_ count: Int) -> [(Form, [Double])] {
        let progress = (0..<count).map { Double($0) / Double(count - 1) }
        var forms: [(Form, [Double])] = [(.linear, progress)]
        for centre in [0.25, 0.5, 0.75] {
            forms.append((.around(centre), progress.map { 1 / (1 + exp(-($0 - centre) / 0.06)) }))
        }
        for step in max(2, count / 8)...(count - max(2, count / 8)) {
            forms.append((.around(progress[step]), progress.indices.map { $0 < step ? 0 : 1 }))
        }
        return forms
    }
}
