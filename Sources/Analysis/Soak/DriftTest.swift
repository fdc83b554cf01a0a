import Glibc

/// Whether a latency rises over a run: the logarithms of a figure, a value a block of time.
///
/// A rise from some time on and a step are fitted with AR(1) noise, beside every other explanation that may do without them:
/// the load, a cycle, a warm-up. Of those that fit about as well the one counts that leaves the rise the least sure; the
/// chance that the choice itself finds something is paid for by a factor on the p-value.
struct DriftTest: Hashable {
    enum Form: Hashable {
        /// Rising evenly from this share of the run on.
        case rising(from: Double)
        /// At another level from this value on.
        case step(Int)
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
    /// The same of the end over the start, whatever lies between. No form was chosen for it by what it fits, so it is no larger
    /// than it must be; but it sees little of what came late.
    let endUpperBound: Double
    /// When it began, as a share of the run, and between which shares it may have.
    let began: Double
    let beganBetween: ClosedRange<Double>

    static let leastValues = 12
    /// Forms that are not each other's neighbours.
    private static let choices = 8.0
    /// Resolution of a quantile in logarithms.
    static let quantileFloor = 0.0005
    /// Other explanations are kept when their cost is within this of the best.
    private static let slack = 3.0
    private static let risingFrom = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]

    /// A form fitted beside a nuisance.
    private struct Fit {
        let form: Form
        let regression: RegressionGLS
        let cost: Double
        /// What else latency follows, as far as it explains the values.
        let nuisance: [Double]

        var change: Double { regression.coefficients[1] }
        var error: Double { regression.standardErrors[1] }
        var tail: Double { StudentT(degreesOfFreedom: regression.degreesOfFreedom).upperTail(change / error) }
    }

    /// - Parameters:
    ///   - load: a figure such as requests a second, by block; used when it varies. Empty when there is none.
    ///   - noiseFloor: standard deviation of the values' noise at least.
    /// - Returns: nil with fewer than 12 values.
    init?(_ values: [Double], load: [Double], noiseFloor: Double = DriftTest.quantileFloor) {
        guard values.count >= DriftTest.leastValues else { return nil }
        let loads = DriftTest.loads(load)
        let fits = (loads + DriftTest.nuisances(values.count)).map {
            DriftTest.fits(values, beside: $0, noiseFloor: noiseFloor)
        }
        let bests = fits.compactMap { $0.min { $0.cost < $1.cost } }
        guard let best = bests.min(by: { $0.cost < $1.cost }) else { return nil }
        form = best.form
        change = best.change
        standardError = best.error
        degreesOfFreedom = best.regression.degreesOfFreedom
        let kept = bests.filter { $0.cost <= best.cost + DriftTest.slack }
        // Where load rises too, either may be the cause, however much better one fits.
        let withLoad = loads.count > 1 ? Array(bests.dropFirst().prefix(1)) : []
        let tail = (kept + withLoad).reduce(0) { max($0, $1.tail) }
        pValue = min(1, tail * DriftTest.choices)
        upperBound = kept.reduce(-Double.infinity) { max($0, $1.change + 1.7 * $1.error) }
        endUpperBound = DriftTest.endUpperBound(values, beside: withLoad.first?.nuisance, noiseFloor: noiseFloor)
        // A cycle or a warm-up is only a guess; that load changed is known.
        let followsLoad = loads.count > 1 && fits[1].contains { $0.cost == best.cost }
        let cleared = followsLoad ? zip(values, best.nuisance).map(-) : values
        persists = DriftTest.persists(cleared, change: best.change)
        let own = fits.first { $0.contains { $0.cost == best.cost } } ?? []
        (began, beganBetween) = DriftTest.beginning(best, among: own, count: values.count)
    }

