import Glibc

/// A shape that memory or latency may take over a run without a leak: caches fill, heaps settle, load changes with the hour.
enum NuisanceShape: Hashable {
    case none
    /// Saturating with a time constant, as a share of the run.
    case exponential(timeConstant: Double)
    /// Ever slower growth; `scale` as a share of the run.
    case logarithmic(scale: Double)
    /// Linear, then flat from `end` on, a share of the run.
    case ramp(end: Double)
    /// A part of a cycle; `period` in runs.
    case harmonic(period: Double)
    /// Flat up to `start`, then saturating: a cache that is first used in mid-run. Both are shares of the run.
    case late(start: Double, timeConstant: Double)

    /// Those tried, coarsely: near ones fit nearly alike.
    static let all: [NuisanceShape] =
        [.none]
        + [0.02, 0.035, 0.06, 0.09, 0.13, 0.18, 0.25, 0.35, 0.5, 1, 2].map { .exponential(timeConstant: $0) }
        + [0.003, 0.01, 0.03, 0.1, 0.3].map { .logarithmic(scale: $0) }
        + [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map { .ramp(end: $0) }
        + [0.4, 0.5, 0.65, 0.8, 1, 1.3, 2.5].map { .harmonic(period: $0) }
        + [0.1, 0.2, 0.3, 0.4, 0.5].flatMap { start in
            [0.06, 0.2].map { .late(start: start, timeConstant: $0) }
        }

    /// Those tried beside a trend that sets in during the run: what a service does at its start.
    var isTriedBesideLateTrend: Bool {
        switch self {
        case .none: true
        case .exponential(let constant): [0.035, 0.09, 0.18].contains(constant)
        case .logarithmic, .ramp, .harmonic, .late: false
        }
    }

    /// Steps tried beside the shape at most.
    var stepLimit: Int {
        switch self {
        case .none: 4
        case .exponential, .logarithmic, .ramp: 3
        case .harmonic, .late: 2
        }
    }

    /// Each kind of shape is as likely as another, whatever number of it is tried.
    var prior: Double {
        switch self {
        case .none: 1
        case .exponential: 1 / 11
        case .logarithmic: 1 / 5
        case .ramp: 1 / 9
        case .harmonic: 1 / 7
        case .late: 1 / 10
        }
    }

    /// Whether a service may well settle at this pace, so that a run of that many seconds must show that it did not.
    ///
    /// Caches and heaps settle within minutes or tens of them; early in that time it looks like a leak.
    func cannotBeRuledOut(within seconds: Double) -> Bool {
        guard case .exponential(let constant) = self, constant >= 0.25 else { return false }
        return constant * seconds < NuisanceShape.longestSettling && NuisanceShape.shortRuns.contains(seconds)
    }

    private static let longestSettling = 2400.0
    /// In shorter ones growth must be many times as large to count, so that what settles in minutes does not.
    private static let shortRuns = 120.0..<3400

    /// Parameters chosen by trying.
    var hiddenParameters: Int {
        switch self {
        case .none: 0
        case .late: 2
        case .exponential, .logarithmic, .ramp, .harmonic: 1
        }
    }

    /// The shape's columns at the shares `progress` (0…1) of the run.
    func columns(_ progress: [Double]) -> [[Double]] {
        switch self {
        case .none: []
        case .exponential(let constant): [progress.map { 1 - exp(-$0 / constant) }]
        case .logarithmic(let scale): [progress.map { log(1 + $0 / scale) }]
        case .ramp(let end): [progress.map { min($0 / end, 1) }]
        case .harmonic(let period):
            [progress.map { sin(2 * .pi * $0 / period) }, progress.map { cos(2 * .pi * $0 / period) }]
        case .late(let start, let constant): [progress.map { $0 < start ? 0 : 1 - exp(-($0 - start) / constant) }]
        }
    }
}
