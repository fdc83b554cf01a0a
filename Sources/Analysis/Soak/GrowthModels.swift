import Glibc

/// The possible explanations of memory points: growth or none, one nuisance shape, the load, and some steps, under
/// noise with several strengths of autocorrelation. All of them are weighted; none is selected.
struct GrowthModels {
    /// A model with a growth, or without one.
    struct Model {
        /// What the growth is proportional to, and its course; nil without growth.
        var growth: (driver: GrowthDriver, course: GrowthCourse)?
        /// What the shape is proportional to.
        var clock: GrowthDriver
        var shape: NuisanceShape
        /// The index of the load that is part of it; nil for none.
        var load: Int?
        /// The first point after each step.
        var steps: [Int]
        /// Autocorrelation of neighbouring points' noise.
        var memory: Double
        /// The logarithm of prior times marginal likelihood.
        var logWeight: Double
    }

    /// At least `leastPoints` points.
    let values: [Double]
    /// Progress (0…1) of the points along each driver: time, and requests if they arrived unevenly.
    let drivers: [(driver: GrowthDriver, progress: [Double])]
    /// The rate of requests, and the peak load so far, if they varied.
    let loads: [[Double]]
    let noiseFloor: Double
    /// The planned length of the run divided by its current length; 1 at its end.
    let horizon: Double

    /// Autocorrelations of neighbouring points. The prior density is uniform: each has the weight of the interval
    /// around it.
    private static let memories = [0, 0.25, 0.45, 0.6, 0.75, 0.86, 0.94, 0.98, 0.995]
    /// The prior of each additional step.
    private static let stepPrior = 0.3
    private static let stepLimit = 4
    /// The prior of a load that is known to vary: it probably matters.
    private static let loadPrior = 0.85
    /// Models below this share of the heaviest with growth, or without, are omitted; a logarithm.
    private static let negligible = -12.0
    /// Steps that leave more unexplained than the best, by this share, are far less likely.
    private static let notable = 0.4
    static let leastPoints = 8

    /// The columns under noise with one autocorrelation, and what all its models share.
    private struct Noise {
        var memory: Double
        var logWeight: Double
        var values: [Double]
        /// The constant, normalised.
        var unit: [Double]
        /// The least sum of squares allowed by the noise floor.
        var floor: Double
        /// The column of each course, by driver.
        var growths: [[[Double]]]
        /// Steps at all points, with nothing removed yet.
        var steps: StepColumns
    }

    /// The largest weights so far, as logarithms. Models with growth are compared with one another, so that its amount
    /// is known even where it is almost excluded.
    private struct Heaviest {
        var still = -Double.infinity
        var growing = -Double.infinity

        func isNotable(_ logWeight: Double, _ model: Model) -> Bool {
            logWeight > (model.growth == nil ? still : growing) + GrowthModels.negligible
        }

        mutating func note(_ logWeight: Double, _ model: Model) {
            if model.growth == nil { still = max(still, logWeight) } else { growing = max(growing, logWeight) }
        }
    }

    /// All models with relevant weight, in any order.
    func weighed() -> [Model] {
        var models: [Model] = []
        var heaviest = Heaviest()
        let shapes = NuisanceShape.priors(horizon: horizon)
        let shapeColumns = drivers.map { driver in shapes.map { $0.shape.columns(driver.progress) } }
        for place in GrowthModels.memories.indices {
            let noise = noise(at: place)
            for (load, loadPrior) in loadChoices() {
                let loadColumns = load.map { [RegressionGLS.transform(loads[$0], noise.memory)] } ?? []
                for (number, clock) in drivers.enumerated() {
                    for (kind, (shape, prior)) in shapes.enumerated() where number == 0 || shape != .none {
                        let shared = shape == .none ? 1 : 1 / Double(drivers.count)
                        let columns = shapeColumns[number][kind].map { RegressionGLS.transform($0, noise.memory) }
                        let basis = Basis(noise.unit, loadColumns + columns, noise.values)
                        weigh(
                            noise, basis, log(prior * loadPrior * shared) + noise.logWeight,
                            Model(
                                growth: nil, clock: clock.driver, shape: shape, load: load, steps: [],
                                memory: noise.memory, logWeight: 0),
                            into: &models, &heaviest)
                    }
                }
            }
        }
        return models.filter { heaviest.isNotable($0.logWeight, $0) }
    }