    /// The most that the last quarter may lie above the first.
    private static func endUpperBound(_ values: [Double], beside load: [Double]?, noiseFloor: Double) -> Double {
        let count = values.count
        let contrast = (0..<count).map { min(max((Double($0) / Double(count - 1) - 0.25) / 0.5, 0), 1) }
        let ones = [Double](repeating: 1, count: count)
        let columns = [ones, contrast] + (load.map { [$0] } ?? [])
        guard let fit = RegressionGLS(columns: columns, values: values, noiseFloor: noiseFloor) else {
            return .infinity
        }
        return fit.coefficients[1] + 1.7 * fit.standardErrors[1]
    }

    private static func persists(_ values: [Double], change: Double) -> Bool {
        let quarter = values.count / 4
        let start = Robust.median(values.prefix(quarter))
        let end = Robust.median(values.suffix(quarter))
        let last = Robust.median(values.suffix(max(3, values.count / 8)))
        return min(end, last) - start > 0.5 * change
    }

    /// Where the best form begins, and the others that fit nearly as well (a likelihood ratio below the 95 % point of χ²).
    private static func beginning(_ best: Fit, among fits: [Fit], count: Int) -> (Double, ClosedRange<Double>) {
        let places = fits.filter { $0.cost <= best.cost + 3.84 }.map { share($0.form, count) }
        let own = share(best.form, count)
        return (own, min(own, places.min() ?? own)...max(own, places.max() ?? own))
    }

    private static func share(_ form: Form, _ count: Int) -> Double {
        switch form {
        case .rising(let from): from
        case .step(let place): Double(place) / Double(count)
        }
    }

    /// Nothing, and the load where it varies.
    private static func loads(_ load: [Double]) -> [[[Double]]] {
        let logarithms = load.map { log(max($0, 1e-9)) }
        return (logarithms.max() ?? 0) - (logarithms.min() ?? 0) > 0.1 ? [[], [logarithms]] : [[]]
    }

    /// What else latency may follow beside a drift: a cycle, a warm-up that passes.
    private static func nuisances(_ count: Int) -> [[[Double]]] {
        let progress = (0..<count).map { Double($0) / Double(count - 1) }
        var nuisances: [[[Double]]] = []
        for period in [0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.3] {
            nuisances.append([
                progress.map { sin(2 * .pi * $0 / period) }, progress.map { cos(2 * .pi * $0 / period) },
            ])
        }
        for constant in [0.05, 0.15, 0.4] { nuisances.append([progress.map { exp(-$0 / constant) }]) }
        return nuisances
    }

    private static func fits(_ values: [Double], beside nuisance: [[Double]], noiseFloor: Double) -> [Fit] {
        let count = values.count
        let progress = (0..<count).map { Double($0) / Double(count - 1) }
        let ones = [Double](repeating: 1, count: count)
        var columns = risingFrom.map { from in
            (Form.rising(from: from), progress.map { max(0, ($0 - from) / (1 - from)) })
        }
        let edge = max(2, count / 10)
        if let base = RegressionGLS(columns: [ones] + nuisance, values: values, noiseFloor: noiseFloor) {
            // Steps by what they would gain; only the best are fitted.
            let gains = (edge...(count - edge)).map { place in (place, base.gain(ofAdding: step(place, count))) }
            for (place, _) in gains.sorted(by: { $0.1 > $1.1 }).prefix(6) {
                columns.append((.step(place), step(place, count)))
            }
        }
        return columns.compactMap { form, column in
            let hidden = form == .rising(from: 0) ? 0 : 1
            guard
                let fit = RegressionGLS(
                    columns: [ones, column] + nuisance, values: values, noiseFloor: noiseFloor,
                    hiddenParameters: hidden + (nuisance.count == 2 ? 1 : 0))
            else { return nil }
            return Fit(
                form: form, regression: fit, cost: fit.criterion,
                nuisance: part(of: nuisance, Array(fit.coefficients.dropFirst(2))))
        }
    }

    private static func part(of columns: [[Double]], _ coefficients: [Double]) -> [Double] {
        guard let first = columns.first else { return [] }
        return first.indices.map { place in
            zip(columns, coefficients).reduce(0) { $0 + $1.0[place] * $1.1 }
        }
    }

    private static func step(_ place: Int, _ count: Int) -> [Double] { (0..<count).map { $0 < place ? 0 : 1 } }
}
