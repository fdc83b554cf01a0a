import Glibc

/// Every explanation of a series that fits about as well as the best: a trend, one nuisance shape, some steps, AR(1) noise.
struct TrendModels {
    /// What the trend goes with.
    enum Driver: Hashable {
        case time
        case requests
    }

    struct Model {
        let driver: Driver
        /// From where on the trend rises, a share of the run.
        let onset: Double
        /// First places after each step.
        let steps: [Int]
        /// Growth over all samples that the trend accounts for, and its standard error.
        let growth: Double
        let standardError: Double
        let degreesOfFreedom: Double
        let criterion: Double
        /// The model's weight before the points are seen: one among many like it, or one of a kind.
        let prior: Double
        /// From lowest to highest of the smooth nuisance shape.
        let amplitude: Double
        /// The heights of `steps`.
        let stepHeights: [Double]
        /// What the load accounts for, by point; empty without one.
        let loadPart: [Double]
        /// What it was fitted on: a constant, the trend, the rest.
        let columns: [[Double]]

        /// The criterion with the prior in it.
        var cost: Double { criterion - 2 * log(prior) }

        /// One-sided p-value against no growth.
        var pValue: Double { StudentT(degreesOfFreedom: degreesOfFreedom).upperTail(growth / standardError) }
    }

    /// A model is kept when its cost is within this of the best.
    static let slack = 5.0

    /// Where a trend may set in; later there is too little left to tell it from anything else.
    private static let onsets = [0, 0.25, 0.4, 0.55]
    /// The weight, before the points are seen, of a trend that sets in at one of these during the run.
    static let lateWeight = 0.08

    /// The kept models, the best first; never empty.
    let models: [Model]
    /// p-values beside what cannot be ruled out though nothing shows it: the load, warm-ups in a short run.
    private let otherTails: [Double]
    /// The points' progress (0…1) by the drivers of the kept models.
    let progress: [Driver: [Double]]

    /// - Parameters:
    ///   - points: what is explained.
    ///   - whole: the samples they represent: growth is told over those.
    ///   - runSeconds: how long the service has been watched, over all its starts.
    /// - Returns: nil when there are too few points for any model.
    init?(_ points: SoakSamples, of whole: SoakSamples, noiseFloor: Double, runSeconds: Double) {
        var all: [Model] = []
        var progresses: [Driver: [Double]] = [:]
        for (driver, progress) in TrendModels.drivers(of: points) {
            progresses[driver] = progress
            let stretch = TrendModels.stretch(driver, points, whole)
            // What settles does so with use or with time, whatever leaks.
            let clocks = driver == .time ? [progress] : [progress, TrendModels.progress(points.seconds)]
            for load in TrendModels.loads(of: points) {
                for (place, clock) in clocks.enumerated() {
                    for shape in NuisanceShape.all where place == 0 || shape != .none {
                        let smooth = shape.columns(clock)
                        for onset in TrendModels.onsets where onset == 0 || shape.isTriedBesideLateTrend {
                            let columns = TrendColumns(progress, from: onset, smooth, of: shape, load: load)
                            all += TrendModels.models(
                                points.values, columns, driver, stretch: stretch, noiseFloor: noiseFloor)
                        }
                    }
                }
            }
        }
        guard let best = all.min(by: { $0.cost < $1.cost }) else { return nil }
        models = all.filter { $0.cost <= best.cost + TrendModels.slack }
            .sorted { $0.cost < $1.cost }
        // Memory that load needs is no leak, however well a line fits as well.
        let load = points.load.isEmpty || !best.loadPart.isEmpty ? [] : [[points.load]]
        let time = TrendModels.progress(points.seconds)
        let settling = NuisanceShape.all.filter { $0.cannotBeRuledOut(within: runSeconds) }
        otherTails = (load + settling.map { $0.columns(time) }).map { columns in
            // Columns that are alike leave nothing to tell; the kept models have said what there is.
            let fit = RegressionGLS(columns: best.columns + columns, values: points.values, noiseFloor: noiseFloor)
            return fit.map {
                StudentT(degreesOfFreedom: $0.degreesOfFreedom).upperTail($0.coefficients[1] / $0.standardErrors[1])
            } ?? 0
        }
        let drivers = Set(models.map(\.driver))
        progress = progresses.filter { drivers.contains($0.key) }
    }

    /// The largest p-value of the kept models: growth counts only if no explanation does without it.
    var pValue: Double { models.reduce(otherTails.max() ?? 0) { max($0, $1.pValue) } }

    /// The growth averaged over the kept models by their weights, and its standard error with their disagreement in it
    /// (Buckland, Burnham and Augustin 1997).
    var growth: (estimate: Double, standardError: Double) {
        let weights = models.map { exp(-0.5 * ($0.cost - models[0].cost)) }
        let total = weights.reduce(0, +)
        let estimate = zip(weights, models).reduce(0) { $0 + $1.0 * $1.1.growth } / total
        let variance =
            zip(weights, models).reduce(0) { sum, item in
                let distance = item.1.growth - estimate
                return sum + item.0 * (item.1.standardError * item.1.standardError + distance * distance)
            } / total
        // Models that fit alike are one too few where the truth is none of them.
        let estimates = models.map(\.growth)
        let reach = ((estimates.max() ?? 0) - (estimates.min() ?? 0)) / 2
        return (estimate, max(variance.squareRoot(), 0.5 * reach))
    }

