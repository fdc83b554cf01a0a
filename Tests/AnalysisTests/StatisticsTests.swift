import Formats
import TestSupport
import Testing

@testable import Analysis

@Suite struct StatisticsTests {
    @Test(arguments: [
        (10.0, 0.025, 2.2281), (1, 0.025, 12.7062), (30, 0.01, 2.4573), (5, 0.05, 2.0150), (1000, 0.005, 2.5808),
    ])
    func quantilesOfStudentsTAreThoseOfTheTables(degrees: Double, tail: Double, value: Double) {
        let distribution = StudentT(degreesOfFreedom: degrees)
        #expect(abs(distribution.quantile(upperTail: tail) - value) < 1e-4)
        #expect(abs(distribution.upperTail(value) - tail) < 1e-5)
        #expect(abs(distribution.upperTail(-value) - (1 - tail)) < 1e-5)
    }

    @Test func aLineIsFoundExactly() throws {
        let x = (0..<20).map(Double.init)
        let fit = try #require(
            LeastSquares(
                columns: [x.map { _ in 1 }, x, x.map { $0 * $0 }], values: x.map { 3 - 2 * $0 + 0.5 * $0 * $0 }))
        for (found, truth) in zip(fit.coefficients, [3, -2, 0.5]) { #expect(abs(found - truth) < 1e-9) }
        #expect(fit.residualSquares < 1e-15)
    }

    @Test func theVarianceOfASlopeIsTheTextbooks() throws {
        let x = [1.0, 2, 4, 8]
        let fit = try #require(LeastSquares(columns: [[1, 1, 1, 1], x], values: [0, 1, 0, 2]))
        let mean = 3.75
        let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(abs(fit.variances[1] - 1 / squares) < 1e-12)
    }

    @Test func aColumnThatAddsNothingIsRefused() {
        let x = [1.0, 2, 3, 4, 5]
        #expect(LeastSquares(columns: [x, x.map { 2 * $0 }], values: x) == nil)
        #expect(LeastSquares(columns: [x, x.map { $0 * $0 }], values: [1, 2]) == nil)
    }

    @Test func thePredictedGainIsTheActualGain() throws {
        let x = (0..<12).map(Double.init)
        let values = x.map { $0 < 5 ? $0 : $0 + 3 }
        let step = x.map { $0 < 5 ? 0.0 : 1 }
        let plain = try #require(LeastSquares(columns: [x.map { _ in 1 }, x], values: values))
        let stepped = try #require(LeastSquares(columns: [x.map { _ in 1 }, x, step], values: values))
        #expect(abs(plain.gain(ofAdding: step) - (plain.residualSquares - stepped.residualSquares)) < 1e-9)
    }

    /// A plain t-test reports a trend in at least a quarter of the slow series. Near a unit root even this regression
    /// reports some: the memory test also requires persistence.
    @Test(arguments: [(0.0, 12), (0.5, 12), (0.9, 18), (0.99, 30)])
    func slowNoiseIsSeldomATrend(rho: Double, most: Int) throws {
        var random = SplitMix64(seed: 5)
        let line = (0..<48).map { Double($0) / 47 }
        let ones = line.map { _ in 1.0 }
        var alarms = 0
        for _ in 0..<300 {
            var level = random.normal()
            let values = line.map { _ in
                level = rho * level + (1 - rho * rho).squareRoot() * random.normal()
                return level
            }
            let fit = try #require(RegressionGLS(columns: [ones, line], values: values, noiseFloor: 1e-6))
            let tail = StudentT(degreesOfFreedom: fit.degreesOfFreedom)
                .upperTail(fit.coefficients[1] / fit.standardErrors[1])
            if tail < 0.01 { alarms += 1 }
        }
        #expect(alarms <= most, "\(alarms) of 300 at 1 %")
    }

    @Test func quantilesAreInterpolated() {
        #expect(Robust.quantile(0.25, of: [4, 1, 3, 2, 5]) == 2)
        #expect(Robust.quantile(0.5, of: [1, 2]) == 1.5)
        #expect(Robust.quantile(1, of: [1, 7]) == 7)
        #expect(Robust.median([Double]()) == 0)
    }

    @Test func aFewWildValuesDoNotTurnASlope() {
        let x = (0..<15).map(Double.init)
        var y = x.map { 2 * $0 + 1 }
        y[3] = 1000
        y[9] = -1000
        #expect(abs((Robust.slope(x[...], y[...]) ?? 0) - 2) < 1e-9)
        #expect(Robust.slope([1, 1], [1, 2]) == nil)
    }

    @Test func holmsCorrectionIsStepDown() {
        let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005])
        for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(value - expected) < 1e-12) }
        #expect(HolmCorrection.adjusted([0.9, 0.8]) == [1, 1])
    }
}
