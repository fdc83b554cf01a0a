import Glibc

/// Tests whether a series rises over a run, such as the logarithms of a latency with one value per block of time.
///
/// Every explanation in ``DriftModels`` is weighted by how well it predicts the values, and the results are averaged
/// with these weights (Bayesian model averaging, Hoeting et al. 1999; the g-prior of ``GrowthModels``). So neither the
/// choice of a form nor the estimate of the autocorrelation makes a rise look more certain than it is, and an
/// explanation that fits badly does not make it look less certain.
struct DriftTest {
    /// The most likely rise.
    let rise: DriftModels.Rise
    /// The rise from start to end, if there is one: the weighted mean over all rises.
    let change: Double
    /// The interval with 90 % of the rise's weight.
    let interval: ClosedRange<Double>
    /// Whether the end is above the start by a good part of `change`.
    let persists: Bool
    /// When it began, as a share of the run.
    let began: Double
    /// The range in which it may have begun.
    let beganBetween: ClosedRange<Double>

    /// The weights of all explanations without a rise, and with one, at even odds.
    private let nullWeight: Double
    private let riseWeight: Double
    private let mixture: StudentMixture

    /// The fewest values that can be judged.
    static let leastValues = 12
    /// The resolution of a quantile, in logarithms.
    static let quantileFloor = 0.0005
    /// Rises with another beginning are considered possible from this share of the most likely one's weight.
    private static let possible = 0.1
    /// The least part of the rise that must remain at the end.
    private static let leastLeft = 0.4
    /// The prior of an excursion, which is combined with no explanation but the load.
    private static let excursionPrior = 0.1
    /// Terms below this share of the weight are omitted.
    private static let negligible = 1e-5

    /// A rise combined with one explanation under one noise: its distribution is Student's t.
    private struct Term {
        var weight: Double
        var rise: Int
        var location: Double
        var scale: Double
        var hasLoad: Bool
    }

    /// - Parameters:
    ///   - values: as many as the models were built for.
    ///   - noiseFloor: the least standard deviation of the values' noise.
    /// - Returns: nil with another number of values than the models', or fewer than 12.
    init?(_ values: [Double], models: DriftModels, noiseFloor: Double = DriftTest.quantileFloor) {
        guard values.count == models.count, values.count >= DriftTest.leastValues else { return nil }
        var weighing = Weighing(values, models: models, noiseFloor: noiseFloor)
        weighing.run()
        let top = max(weighing.largest, weighing.nulls.max() ?? -.infinity)
        nullWeight = weighing.nulls.reduce(0) { $0 + exp($1 - top) }
        let all = weighing.terms.map { term in
            var term = term
            term.weight = exp(term.weight - top)
            return term
        }
        let weight = all.reduce(0) { $0 + $1.weight }
        guard weight > 0 else { return nil }
        riseWeight = weight
        let terms = all.filter { $0.weight > DriftTest.negligible * weight }
        mixture = StudentMixture(
            parts: terms.map { StudentMixture.Part(weight: $0.weight, location: $0.location, scale: $0.scale) },
            degreesOfFreedom: Double(values.count - 1))
        change = mixture.mean
        var byRise = [Double](repeating: 0, count: models.rises.count)
        for term in terms { byRise[term.rise] += term.weight }
        let heaviest = byRise.max() ?? 0
        let best = byRise.firstIndex(of: heaviest) ?? 0
        rise = models.rises[best]
        began = models.beginning(models.rises[best])
        let places = byRise.indices.filter { byRise[$0] >= DriftTest.possible * heaviest }
            .map { models.beginning(models.rises[$0]) }
        beganBetween = (places.min() ?? began)...(places.max() ?? began)
        // Approximated by a normal distribution with the mixture's mean and deviation.
        let width = 1.645 * mixture.deviation
        interval = (change - width)...(change + width)
        let loadWeight = terms.reduce(0) { $0 + ($1.hasLoad ? $1.weight : 0) }
        let cleared =
            loadWeight > weight / 2 ? DriftTest.withoutLoad(values, given: models.rises[best], models) : values
        persists = DriftTest.persists(cleared, change: change)
    }

    /// The probability of a rise of more than `least`.
    ///
    /// - Parameter prior: the prior probability of a rise.
    func probability(ofMoreThan least: Double, prior: Double) -> Double {
        let above = mixture.weight { _ in least }
        return prior * above / (prior * riseWeight + (1 - prior) * nullWeight)
    }

    /// The difference between the last and the first quarter of some values.
    static func difference(_ values: [Double]) -> Double {
        Robust.median(values.suffix(values.count / 4)) - Robust.median(values.prefix(values.count / 4))
    }

