import Glibc

/// The probability and amount of growth in a series of points: every explanation in ``GrowthModels`` is weighted by how
/// well it predicts them.
///
/// Bayesian model averaging (Hoeting et al. 1999) with a unit-information g-prior (Kass and Wasserman 1995), as for
/// latency (``DriftTest``). If a warm-up, a cycle, steps or slow noise explain a growth about as well, its probability
/// is limited accordingly. If only growth predicts the points, it is believed however short the run.
struct GrowthPosterior {
    /// A growth combined with one explanation: its distribution is Student's t.
    struct Term {
        var model: GrowthModels.Model
        /// Its share of the total weight, with and without growth.
        var weight: Double
        /// The growth over all samples, and its scale parameter.
        var growth: Double
        var scale: Double
        /// The range of the nuisance shape over all samples.
        var amplitude: Double
        /// Whether the shape settles downwards.
        var isSettlingDown: Bool
        var stepHeights: [Double]
        /// The part that varies with the load or a cycle, by point; empty if there is none.
        var swings: [Double]

        /// The part of steps that ended before the last tenth, and of the swings, by point; empty if there is neither.
        func settled(count: Int) -> [Double] {
            let steps = zip(model.steps, stepHeights).filter { Double($0.0) <= 0.9 * Double(count) }
            guard !steps.isEmpty else { return swings }
            return (0..<count).map { place in
                steps.reduce(swings.isEmpty ? 0 : swings[place]) { $0 + (place < $1.0 ? 0 : $1.1) }
            }
        }
    }

    /// Heaviest first; never empty.
    let terms: [Term]
    /// Progress (0…1) of the points by the driver of the heaviest term.
    let progress: [Double]
    private let mixture: StudentMixture

    /// Terms below this share of the weight of all growth are omitted.
    private static let negligible = 1e-4
    private static let mostTerms = 64
    /// Odds against growth are limited, so that they remain finite; a logarithm.
    private static let mostOdds = 600.0
    /// Growth below this share of the shape's amplitude is attributed to the shape's error.
    static let leastOfAmplitude = 0.3

    /// - Parameters:
    ///   - points: the points to explain.
    ///   - whole: the samples they represent, over which growth is reported.
    ///   - horizon: the planned length of the run divided by its current length; 1 at its end.
    /// - Returns: nil when there are too few points.
    init?(_ points: SoakSamples, of whole: SoakSamples, noiseFloor: Double, horizon: Double = 1) {
        guard points.values.count >= GrowthModels.leastPoints else { return nil }
        let drivers = GrowthDriver.all(of: points)
        let models = GrowthModels(
            values: points.values, drivers: drivers, loads: GrowthDriver.loads(of: points),
            noiseFloor: noiseFloor, horizon: horizon)
        let weighed = models.weighed()
        let growing = weighed.filter { $0.growth != nil }.sorted { $0.logWeight > $1.logWeight }
        guard let top = growing.first?.logWeight else { return nil }
        let heaviest = growing.reduce(0) { $0 + exp($1.logWeight - top) }
        let still = weighed.reduce(0) { sum, model in
            model.growth == nil ? sum + exp(min(model.logWeight - top, GrowthPosterior.mostOdds)) : sum
        }
        var fitted: [Term] = []
        // A start that frees memory while a growth compensates for it is not a realistic explanation.
        var implausible = 0.0
        for model in growing.prefix(GrowthPosterior.mostTerms) {
            let weight = exp(model.logWeight - top)
            guard weight > GrowthPosterior.negligible * heaviest,
                let term = models.term(model, weight: weight, stretch: { $0.stretch(points, whole) })
            else { continue }
            if term.isSettlingDown { implausible += weight } else { fitted.append(term) }
        }
        let left = fitted.reduce(0) { $0 + $1.weight }
        guard left > 0 else { return nil }
        let factor = max(heaviest - implausible, left) / left / (still + heaviest - implausible)
        terms = fitted.map { term in
            var term = term
            term.weight *= factor
            return term
        }
        guard let first = terms.first else { return nil }
        progress = drivers.first(where: { $0.driver == first.model.growth?.driver })?.progress ?? []
        mixture = StudentMixture(
            parts: terms.map { StudentMixture.Part(weight: $0.weight, location: $0.growth, scale: $0.scale) },
            degreesOfFreedom: Double(points.values.count - 1))
    }

    /// The probability of a growth of more than `least`, at even prior odds.
    func probability(ofMoreThan least: Double) -> Double {
        min(mixture.weight { max(least, GrowthPosterior.leastOfAmplitude * terms[$0].amplitude) }, 1)
    }

    /// The same without regard to shapes: used to rule growth out.
    func probability(atAllOfMoreThan least: Double) -> Double {
        min(mixture.weight { _ in least }, 1)
    }

    /// The growth if there is one, and its standard deviation.
    var growth: (estimate: Double, deviation: Double) { (mixture.mean, mixture.deviation) }
}

extension GrowthModels {
    /// Fits a model with growth.
    func term(
        _ model: Model, weight: Double, stretch: (GrowthDriver) -> Double
    ) -> GrowthPosterior.Term? {
        guard let growth = model.growth,
            let driver = drivers.first(where: { $0.driver == growth.driver }),
            let clock = drivers.first(where: { $0.driver == model.clock })
        else { return nil }
        let smooth = model.shape.columns(clock.progress)
        let load = model.load.map { [loads[$0]] } ?? []
        let steps = model.steps.map { step in values.indices.map { $0 < step ? 0.0 : 1 } }
        let columns =
            [values.map { _ in 1 }, growth.course.column(driver.progress)] + smooth + load + steps
        let transformed = columns.map { RegressionGLS.transform($0, model.memory) }
        let own = RegressionGLS.transform(values, model.memory)
        guard let fit = LeastSquares(columns: transformed, values: own) else { return nil }
        let count = Double(values.count)
        let constant = transformed[0]
        let share = LeastSquares.dot(constant, own) / LeastSquares.dot(constant, constant).squareRoot()
        let variation = LeastSquares.dot(own, own) - share * share
        let floor = noiseFloor * noiseFloor * count * (1 - model.memory * model.memory)
        let rest = max(fit.residualSquares, floor, .leastNormalMagnitude)
        let (g, squares) = GrowthModels.drawn(
            rest, of: max(variation, rest), count: values.count, parameters: columns.count - 1)
        let drawing = g / (1 + g)
        let factor = stretch(growth.driver)
        let curve = values.indices.map { place in
            zip(smooth, fit.coefficients[2...]).reduce(0) { $0 + $1.0[place] * $1.1 }
        }
        let loadPlace = 2 + smooth.count
        return GrowthPosterior.Term(
            model: model, weight: weight, growth: factor * drawing * fit.coefficients[1],
            scale: factor * (drawing * squares * fit.variances[1] / (count - 1)).squareRoot(),
            amplitude: smooth.isEmpty ? 0 : (curve.max() ?? 0) - (curve.min() ?? 0),
            isSettlingDown: smooth.count == 1 && fit.coefficients[2] < 0 && fit.coefficients[1] > 0,
            stepHeights: Array(fit.coefficients[(loadPlace + load.count)...]),
            swings: load.isEmpty && !model.shape.isCycle
                ? []
                : values.indices.map { place in
                    (model.shape.isCycle ? curve[place] : 0)
                        + (load.isEmpty ? 0 : load[0][place] * fit.coefficients[loadPlace])
                })
    }
}
