import Glibc

/// A regression with autocorrelated noise: generalised least squares with AR(1) noise after Prais and Winsten.
///
/// The autocorrelation of residuals underestimates that of the noise, because fitted columns absorb a part of it, and a
/// test that relies on it reports slow noise as a trend. So it is corrected for this bias, and treated as a unit root
/// when it is close to one (after Perron and Yabu 2009).
struct RegressionGLS {
    /// One per column.
    let coefficients: [Double]
    /// One per column.
    let standardErrors: [Double]
    /// Autocorrelation of neighbouring values' noise, 0…1.
    let alpha: Double
    let degreesOfFreedom: Double
    /// Bayesian information criterion; smaller is better.
    let criterion: Double

    private let transformed: LeastSquares
    private static let unitRoot = 1.0

    /// - Parameters:
    ///   - noiseFloor: the least standard deviation of the noise (the resolution of the values).
    ///   - hiddenParameters: parameters chosen outside the columns, such as a shape's time constant.
    /// - Returns: nil when the columns are not independent or too many.
    init?(columns: [[Double]], values: [Double], noiseFloor: Double, hiddenParameters: Int = 0) {
        let count = Double(values.count)
        let regressors = Double(columns.count)
        guard count > regressors + 3, let plain = LeastSquares(columns: columns, values: values) else { return nil }
        var alpha = RegressionGLS.alpha(of: plain.residuals, regressors: columns.count)
        var fit = plain
        for round in 0..<2 {
            guard
                let next = LeastSquares(
                    columns: columns.map { RegressionGLS.transform($0, alpha) },
                    values: RegressionGLS.transform(values, alpha))
            else { return nil }
            fit = next
            guard round == 0 else { break }
            var residuals = values
            for (column, coefficient) in zip(columns, next.coefficients) {
                for place in residuals.indices { residuals[place] -= coefficient * column[place] }
            }
            alpha = RegressionGLS.alpha(of: residuals, regressors: columns.count)
        }
        self.alpha = alpha
        transformed = fit
        coefficients = fit.coefficients
        degreesOfFreedom = count - regressors
        let floor = noiseFloor * noiseFloor
        let noise = max(fit.residualSquares / degreesOfFreedom, floor * (1 - alpha * alpha))
        standardErrors = fit.variances.map { ($0 * noise).squareRoot() }
        criterion =
            count * log(max(fit.residualSquares / count, floor * (1 - alpha * alpha))) - log(1 - alpha * alpha)
            + (regressors + 1 + Double(hiddenParameters)) * log(count)
    }

    /// The improvement of the fit if a column were added.
    func gain(ofAdding column: [Double]) -> Double {
        transformed.gain(ofAdding: RegressionGLS.transform(column, alpha))
    }

    private static func alpha(of residuals: [Double], regressors: Int) -> Double {
        var products = 0.0
        var squares = 0.0
        for place in 1..<residuals.count {
            products += residuals[place] * residuals[place - 1]
            squares += residuals[place - 1] * residuals[place - 1]
        }
        guard squares > 0 else { return 0 }
        let count = Double(residuals.count)
        let corrected = (count * products / squares + Double(regressors)) / (count - Double(regressors) - 2)
        return 1 - corrected < unitRoot / count.squareRoot() ? 0.999 : max(0, corrected)
    }

    /// The values after the autocorrelation `alpha`, 0…1, is removed from their noise (Prais and Winsten 1954).
    static func transform(_ values: [Double], _ alpha: Double) -> [Double] {
        guard alpha > 0, let first = values.first else { return values }
        var result = [first * (1 - alpha * alpha).squareRoot()]
        result.reserveCapacity(values.count)
        for place in 1..<values.count { result.append(values[place] - alpha * values[place - 1]) }
        return result
    }
}