    /// Time, and requests where they did not come evenly.
    private static func drivers(of points: SoakSamples) -> [(Driver, [Double])] {
        let time = progress(points.seconds)
        guard let first = points.answered.first, let last = points.answered.last, last > first else {
            return [(.time, time)]
        }
        let requests = progress(points.answered)
        let isEven = zip(time, requests).allSatisfy { abs($0 - $1) < 0.02 }
        return isEven ? [(.time, time)] : [(.time, time), (.requests, requests)]
    }

    /// How much further the samples reach than the points.
    private static func stretch(_ driver: Driver, _ points: SoakSamples, _ whole: SoakSamples) -> Double {
        let (inner, outer) =
            driver == .time ? (points.seconds, whole.seconds) : (points.answered, whole.answered)
        let reach = { (values: [Double]) in (values.last ?? 0) - (values.first ?? 0) }
        return reach(inner) > 0 ? reach(outer) / reach(inner) : 1
    }

    private static func progress(_ values: [Double]) -> [Double] {
        guard let first = values.first, let last = values.last, last > first else { return values.map { _ in 0 } }
        return values.map { ($0 - first) / (last - first) }
    }

    /// No load column, the rate of requests where it changed, the highest load so far where it grew.
    private static func loads(of points: SoakSamples) -> [[Double]?] {
        var loads: [[Double]?] = [nil]
        if !points.load.isEmpty { loads.append(points.load) }
        if let first = points.peakLoad.first, let last = points.peakLoad.last, last > 0, last - first > 0.05 * last {
            loads.append(points.peakLoad.map { $0 / last })
        }
        return loads
    }

    /// The columns without steps, then with the step added that helps most, as long as one helps.
    private static func models(
        _ values: [Double], _ given: TrendColumns, _ driver: Driver, stretch: Double, noiseFloor: Double
    ) -> [Model] {
        var columns = given.all
        var steps: [Int] = []
        var models: [Model] = []
        while let fit = RegressionGLS(
            columns: columns, values: values, noiseFloor: noiseFloor,
            hiddenParameters: given.hiddenParameters + steps.count)
        {
            if let last = models.last, fit.criterion >= last.criterion { break }
            models.append(
                Model(
                    driver: driver, onset: given.onset, steps: steps, growth: stretch * fit.coefficients[1],
                    standardError: stretch * fit.standardErrors[1], degreesOfFreedom: fit.degreesOfFreedom,
                    criterion: fit.criterion,
                    prior: given.prior / pow(Double(values.count).squareRoot(), Double(steps.count)),
                    amplitude: amplitude(of: given.smooth, Array(fit.coefficients[2..<(2 + given.smooth.count)])),
                    stepHeights: Array(fit.coefficients[given.all.count...]),
                    loadPart: loadPart(of: given, fit), columns: columns))
            // Few points bear few steps: enough of them would explain anything.
            guard steps.count < min(given.stepLimit, values.count / 12), let step = bestStep(fit, values.count)
            else { break }
            steps.append(step)
            columns.append(stepColumn(step, values.count))
        }
        return models
    }

    private static func loadPart(of given: TrendColumns, _ fit: RegressionGLS) -> [Double] {
        guard let load = given.load else { return [] }
        let coefficient = fit.coefficients[2 + given.smooth.count]
        return load.map { coefficient * $0 }
    }

    private static func amplitude(of columns: [[Double]], _ coefficients: [Double]) -> Double {
        guard let length = columns.first?.count else { return 0 }
        let curve = (0..<length).map { place in
            zip(columns, coefficients).reduce(0) { $0 + $1.0[place] * $1.1 }
        }
        return (curve.max() ?? 0) - (curve.min() ?? 0)
    }

    private static func bestStep(_ fit: RegressionGLS, _ count: Int) -> Int? {
        guard count > 8 else { return nil }
        let gains = (2...(count - 2)).map { ($0, fit.gain(ofAdding: stepColumn($0, count))) }
        return gains.max { $0.1 < $1.1 }?.0
    }

    private static func stepColumn(_ step: Int, _ count: Int) -> [Double] { (0..<count).map { $0 < step ? 0 : 1 } }
}

/// What a model is fitted on, but for its steps.
struct TrendColumns {
    let onset: Double
    let trend: [Double]
    let smooth: [[Double]]
    let load: [Double]?
    let hiddenParameters: Int
    let stepLimit: Int
    let prior: Double

    /// - Parameters:
    ///   - progress: how far the run is at each point, 0…1.
    ///   - onset: from where on the trend rises.
    ///   - smooth: the columns of `shape`.
    init(_ progress: [Double], from onset: Double, _ smooth: [[Double]], of shape: NuisanceShape, load: [Double]?) {
        self.onset = onset
        trend = onset == 0 ? progress : progress.map { max(0, ($0 - onset) / (1 - onset)) }
        self.smooth = smooth
        self.load = load
        hiddenParameters = shape.hiddenParameters + (onset == 0 ? 0 : 1)
        stepLimit = onset == 0 ? shape.stepLimit : min(shape.stepLimit, 2)
        prior = shape.prior * (onset == 0 ? 1 : TrendModels.lateWeight)
    }

    /// A constant, the trend, the smooth shape, the load.
    var all: [[Double]] { [[Double](repeating: 1, count: trend.count), trend] + smooth + (load.map { [$0] } ?? []) }
}
