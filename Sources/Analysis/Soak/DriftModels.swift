import Glibc

/// The possible explanations of a series of values: nothing, a cycle, a warm-up or the load, each with and without a
/// rise, under noise with several strengths of autocorrelation.
///
/// They depend only on the number of values and the load, so one instance serves all series of a run: the expensive
/// part is done once.
struct DriftModels {
    /// A lasting rise.
    enum Rise: Hashable {
        /// Linear, from this share of the run.
        case even(from: Double)
        /// To another level, from this value.
        case step(Int)
    }

    /// The components of a series in addition to its noise.
    struct Explanation {
        /// Orthonormal columns, the constant first, transformed like the values.
        var basis: [[Double]]
        /// The prior probability as a logarithm.
        var logPrior: Double
        /// A warm-up only falls: the coefficient of the last column must not make it rise.
        var isWarmUp: Bool
        /// Whether the load is part of it.
        var hasLoad: Bool
        /// In the order of the models' rises.
        var rises: Residuals
        /// In the order of the models' excursions; empty if none are considered.
        var excursions: Residuals
    }

    /// Columns relative to a basis. Stored flat, because every series iterates over them.
    struct Residuals {
        /// The components along the basis, consecutively, those of each column together.
        var along: [Double] = []
        /// The squared length of each column's residual outside the basis.
        var squares: [Double] = []

        /// Calls `body` with the product of a series and each column's residual, and the residual's squared length.
        /// Columns that lie within the basis are skipped.
        ///
        /// - Parameters:
        ///   - wholes: the products of the series with the whole columns.
        ///   - shares: its products with the basis.
        func forEachProduct(
            _ wholes: [Double], given shares: [Double],
            _ body: (_ column: Int, _ product: Double, _ square: Double) -> Void
        ) {
            var next = 0
            for column in squares.indices {
                var product = wholes[column]
                for share in shares {
                    product -= along[next] * share
                    next += 1
                }
                if squares[column] > 1e-9 { body(column, product, squares[column]) }
            }
        }
    }

    /// The explanations under AR(1) noise with one autocorrelation (Prais and Winsten 1954).
    struct Noise {
        /// Autocorrelation of neighbouring values, 0…1.
        var memory: Double
        /// The prior of the autocorrelation and the constant's part of the likelihood, as a logarithm.
        var logWeight: Double
        var explanations: [Explanation]
        /// The columns of rises and of excursions after the autocorrelation is removed.
        var rises: [[Double]]
        var excursions: [[Double]]

        /// The values after the autocorrelation is removed.
        func transform(_ values: [Double]) -> [Double] { RegressionGLS.transform(values, memory) }
    }

    let count: Int
    let rises: [Rise]
    let noises: [Noise]
    /// Logarithms of the load if it varies by more than a tenth; otherwise empty.
    let load: [Double]

    /// The prior density is uniform: each autocorrelation has the weight of the interval around it.
    private static let memories = [0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.88, 0.94, 0.98, 0.995]
    private static let evenStarts = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    /// Periods of cycles as shares of the run: 0.2 to 1.3, each 15 % longer.
    private static let periods = (0..<14).map { 0.2 * pow(1.155, Double($0)) }
    /// Time constants of warm-ups as shares of the run.
    private static let warmUps = [0.05, 0.12, 0.3]
    private static let plainPrior = 0.5
    private static let cyclePrior = 0.3
    private static let warmUpPrior = 0.2

    /// - Parameters:
    ///   - count: the number of values of a series; at least 12.
    ///   - load: a figure such as requests per second, for each value; used if it varies. Empty if there is none.
    init(count: Int, load: [Double]) {
        self.count = count
        let logarithms = load.map { log(max($0, 1e-9)) }
        let varies = load.count == count && (logarithms.max() ?? 0) - (logarithms.min() ?? 0) > 0.1
        self.load = varies ? logarithms : []
        let edge = max(2, count / 10)
        let places = Array(edge...(count - edge))
        rises = DriftModels.evenStarts.map { .even(from: $0) } + places.map { .step($0) }
        let columns = rises.map { DriftModels.column($0, count: count) }
        let excursions = DriftModels.excursions(count)
        let nuisances = DriftModels.nuisances(count, load: self.load)
        noises = DriftModels.memories.indices.map { place in
            DriftModels.noise(at: place, count: count, nuisances: nuisances, rises: columns, excursions: excursions)
        }
    }

    /// The prior of a rise among all rises: linear rises and steps each have half of it.
    func logPrior(ofRise place: Int) -> Double {
        let even = DriftModels.evenStarts.count
        return -log(2 * Double(place < even ? even : rises.count - even))
    }

    /// Where a rise begins, as a share of the run.
    func beginning(_ rise: Rise) -> Double {
        switch rise {
        case .even(let from): from
        case .step(let place): Double(place) / Double(count)
        }
    }

