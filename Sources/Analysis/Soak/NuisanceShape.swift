import Glibc

/// A shape of memory or latency over a run that is not a leak: caches fill, heaps settle, load follows the time of day.
enum NuisanceShape: Hashable {
    case none
    /// Saturating, with a time constant as a share of the run.
    case exponential(timeConstant: Double)
    /// Growing ever more slowly; `scale` is a share of the run.
    case logarithmic(scale: Double)
    /// Linear, then flat from `end`, a share of the run.
    case ramp(end: Double)
    /// Saturating until `end`, then flat: a cache that reaches its limit. Both are shares of the run.
    case filled(end: Double, timeConstant: Double)
    /// A part of a cycle; `period` is in run lengths.
    case harmonic(period: Double)
    /// Flat up to `start`, then saturating, like a cache that is first used in mid-run. Both are shares of the run.
    case late(start: Double, timeConstant: Double)

    /// Whether its growth is later reversed.
    var isCycle: Bool {
        if case .harmonic = self { true } else { false }
    }

    /// Whether it is combined with a growth that sets in during the run: the shapes of a service's start.
    var isTriedBesideLateTrend: Bool {
        switch self {
        case .none: true
        case .exponential(let constant): constant < 0.2
        case .logarithmic, .ramp, .filled, .harmonic, .late: false
        }
    }

    /// The shapes with their priors, which add up to one. Each kind has a fixed total, regardless of how many of its
    /// shapes are tried.
    ///
    /// A service can be expected to settle within the run that is planned for it, but not within the first minutes of
    /// it. So longer settling times are increasingly unlikely beyond a third of the run, and a look before the end uses
    /// the planned length.
    ///
    /// - Parameter horizon: the planned length of the run divided by its current length; 1 at its end.
    static func priors(horizon: Double) -> [(shape: NuisanceShape, prior: Double)] {
        /// Times are shares of the current length; their weights follow from the shares of the planned length.
        func kind(
            _ total: Double, _ shares: [Double], power: Double = 2, _ make: (Double) -> NuisanceShape
        ) -> [(shape: NuisanceShape, prior: Double)] {
            let own = shares.map { (make($0), min(1, pow(usualSettling / ($0 / horizon), power))) }
            let sum = own.reduce(0) { $0 + $1.1 }
            return own.map { (shape: $0.0, prior: total * $0.1 / sum) }
        }
        func ladder(_ from: Double, _ ratio: Double, to end: Double) -> [Double] {
            Array(sequence(first: from) { $0 * ratio < end ? $0 * ratio : nil })
        }
        let exponentials = kind(0.25, ladder(0.015, 1.7, to: 2.2 * horizon)) {
            .exponential(timeConstant: $0)
        }
        let logarithms = kind(0.1, ladder(0.003, 3, to: 0.5 * horizon)) { .logarithmic(scale: $0) }
        // A linear rise that then stops looks like a leak until it does. It is rare, and usually short.
        let ramps = kind(
            0.04, [0.1, 0.16, 0.23, 0.3, 0.38, 0.46, 0.54, 0.62, 0.7, 0.8].map { $0 * horizon }, power: 3
        ) { .ramp(end: $0 < 0.9 ? $0 : 1) }
        let filled = [0.5, 1.5].flatMap { bend in
            kind(0.015, [0.16, 0.3, 0.38, 0.46, 0.54, 0.62, 0.7, 0.8].map { $0 * horizon }, power: 3) {
                .filled(end: min($0, 1), timeConstant: bend * min($0, 1))
            }
        }
        let periods = ladder(0.3, 1.4, to: 4.5)
        let cycles = periods.map {
            (shape: NuisanceShape.harmonic(period: $0 * horizon), prior: 0.15 / Double(periods.count))
        }
        let late = [0.1, 0.2, 0.3, 0.4, 0.5].flatMap { start in
            [0.04, 0.15].map { (start: start * horizon, constant: $0 * horizon) }
        }.filter { $0.start < 0.9 }
            .map { (shape: NuisanceShape.late(start: $0.start, timeConstant: $0.constant), prior: 0.05 / 10) }
        let all = exponentials + logarithms + ramps + filled + cycles + late
        return [(shape: .none, prior: 1 - all.reduce(0) { $0 + $1.prior })] + all
    }

    /// Settling times above this share of the run are less likely by a power of their length.
    private static let usualSettling = 0.3

    /// The shape's columns at the shares `progress` (0…1) of the run.
    func columns(_ progress: [Double]) -> [[Double]] {
        switch self {
        case .none: []
        case .exponential(let constant): [progress.map { 1 - exp(-$0 / constant) }]
        case .logarithmic(let scale): [progress.map { log(1 + $0 / scale) }]
        case .ramp(let end): [progress.map { min($0 / end, 1) }]
        case .filled(let end, let constant):
            [progress.map { (1 - exp(-min($0, end) / constant)) / (1 - exp(-end / constant)) }]
        case .harmonic(let period):
            [progress.map { sin(2 * .pi * $0 / period) }, progress.map { cos(2 * .pi * $0 / period) }]
        case .late(let start, let constant): [progress.map { $0 < start ? 0 : 1 - exp(-($0 - start) / constant) }]
        }
    }
}