    private func noise(at place: Int) -> Noise {
        let memories = GrowthModels.memories
        let memory = memories[place]
        let low = place == 0 ? 0 : (memories[place - 1] + memory) / 2
        let high = place == memories.count - 1 ? 1 : (memories[place + 1] + memory) / 2
        let constant = RegressionGLS.transform([Double](repeating: 1, count: values.count), memory)
        let square = LeastSquares.dot(constant, constant)
        let transformed = RegressionGLS.transform(values, memory)
        return Noise(
            memory: memory, logWeight: log(high - low) + 0.5 * log(1 - memory * memory) - 0.5 * log(square),
            values: transformed, unit: constant.map { $0 / square.squareRoot() },
            floor: noiseFloor * noiseFloor * Double(values.count) * (1 - memory * memory),
            growths: drivers.map { driver in
                GrowthCourse.all.map { RegressionGLS.transform($0.course.column(driver.progress), memory) }
            }, steps: StepColumns(memory, transformed))
    }

    private func loadChoices() -> [(Int?, Double)] {
        guard !loads.isEmpty else { return [(nil, 1)] }
        return [(nil, 1 - GrowthModels.loadPrior)]
            + loads.indices.map { ($0, GrowthModels.loadPrior / Double(loads.count)) }
    }

    /// The logarithm of the marginal likelihood under a g-prior.
    ///
    /// The prior's variance is that of unit information (Kass and Wasserman 1995), or a wider one where the fit
    /// suggests it (local empirical Bayes, Liang et al. 2008): a fixed prior would treat large effects as unlikely,
    /// however clear they are.
    static func logLikelihood(_ rest: Double, of variation: Double, count: Int, parameters: Int) -> Double {
        let size = Double(count - 1)
        let rest = max(rest, .leastNormalMagnitude)
        let variation = max(variation, rest)
        let drawn = GrowthModels.drawn(rest, of: variation, count: count, parameters: parameters)
        return -0.5 * Double(parameters) * log(1 + drawn.g) - size / 2 * log(drawn.squares)
    }

    /// The prior's g, and the squares that remain under it.
    static func drawn(_ rest: Double, of variation: Double, count: Int, parameters: Int) -> (g: Double, squares: Double)
    {
        let freedom = Double(max(count - 1 - parameters, 1))
        let ratio = parameters == 0 ? 0 : (variation - rest) / Double(parameters) / (rest / freedom)
        let g = max(Double(count), ratio)
        return (g, rest + (variation - rest) / (1 + g))
    }

    /// Weights a shape without growth, then with each growth, each with steps as long as these help.
    private func weigh(
        _ noise: Noise, _ basis: Basis, _ logPrior: Double, _ model: Model, into models: inout [Model],
        _ heaviest: inout Heaviest
    ) {
        let even = log(0.5)
        var steps = noise.steps
        for vector in basis.vectors { steps.leaveOut(vector) }
        search(noise, basis, steps, logPrior + even, model, into: &models, &heaviest)
        for (driver, columns) in zip(drivers, noise.growths) {
            for ((course, prior), column) in zip(GrowthCourse.all, columns)
            where course == .even(from: 0) || model.shape.isTriedBesideLateTrend {
                var grown = basis
                guard grown.append(column, noise.values),
                    let direction = grown.vectors.last
                else { continue }
                var steps = steps
                steps.leaveOut(direction)
                var model = model
                model.growth = (driver.driver, course)
                let logGrowth = even + log(prior / Double(drivers.count))
                search(noise, grown, steps, logPrior + logGrowth, model, into: &models, &heaviest)
            }
        }
    }

    /// Weights the model without steps, then repeatedly adds the most helpful step; the weight of each addition is
    /// summed over all its places.
    private func search(
        _ noise: Noise, _ basis: Basis, _ columns: StepColumns, _ logPrior: Double, _ model: Model,
        into models: inout [Model], _ heaviest: inout Heaviest
    ) {
        let count = values.count
        var basis = basis
        var steps = columns
        var model = model
        var prior = logPrior + log(1 - GrowthModels.stepPrior)
        func keep(_ logWeight: Double) {
            heaviest.note(logWeight, model)
            guard heaviest.isNotable(logWeight, model) else { return }
            model.logWeight = logWeight
            models.append(model)
        }
        func logLikelihood(_ rest: Double, more: Int) -> Double {
            GrowthModels.logLikelihood(
                max(rest, noise.floor), of: basis.variation, count: count, parameters: basis.vectors.count - 1 + more)
        }
        var without = logLikelihood(basis.rest, more: 0)
        keep(prior + without)
        let each = log(GrowthModels.stepPrior / Double(count - 1))
        for _ in 0..<min(GrowthModels.stepLimit, count / 8) {
            let gains = steps.gains
            guard let most = gains.max(), most > 0, let place = gains.firstIndex(of: most) else { return }
            prior += each
            let best = logLikelihood(basis.rest - most, more: 1)
            // Far less likely places do not contribute to the sum.
            let least = most - GrowthModels.notable * max(basis.rest - most, noise.floor)
            var sum = 0.0
            for gain in gains where gain > least {
                sum += gain == most ? 1 : exp(logLikelihood(basis.rest - gain, more: 1) - best)
            }
            model.steps.append(place)
            keep(prior + best + log(sum))
            // More steps always explain more, so the search stops when a step does not justify itself.
            guard best + each > without - 3 else { return }
            without = best
            guard basis.append(steps.column(place), noise.values), let vector = basis.vectors.last else { return }
            steps.leaveOut(vector)
        }
    }
}

