import Formats
import Measurement
import Traffic

/// Detects a growing backlog: requests wait longer and longer for earlier ones, so the target does not keep up with the
/// plan, even if its own times are steady. Where the machine had no CPU left, or the generator itself was late, the
/// target is not blamed.
///
/// Examined is the mean time that the requests of a window were held by their session's order, by their connection and
/// by the previous clone in their slot, but not by a token or a rate cap.
struct BacklogGrowth {
    /// The fewest windows that allow a finding.
    private static let leastWindows = 5
    /// The least held time at the end, in seconds. Requests that wait less are late, but do not pile up.
    private static let leastSeconds = 0.5
    /// The least ratio of the held times at the end and at the start.
    private static let leastRatio = 4.0
    /// The least answered share of a rate cap that shows that the cap, not the target, limits the run.
    private static let capShare = 0.85
    /// The largest share of windows after the onset in which the backlog may shrink.
    private static let mostShrinking = 0.35
    /// The generator may be the cause if its own lateness is at least this share of the held time.
    private static let leastLagPart = 0.3

    /// When it starts to grow, in seconds since the run's start.
    let onsetSeconds: Double
    /// Mean held time over the last fifth, in seconds.
    let heldSeconds: Double
    /// Answered and due requests per second; the latter is nil if unknown.
    let answeredRps: Double
    let plannedRps: Double?
    /// The possible cause other than the target; nil if the figures show none.
    let otherCause: String?

    /// - Returns: nil if there is no growing backlog, or the run has no schedule.
    init?(of record: RunRecord) {
        let description = record.description
        guard !description.isClosedLoop, !description.isRecorded else { return nil }
        let span = RunSpan(record)
        if let cap = description.requestsPerSecondLimit, span.throughputRps >= BacklogGrowth.capShare * cap {
            return nil
        }
        let end = min(record.durationNs, description.plannedNs ?? .max)
        let windows = record.series.windows.filter { $0.startNs < end && $0.counts.requests > 0 }
        guard windows.count >= BacklogGrowth.leastWindows else { return nil }
        let held = windows.map { window in
            let causes = window.counts.held
            let nanoseconds =
                Double(causes.orderNs) + Double(causes.connectionNs) + Double(causes.slotNs)
            return Nanoseconds.inSeconds(nanoseconds) / Double(window.counts.requests)
        }
        let fifth = max(1, held.count / 5)
        let last = Robust.median(held.suffix(fifth))
        let first = Robust.median(held.prefix(fifth))
        let third = Robust.median(held.dropFirst(held.count * 2 / 5).prefix(fifth))
        guard last >= BacklogGrowth.leastSeconds, last >= BacklogGrowth.leastRatio * first, last > 1.2 * third else {
            return nil
        }
        // The last window in which the backlog was still a small fraction of its final size.
        let onset = held.lastIndex { $0 < 0.05 * last } ?? 0
        let rising = held[onset...]
        let shrinking = zip(rising, rising.dropFirst()).count { $1 < $0 }
        guard rising.count >= 3, Double(shrinking) <= BacklogGrowth.mostShrinking * Double(rising.count) else {
            return nil
        }
        onsetSeconds = Nanoseconds.inSeconds(windows[onset].startNs)
        heldSeconds = last
        answeredRps = span.throughputRps
        plannedRps = span.plannedRps
        let growth = onsetSeconds...max(onsetSeconds, Nanoseconds.inSeconds(windows[windows.count - 1].endNs))
        otherCause = BacklogGrowth.otherCause(of: record, in: growth, heldSeconds: last)
    }

    private static func otherCause(
        of record: RunRecord, in growth: ClosedRange<Double>, heldSeconds: Double
    ) -> String? {
        let witness = MachineState(of: record)
        if let shortage = witness.shortage(in: growth) { return shortage }
        guard let lateMs = witness.lateness(in: growth), lateMs >= leastLagPart * heldSeconds * 1000 else { return nil }
        return "the generator itself sent \(MemoryTrend.duration(lateMs / 1000)) late"
    }

    /// `the target could not keep up: 2,238/s of 2,345/s planned, backlog growing from second 5`;
    /// `requests piled up: …; the cause may not be the target, as the machine had no CPU left (…)`.
    var sentence: String {
        let rate = BacklogGrowth.rate(answeredRps)
        let figures = plannedRps.map { "\(rate) of \(BacklogGrowth.rate($0)) planned" } ?? "\(rate) answered"
        return (otherCause == nil ? "the target could not keep up" : "requests piled up")
            + ": \(figures), backlog growing from second "
            + "\(onsetSeconds.formatted(decimals: 0)) (requests held \(MemoryTrend.duration(heldSeconds)) at the end)"
            + (otherCause.map { "; the cause may not be the target, as \($0)" } ?? "")
    }

    /// The finding for `no-drift`.
    var finding: SoakFinding {
        SoakFinding(
            kind: .backlog, subject: "all requests", verdict: otherCause == nil ? .growing : .inconclusive,
            change: heldSeconds, explanation: sentence)
    }

    /// A rate in whole requests per second: `2,238/s`.
    private static func rate(_ value: Double) -> String {
        value.isFinite && value < 1e15
            ? DigitGroups.text(value.formatted(decimals: value < 9.95 ? 1 : 0)) + "/s" : "–"
    }
}