    /// A rise of height one, for each value.
    static func column(_ rise: Rise, count: Int) -> [Double] {
        switch rise {
        case .even(let from): progress(count).map { max(0, ($0 - from) / (1 - from)) }
        case .step(let place): (0..<count).map { $0 < place ? 0 : 1 }
        }
    }

    private typealias Nuisance = (columns: [[Double]], prior: Double, isWarmUp: Bool, hasLoad: Bool)

    private static func progress(_ count: Int) -> [Double] { (0..<count).map { Double($0) / Double(count - 1) } }

    private static func nuisances(_ count: Int, load: [Double]) -> [Nuisance] {
        let progress = progress(count)
        var nuisances: [Nuisance] = [([], plainPrior, false, false)]
        for period in periods {
            let angles = progress.map { 2 * .pi * $0 / period }
            nuisances.append(([angles.map(sin), angles.map(cos)], cyclePrior / Double(periods.count), false, false))
        }
        for constant in warmUps {
            nuisances.append(([progress.map { exp(-$0 / constant) }], warmUpPrior / Double(warmUps.count), true, false))
        }
        guard !load.isEmpty else { return nuisances }
        // A varying load probably matters, and is then usually a sufficient explanation. How much latency rises with it
        // is not known: less than in proportion, in proportion, or faster, as queues do.
        let usual = Robust.median(load)
        let factors = load.map { exp($0 - usual) }
        let effects = [load, factors, factors.map { $0 * $0 }]
        return nuisances.map { ($0.columns, 0.15 * $0.prior, $0.isWarmUp, false) }
            + nuisances.flatMap { nuisance in
                let isAlone = nuisance.columns.isEmpty
                let prior = isAlone ? 0.7 / Double(effects.count) : 0.3 * nuisance.prior
                return (isAlone ? effects : [load]).map {
                    ([$0] + nuisance.columns, prior, nuisance.isWarmUp, true)
                }
            }
    }

    /// Levels that begin and end within the run.
    private static func excursions(_ count: Int) -> [[Double]] {
        var columns: [[Double]] = []
        for length in [count / 8, count / 5, count / 3] {
            for start in stride(from: 1, to: count - length - max(2, count / 10), by: max(1, length / 2)) {
                columns.append((0..<count).map { start <= $0 && $0 < start + length ? 1 : 0 })
            }
        }
        return columns
    }

    private static func noise(
        at place: Int, count: Int, nuisances: [Nuisance], rises: [[Double]], excursions: [[Double]]
    ) -> Noise {
        let memory = memories[place]
        let low = place == 0 ? 0 : (memories[place - 1] + memory) / 2
        let high = place == memories.count - 1 ? 1 : (memories[place + 1] + memory) / 2
        let constant = RegressionGLS.transform([Double](repeating: 1, count: count), memory)
        let square = LeastSquares.dot(constant, constant)
        let unit = constant.map { $0 / square.squareRoot() }
        let rises = rises.map { RegressionGLS.transform($0, memory) }
        let excursions = excursions.map { RegressionGLS.transform($0, memory) }
        return Noise(
            memory: memory,
            logWeight: log(high - low) + 0.5 * log(1 - memory * memory) - 0.5 * log(square),
            explanations: nuisances.map { nuisance in
                var basis = [unit]
                for column in nuisance.columns {
                    let rest = remainder(remainder(RegressionGLS.transform(column, memory), basis), basis)
                    let length = LeastSquares.dot(rest, rest).squareRoot()
                    if length > 1e-7 { basis.append(rest.map { $0 / length }) }
                }
                return Explanation(
                    basis: basis, logPrior: log(nuisance.prior), isWarmUp: nuisance.isWarmUp,
                    hasLoad: nuisance.hasLoad, rises: residuals(of: rises, given: basis),
                    excursions: nuisance.isWarmUp || nuisance.columns.count > 1
                        ? Residuals() : residuals(of: excursions, given: basis))
            }, rises: rises, excursions: excursions)
    }

    private static func residuals(of columns: [[Double]], given basis: [[Double]]) -> Residuals {
        var residuals = Residuals()
        for column in columns {
            var square = LeastSquares.dot(column, column)
            for direction in basis {
                let part = LeastSquares.dot(direction, column)
                residuals.along.append(part)
                square -= part * part
            }
            residuals.squares.append(square)
        }
        return residuals
    }

    private static func remainder(_ values: [Double], _ basis: [[Double]]) -> [Double] {
        var rest = values
        for direction in basis { LeastSquares.subtract(LeastSquares.dot(direction, rest), direction, from: &rest) }
        return rest
    }
}

/// Caches the models of a run's series, which many endpoints share.
struct DriftModelCache {
    private var known: [[Double]: DriftModels] = [:]

    /// The models for a number of values and a load, built on first use.
    mutating func models(count: Int, load: [Double]) -> DriftModels {
        let key = load + [Double(count)]
        if let models = known[key] { return models }
        let models = DriftModels(count: count, load: load)
        known[key] = models
        return models
    }
}
