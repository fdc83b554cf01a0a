/// What a growth may be proportional to, with the progress of points along it.
enum GrowthDriver: Hashable {
    case time
    case requests

    /// Time, and requests if they did not arrive evenly.
    static func all(of points: SoakSamples) -> [(driver: GrowthDriver, progress: [Double])] {
        let time = progress(points.seconds)
        guard let first = points.answered.first, let last = points.answered.last, last > first else {
            return [(.time, time)]
        }
        let requests = progress(points.answered)
        let isEven = zip(time, requests).allSatisfy { abs($0 - $1) < 0.02 }
        return isEven ? [(.time, time)] : [(.time, time), (.requests, requests)]
    }

    /// The range of the samples divided by that of the points.
    func stretch(_ points: SoakSamples, _ whole: SoakSamples) -> Double {
        let (inner, outer) =
            self == .time ? (points.seconds, whole.seconds) : (points.answered, whole.answered)
        let reach = { (values: [Double]) in (values.last ?? 0) - (values.first ?? 0) }
        return reach(inner) > 0 ? reach(outer) / reach(inner) : 1
    }

    private static func progress(_ values: [Double]) -> [Double] {
        guard let first = values.first, let last = values.last, last > first else { return values.map { _ in 0 } }
        return values.map { ($0 - first) / (last - first) }
    }

    /// The rate of requests if it varies, and the peak load so far if it grows.
    static func loads(of points: SoakSamples) -> [[Double]] {
        var loads: [[Double]] = []
        if !points.load.isEmpty { loads.append(points.load) }
        if let first = points.peakLoad.first, let last = points.peakLoad.last, last > 0, last - first > 0.05 * last {
            loads.append(points.peakLoad.map { $0 / last })
        }
        return loads
    }
}

/// The course of a growth.
enum GrowthCourse: Hashable {
    /// Linear, from this share of the run.
    case even(from: Double)
    /// Accelerating.
    case accelerating

    /// The courses tried, with their priors.
    static let all: [(course: GrowthCourse, prior: Double)] = [
        (.even(from: 0), 0.7), (.even(from: 0.25), 0.08), (.even(from: 0.4), 0.08), (.even(from: 0.55), 0.08),
        (.accelerating, 0.06),
    ]

    /// Where growth begins, as a share of the run.
    var onset: Double {
        switch self {
        case .even(let from): from
        case .accelerating: 0
        }
    }

    /// A growth of height one at the shares `progress` (0…1) of the run.
    func column(_ progress: [Double]) -> [Double] {
        switch self {
        case .even(let from): from == 0 ? progress : progress.map { max(0, ($0 - from) / (1 - from)) }
        case .accelerating: progress.map { $0 * $0 }
        }
    }
}
