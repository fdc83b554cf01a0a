/// What a growth may go with, and how far points of a run are on each.
enum GrowthDriver: Hashable {
    case time
    case requests

    /// Time, and requests where they did not come evenly.
    static func all(of points: SoakSamples) -> [(driver: GrowthDriver, progress: [Double])] {
        let time = progress(points.seconds)
        guard let first = points.answered.first, let last = points.answered.last, last > first else {
            return [(.time, time)]
        }
        let requests = progress(points.answered)
        let isEven = zip(time, requests).allSatisfy { abs($0 - $1) < 0.02 }
        return isEven ? [(.time, time)] : [(.time, time), (.requests, requests)]
    }

    /// How much further the samples reach than the points.
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

    /// The rate of requests where it changed, and the highest load so far where it grew.
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
    /// Even, from this share of the run on.
    case even(from: Double)
    /// Ever faster.
    case accelerating

    /// Those tried, with their prior.
    static let all: [(course: GrowthCourse, prior: Double)] = [
        (.even(from: 0), 0.7), (.even(from: 0.25), 0.08), (.even(from: 0.4), 0.08), (.even(from: 0.55), 0.08),
        (.accelerating, 0.06),
    ]

    /// From where on there is growth, as a share of the run.
    var onset: Double {
        switch self {
        case .even(let from): from
        case .accelerating: 0
        }
    }

    /// A growth by one at the shares `progress` (0…1) of the run.
    func column(_ progress: [Double]) -> [Double] {
        switch self {
        case .even(let from): from == 0 ? progress : progress.map { max(0, ($0 - from) / (1 - from)) }
        case .accelerating: progress.map { $0 * $0 }
        }
    }
}
