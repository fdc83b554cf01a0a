import Formats
import Measurement

/// The length of a run, and its throughput.
struct RunSpan {
    /// `--for`, or from the first due instant to the last end.
    let seconds: Double
    /// Requests answered within that time, divided by it.
    let throughputRps: Double
    /// The same without the ramp; nil when nothing remains.
    let steadyThroughputRps: Double?
    /// Planned requests per second; nil if the target's speed determines them.
    let plannedRps: Double?
    /// Whether the plan requires more than the rate cap allows.
    let planPassesLimit: Bool

    init(_ record: RunRecord) {
        let description = record.description
        let planned = description.plannedNs
        let actual = record.durationNs
        // A run that ended early was shorter than planned.
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

    /// Requests answered per second between two instants; a window that overlaps one is counted proportionally.
    private static func rate(of record: RunRecord, from start: Int64, to end: Int64) -> Double? {
        guard end > start else { return nil }
        var requests = 0.0
        for window in record.series.windows {
            // Nothing finished after the last finish, so the last window ends there.
            let last = max(min(window.endNs, record.durationNs), window.startNs + 1)
            let inside = min(last, end) - max(window.startNs, start)
            guard inside > 0 else { continue }
            requests += Double(window.counts.answers) * Double(inside) / Double(last - window.startNs)
        }
        return requests / Nanoseconds.inSeconds(end - start)
    }
}
