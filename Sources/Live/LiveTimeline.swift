import Formats
import Measurement
import Report

/// A run over time in bounded memory: past the limit of points, neighbours are merged.
struct LiveTimeline {
    /// The most points: as many as a chart has columns.
    static let limit = 400

    private struct Point {
        var startNs: Int64
        var lengthNs: Int64
        var requests: UInt64
        var failures: UInt64
        var sessions: Int
        var response: SparseHistogram
        var lag: SparseHistogram
    }

    private var points: [Point] = []
    private var lengthNs = WorkerRecorder.windowNs
    /// Lines of the complete points: each point is computed once.
    private var lines = LiveView.Course()

    /// Adds the next window.
    mutating func append(_ window: RunWindow) {
        while window.lengthNs > lengthNs { coarsen() }
        let point = Point(
            startNs: window.startNs / lengthNs * lengthNs, lengthNs: lengthNs, requests: window.counts.requests,
            failures: window.counts.failures, sessions: window.concurrentSessions, response: window.times[.response],
            lag: window.times[.sendLag])
        add(point)
        while points.count > LiveTimeline.limit { coarsen() }
    }

    private mutating func add(_ point: Point) {
        let start = point.startNs / lengthNs * lengthNs
        if let last = points.indices.last, points[last].startNs >= start {
            points[last].requests += point.requests
            points[last].failures += point.failures
            points[last].sessions = max(points[last].sessions, point.sessions)
            points[last].response.add(point.response)
            points[last].lag.add(point.lag)
        } else {
            var first = point
            (first.startNs, first.lengthNs) = (start, lengthNs)
            points.append(first)
        }
    }

    private mutating func coarsen() {
        let finer = points
        points = []
        lengthNs *= 2
        lines = LiveView.Course()
        for point in finer { add(point) }
    }

    /// The lines up to `end`, in nanoseconds; an incomplete point counts with its part.
    mutating func course(until end: Int64, isOver: Bool) -> LiveView.Course {
        while lines.seconds.count + 1 < points.count { add(points[lines.seconds.count], to: &lines, until: .max) }
        guard lines.seconds.count < points.count else { return lines }
        let last = points[lines.seconds.count]
        var whole = lines
        // A point that has just begun would fluctuate; at the end of the run it is used as it is.
        if isOver || last.startNs + last.lengthNs <= end { add(last, to: &whole, until: end) }
        return whole
    }

    private func add(_ point: Point, to course: inout LiveView.Course, until end: Int64) {
        let lived = min(point.lengthNs, max(end - point.startNs, point.lengthNs / 4))
        let seconds = Nanoseconds.inSeconds(lived)
        let time = { (histogram: SparseHistogram, quantile: Double) in
            histogram.nanoseconds(atQuantile: quantile).map { Nanoseconds.inMilliseconds($0) }
        }
        course.seconds.append(Nanoseconds.inSeconds(point.startNs))
        course.requests.append(Double(point.requests) / seconds)
        course.failures.append(Double(point.failures) / seconds)
        course.sessions.append(Double(point.sessions))
        course.p50.append(time(point.response, 0.5))
        course.p95.append(time(point.response, 0.95))
        course.p99.append(time(point.response, 0.99))
        course.lag.append(time(point.lag, 0.99))
    }
}
