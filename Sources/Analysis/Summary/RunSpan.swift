import Formats
import Measurement

/// How long a run was, and what it got done in that time.
struct RunSpan {
    /// `--for`, or from the first due instant to the last end.
    let seconds: Double
    /// Requests answered within it, divided by it.
    let throughputRps: Double
    /// The same without the ramp; nil when nothing is left.
    let steadyThroughputRps: Double?
    /// Requests that the plan has due a second; nil where the target's speed decides it.
    let plannedRps: Double?
    /// Whether the plan asks for more than the cap on the rate lets through.
    let planPassesLimit: Bool

    init(_ record: RunRecord) {
        let description = record.description
        let planned = description.plannedNs
        let actual = record.durationNs
        // A run that ended early did not last as long as it was meant to.
        let duration = planned.map { min(actual, $0) } ?? actual
        let ramp = description.rampNs
        seconds = Nanoseconds.inSeconds(duration)
        throughputRps = RunSpan.rate(of: record, from: 0, to: duration) ?? 0
        steadyThroughputRps = ramp < duration ? RunSpan.rate(of: record, from: ramp, to: duration) : nil
        let span = planned ?? description.plannedSpanNs ?? 0
        let asked =
            description.isClosedLoop || span <= 0
            ? nil : description.plannedRequests.map { Double($0) / Nanoseconds.inSeconds(span) }
        plannedRps = asked
        planPassesLimit = asked ?? 0 > description.requestsPerSecondLimit ?? .infinity
    }

    /// Requests answered a second between two instants; a window that lies across one counts by its share.
    private static func rate(of record: RunRecord, from start: Int64, to end: Int64) -> Double? {
        guard end > start else { return nil }
        var requests = 0.0
        for window in record.series.windows {
            // Nothing finishes after the last finish, so a last window's length is to there.
            let last = max(min(window.endNs, record.durationNs), window.startNs + 1)
            let inside = min(last, end) - max(window.startNs, start)
            guard inside > 0 else { continue }
            requests += Double(window.counts.answers) * Double(inside) / Double(last - window.startNs)
        }
        return requests / Nanoseconds.inSeconds(end - start)
    }
}