/// An orthonormal basis of columns, and the remainder of the values.
private struct Basis {
    private(set) var vectors: [[Double]]
    /// The squares that remain after the constant, and after the whole basis.
    let variation: Double
    private(set) var rest: Double

    init(_ unit: [Double], _ columns: [[Double]], _ values: [Double]) {
        vectors = [unit]
        let share = LeastSquares.dot(unit, values)
        variation = max(LeastSquares.dot(values, values) - share * share, 0)
        rest = variation
        for column in columns { append(column, values) }
    }

    /// - Returns: whether it adds a direction.
    @discardableResult
    mutating func append(_ column: [Double], _ values: [Double]) -> Bool {
        let square = LeastSquares.dot(column, column)
        var remainder = column
        for _ in 0..<2 {
            for vector in vectors {
                LeastSquares.subtract(LeastSquares.dot(vector, remainder), vector, from: &remainder)
            }
        }
        let length = LeastSquares.dot(remainder, remainder).squareRoot()
        guard length > 1e-6 * square.squareRoot(), length > 0 else { return false }
        for place in remainder.indices { remainder[place] /= length }
        let share = LeastSquares.dot(remainder, values)
        rest = max(rest - share * share, 0)
        vectors.append(remainder)
        return true
    }
}

/// The step columns at all points with the autocorrelation removed. Their products with a vector take a single pass.
private struct StepColumns {
    private let memory: Double
    private var products: [Double]
    private var squares: [Double]
    private let values: [Double]

    init(_ memory: Double, _ values: [Double]) {
        self.memory = memory
        self.values = values
        products = StepColumns.products(values, memory)
        squares = values.indices.map { StepColumns.whole($0, of: values.count, memory) }
    }

    private static func whole(_ place: Int, of count: Int, _ memory: Double) -> Double {
        1 + (1 - memory) * (1 - memory) * Double(count - 1 - place)
    }

    /// A step's column: 0 before its point, 1 at it, and the remainder of 1 after it.
    func column(_ place: Int) -> [Double] {
        values.indices.map { $0 < place ? 0 : $0 == place ? 1 : 1 - memory }
    }

    /// For each point, the squares of the values that a step there explains; 0 if it adds no direction, and at the
    /// first point, where there can be no step.
    var gains: [Double] {
        var gains = [Double](repeating: 0, count: values.count)
        products.withUnsafeBufferPointer { products in
            squares.withUnsafeBufferPointer { squares in
                gains.withUnsafeMutableBufferPointer { gains in
                    var place = 1
                    while place < gains.count {
                        if squares[place] > 1e-6 * StepColumns.whole(place, of: gains.count, memory) {
                            gains[place] = products[place] * products[place] / squares[place]
                        }
                        place += 1
                    }
                }
            }
        }
        return gains
    }

    /// Removes a direction from all columns.
    mutating func leaveOut(_ vector: [Double]) {
        let share = LeastSquares.dot(vector, values)
        let rest = 1 - memory
        vector.withUnsafeBufferPointer { vector in
            products.withUnsafeMutableBufferPointer { products in
                squares.withUnsafeMutableBufferPointer { squares in
                    var suffix = 0.0
                    var place = vector.count - 1
                    while place >= 0 {
                        let along = vector[place] + rest * suffix
                        suffix += vector[place]
                        products[place] -= along * share
                        squares[place] -= along * along
                        place -= 1
                    }
                }
            }
        }
    }

    private static func products(_ vector: [Double], _ memory: Double) -> [Double] {
        var products = vector
        var suffix = 0.0
        for place in stride(from: vector.count - 1, through: 0, by: -1) {
            products[place] = vector[place] + (1 - memory) * suffix
            suffix += vector[place]
        }
        return products
    }
}
