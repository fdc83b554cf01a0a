import Analysis
import Formats
import Measurement
import Scenario
import Traffic

/// A series of a watch over a run, and the numbers that criteria derive from it.
struct WatchedSeries {

    struct Point: Hashable {
        var timeNs: Int64
        var value: Double
    }

    /// Ordered by time; series of one name with different labels are added up.
    let points: [Point]

    init(points: [Point]) { self.points = points }

    /// - Parameters:
    ///   - page: the watch's name, or the address of its metrics page
    ///   - spans: the times that count, in nanoseconds since the run's start
    init(_ figure: String, ofPage page: String, in metrics: ScrapedMetrics, within spans: [Range<Int64>]) {
        var sums: [Int64: Double] = [:]
        for track in metrics.tracks
        where track.identity.page == page && (track.identity.series == figure || track.identity.name == figure) {
            for sample in track.samples {
                let time = sample.time.nanoseconds
                if spans.contains(where: { $0.contains(time) }) { sums[time, default: 0] += sample.value }
            }
        }
        points = sums.map { Point(timeNs: $0.key, value: $0.value) }.sorted { $0.timeNs < $1.timeNs }
    }

    /// How much it grew. A counter restarts at 0 with its process, so a value below the previous one counts in full.
    func increase(isCounter: Bool) -> Double? {
        guard let first = points.first, let last = points.last, points.count > 1 else { return nil }
        guard isCounter else { return last.value - first.value }
        return zip(points, points.dropFirst()).reduce(0) { sum, pair in
            sum + (pair.1.value >= pair.0.value ? pair.1.value - pair.0.value : pair.1.value)
        }
    }

    /// An aggregate of the series; nil if there are too few points.
    ///
    /// - Parameter wantsLeast: whether a series without an aggregate must be above its limit at all times
    func number(_ aggregate: Criterion.Aggregate, isCounter: Bool, wantsLeast: Bool) -> Double? {
        guard let first = points.first, let last = points.last else { return nil }
        let values = points.map(\.value)
        switch aggregate {
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .max: return values.max()
        case .min: return values.min()
        case .p95: return values.sorted()[Int((0.95 * Double(values.count)).rounded(.up)) - 1]
        case .increase: return increase(isCounter: isCounter)
        case .rate:
            let seconds = Nanoseconds.inSeconds(last.timeNs - first.timeNs)
            return seconds > 0 ? increase(isCounter: isCounter).map { $0 / seconds } : nil
        case .value: return wantsLeast ? values.min() : values.max()
        }
    }
}
