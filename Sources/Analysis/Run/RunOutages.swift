import Formats
import Measurement
import Traffic

/// A part of a run in which most requests failed, and how long the target took to recover.
struct RunOutages: Hashable {
    /// When it began and ended, in seconds since the run's start, to the precision of whole windows.
    var startSeconds: Double
    var endSeconds: Double
    var failures: UInt64
    var requests: UInt64
    /// From the last window with mostly failures to the first without a failure; nil if there was none.
    var recoverySeconds: Double?

    /// The most outages in a report.
    static let shown = 5
    /// The least share of failed requests.
    private static let failingRatio = 0.5
    /// Windows with fewer requests are ignored.
    private static let fewestRequests: UInt64 = 5

    /// The outages of a run by its windows.
    static func all(of windows: [RunWindow]) -> [RunOutages] {
        var outages: [RunOutages] = []
        var isOut = false
        for window in windows where window.counts.requests > 0 {
            let (requests, failures) = (window.counts.requests, window.counts.failures)
            let isFailing =
                requests >= fewestRequests && Double(failures) >= failingRatio * Double(requests)
            let end = Nanoseconds.inSeconds(window.endNs)
            if isFailing, isOut {
                outages[outages.count - 1].endSeconds = end
                outages[outages.count - 1].failures += failures
                outages[outages.count - 1].requests += requests
            } else if isFailing {
                outages.append(
                    RunOutages(
                        startSeconds: Nanoseconds.inSeconds(window.startNs), endSeconds: end, failures: failures,
                        requests: requests))
            } else if failures == 0, let last = outages.indices.last, outages[last].recoverySeconds == nil {
                outages[last].recoverySeconds =
                    Nanoseconds.inSeconds(window.startNs) - outages[last].endSeconds
            }
            isOut = isFailing
        }
        return outages
    }

    /// The sentence shown to the user.
    var sentence: String {
        let share = (Double(failures) / Double(max(requests, 1)) * 100).formatted(decimals: 0)
        let failed = failures == requests ? "every request failed" : "\(share) % of the requests failed"
        let span = "from \(startSeconds.formatted(decimals: 0)) s to \(endSeconds.formatted(decimals: 0)) s"
        let back =
            recoverySeconds.map { $0 <= 0 ? "at once" : "after \($0.formatted(decimals: 0)) s" }
            .map { "no more failures \($0)" } ?? "failures continued to the end"
        return "\(failed) \(span); \(back)"
    }
}