    private static func withoutLoad(
        _ values: [Double], given rise: DriftModels.Rise, _ models: DriftModels
    ) -> [Double] {
        let ones = [Double](repeating: 1, count: values.count)
        let columns = [ones, DriftModels.column(rise, count: values.count), models.load]
        guard let fit = LeastSquares(columns: columns, values: values) else { return values }
        return zip(values, models.load).map { $0 - fit.coefficients[2] * $1 }
    }

    private static func persists(_ values: [Double], change: Double) -> Bool {
        let quarter = values.count / 4
        let start = Robust.median(values.prefix(quarter))
        let end = Robust.median(values.suffix(quarter))
        let last = Robust.median(values.suffix(max(3, values.count / 8)))
        return min(end, last) - start > leastLeft * change
    }

    /// Iterates over the models and computes the marginal likelihood of each as a logarithm.
    private struct Weighing {
        let values: [Double]
        let models: DriftModels
        let noiseFloor: Double
        /// Explanations without a lasting rise.
        var nulls: [Double] = []
        /// Explanations with one; `weight` is a logarithm.
        var terms: [Term] = []
        var largest = -Double.infinity

        init(_ values: [Double], models: DriftModels, noiseFloor: Double) {
            self.values = values
            self.models = models
            self.noiseFloor = noiseFloor
        }

        mutating func run() {
            let priors = models.rises.indices.map { models.logPrior(ofRise: $0) }
            for noise in models.noises {
                let values = noise.transform(values)
                let series = Series(
                    values: values, square: LeastSquares.dot(values, values),
                    rises: noise.rises.map { LeastSquares.dot($0, values) },
                    excursions: noise.excursions.map { LeastSquares.dot($0, values) },
                    floor: noiseFloor * noiseFloor * Double(values.count) * (1 - noise.memory * noise.memory))
                for explanation in noise.explanations {
                    weigh(series, explanation, noise.logWeight + explanation.logPrior, priors)
                }
            }
        }

        /// The values under one noise, with their products with each rise and excursion.
        private struct Series {
            var values: [Double]
            var square: Double
            var rises: [Double]
            var excursions: [Double]
            /// The least sum of squares allowed by the noise floor.
            var floor: Double
        }

        private mutating func weigh(
            _ series: Series, _ explanation: DriftModels.Explanation, _ logPrior: Double, _ risePriors: [Double]
        ) {
            let count = Double(series.values.count)
            let shares = explanation.basis.map { LeastSquares.dot($0, series.values) }
            if explanation.isWarmUp, let last = shares.last, last <= 0 { return }
            let variation = series.square - shares[0] * shares[0]
            let rest = max(variation - shares.dropFirst().reduce(0) { $0 + $1 * $1 }, 0)
            let parameters = shares.count - 1
            func fit(_ squares: Double, _ parameters: Int) -> (logLikelihood: Double, g: Double, squares: Double) {
                let squares = max(squares, series.floor, .leastNormalMagnitude)
                let (g, drawn) = GrowthModels.drawn(
                    squares, of: max(variation, squares), count: series.values.count, parameters: parameters)
                return (-0.5 * Double(parameters) * log(1 + g) - (count - 1) / 2 * log(drawn), g, drawn)
            }
            let none = logPrior + fit(rest, parameters).logLikelihood
            let excursions = explanation.excursions.squares.count
            nulls.append(none + (excursions > 0 ? log(1 - DriftTest.excursionPrior) : 0))
            let prior = logPrior + log(DriftTest.excursionPrior / Double(max(excursions, 1)))
            explanation.excursions.forEachProduct(series.excursions, given: shares) { _, product, square in
                // The beginning and end of an excursion count as parameters too.
                nulls.append(prior + fit(rest - product * product / square, parameters + 2).logLikelihood)
            }
            explanation.rises.forEachProduct(series.rises, given: shares) { place, product, square in
                let (logLikelihood, g, squares) = fit(rest - product * product / square, parameters + 1)
                // More load does not make requests faster while a rise makes up for it.
                if explanation.hasLoad, parameters == 1, product > 0,
                    shares[1] < product / square * explanation.rises.along[2 * place + 1]
                {
                    return
                }
                let weight = logPrior + risePriors[place] + logLikelihood
                largest = max(largest, weight)
                guard weight > largest + log(DriftTest.negligible) - 2 else { return }
                let drawing = g / (1 + g)
                terms.append(
                    Term(
                        weight: weight, rise: place, location: drawing * product / square,
                        scale: (drawing * squares / ((count - 1) * square)).squareRoot(),
                        hasLoad: explanation.hasLoad))
            }
        }
    }
}
