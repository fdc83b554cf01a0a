public import Measurement
import Replay

/// Which processes and pages of metrics a replay watches.
public struct TargetWatch {
    /// Processes, by their ids.
    public var processes: [Int32] = []
    /// Whether the processes that listen on the targets' ports are watched, across restarts.
    public var watchesTargets = false
    /// More ports of this machine whose processes are watched.
    public var ports: [UInt16] = []
    /// The URLs of Prometheus or OpenMetrics pages.
    public var pages: [String] = []
    /// Which metrics of the pages are kept; none: the usual ones.
    public var filters: [MetricFilter] = []
    /// Between two readings of a page.
    public var interval = Duration.seconds(1)
    /// Whether control requests are sent to a built-in echo.
    public var hasControl = false

    /// Watches nothing.
    public init() {}

    /// Why nothing can be watched.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// The processes of the targets were asked for, and none is on this machine.
        case targetIsElsewhere

        /// One line for the user.
        public var description: String {
            "the target is not on this machine, so its processes cannot be sampled"
        }
    }

    /// What samples the processes; it belongs to one run.
    ///
    /// - Throws: ``Problem`` or `ProcessMonitorError`.
    func monitor(of targets: TargetMap) throws -> ProcessMonitor {
        let targetPorts = watchesTargets ? targets.loopbackPorts : []
        guard !watchesTargets || !targetPorts.isEmpty else { throw Problem.targetIsElsewhere }
        return try ProcessMonitor(pids: processes, ports: targetPorts + ports)
    }

    /// What reads the pages of metrics, each of which can be read now; they belong to one run.
    ///
    /// - Parameter allowedHosts: those that may be asked although they are not loopback.
    func scrapers(_ options: ReplayOptions, allowedHosts: [String]) throws(MetricsPage.Problem) -> [MetricsScraper] {
        let hosts = Set(allowedHosts.map { $0.lowercased() })
        let filters = filters.isEmpty ? MetricFilter.usual : filters
        return try pages.map { text throws(MetricsPage.Problem) in
            try MetricsScraper(
                try MetricsPage(parsing: text, allowedHosts: hosts), filters: filters, interval: interval,
                options: options)
        }
    }

    /// The same without the processes and pages that are named: those belong to another target.
    public var ofAnotherTarget: TargetWatch {
        var watch = self
        watch.processes = []
        watch.pages = []
        return watch
    }
}
