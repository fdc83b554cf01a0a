public import Measurement
import Replay

/// The processes and metrics pages that a replay watches.
public struct TargetWatch {
    /// Processes, by their ids.
    public var processes: [Int32] = []
    /// Whether the processes that listen on the targets' ports are watched, across restarts.
    public var watchesTargets = false
    /// Additional ports of this machine whose processes are watched.
    public var ports: [UInt16] = []
    /// The URLs of Prometheus or OpenMetrics pages.
    public var pages: [String] = []
    /// The metrics of the pages to keep; if empty, the usual ones.
    public var filters: [MetricFilter] = []
    /// The time between two readings of a page.
    public var interval = Duration.seconds(1)
    /// Whether a process or a page that is missing at the start is a gap rather than an error.
    public var mayBeAbsent = false
    /// Whether control requests are sent to a built-in echo.
    public var hasControl = false

    /// Watches nothing.
    public init() {}

    /// Why the watch is not possible.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// The processes of the targets should be watched, but none is on this machine.
        case targetIsElsewhere

        /// One line for the user.
        public var description: String {
            "the target is not on this machine, so its processes cannot be sampled"
        }
    }

    /// The sampler of the processes; it belongs to one run.
    ///
    /// - Throws: ``Problem`` or `ProcessMonitorError`.
    func monitor(of targets: TargetMap) throws -> ProcessMonitor {
        let targetPorts = watchesTargets ? targets.loopbackPorts : []
        guard !watchesTargets || !targetPorts.isEmpty else { throw Problem.targetIsElsewhere }
        return try ProcessMonitor(pids: processes, ports: targetPorts + ports, mayBeAbsent: mayBeAbsent)
    }

    /// The scrapers of the metrics pages, after checking that each page can be read; they belong to one run.
    ///
    /// - Parameter allowedHosts: hosts that requests may be sent to although they are not loopback.
    func scrapers(_ options: ReplayOptions, allowedHosts: [String]) throws(MetricsPage.Problem) -> [MetricsScraper] {
        let hosts = Set(allowedHosts.map { $0.lowercased() })
        let filters = filters.isEmpty ? MetricFilter.usual : filters
        return try pages.map { text throws(MetricsPage.Problem) in
            try MetricsScraper(
                try MetricsPage(parsing: text, allowedHosts: hosts), filters: filters, interval: interval,
                options: options, mayFail: mayBeAbsent)
        }
    }

    /// The same watch without the named processes and pages, which belong to another target.
    public var ofAnotherTarget: TargetWatch {
        var watch = self
        watch.processes = []
        watch.pages = []
        return watch
    }
}
