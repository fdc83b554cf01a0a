import ArgumentParser
import Measurement
import Replay

/// Which processes a replay watches.
struct WatchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Sample memory, CPU, threads and open files of this process. Repeatable.", valueName: "pid")
    )
    var watchPid: [Int32] = []

    @Flag(
        help: ArgumentHelp(
            "Sample the processes that listen on the targets' ports on this machine, across restarts."))
    var watchTarget = false

    @Option(
        help: ArgumentHelp(
            "Scrape this Prometheus or OpenMetrics page during the run and judge how its gauges grow. Repeatable.",
            discussion: "A host that is not loopback needs --allow-host. The path defaults to /metrics.",
            valueName: "url", visibility: .hidden))
    var watchMetrics: [String] = []

    @Option(
        help: ArgumentHelp(
            "Watch this metric of the pages, such as 'jvm_memory_used_bytes{area=\"heap\"}' or 'go_*'. Repeatable.",
            discussion:
                "Default: memory, threads, open files and pools, by the names that common client libraries use.",
            valueName: "name", visibility: .hidden),
        transform: WatchArguments.filter)
    var watchMetric: [MetricFilter] = []

    @Option(
        help: ArgumentHelp(
            "Interval between two scrapes of a metrics page.", valueName: "duration", visibility: .hidden))
    var watchInterval: Duration = .seconds(1)

    func validate() throws {
        guard watchMetric.isEmpty || !watchMetrics.isEmpty else {
            throw ValidationError("--watch-metric needs --watch-metrics.")
        }
        guard watchMetrics.count <= 16 else { throw ValidationError("--watch-metrics takes at most 16 pages.") }
        guard watchInterval >= .milliseconds(50), watchInterval <= .seconds(3600) else {
            throw ValidationError("--watch-interval is 50ms to 1h.")
        }
        for pid in watchPid where pid <= 0 { throw ValidationError("--watch-pid takes a process id above 0.") }
    }

    /// Ports of this machine whose processes are watched, beside those of the targets; named by scenario files.
    var watchPorts: [UInt16] = []

    private enum CodingKeys: CodingKey {
        case watchPid, watchTarget, watchMetrics, watchMetric, watchInterval
    }

    /// What samples them; it belongs to one run.
    func monitor(of targets: TargetMap) throws -> ProcessMonitor {
        let ports = watchTarget ? targets.loopbackPorts : []
        if watchTarget && ports.isEmpty {
            throw CommandFailure(
                "--watch-target: the target is not on this machine, so its processes cannot be sampled", .usage)
        }
        return try ProcessMonitor(pids: watchPid, ports: ports + watchPorts)
    }

    /// What scrapes the pages of metrics, each of which is there now; they belong to one run.
    func scrapers(_ options: ReplayOptions, allowedHosts: [String]) throws -> [MetricsScraper] {
        let hosts = Set(allowedHosts.map { $0.lowercased() })
        let filters = watchMetric.isEmpty ? MetricFilter.usual : watchMetric
        return try watchMetrics.map { text throws(MetricsPage.Problem) in
            try MetricsScraper(
                try MetricsPage(parsing: text, allowedHosts: hosts), filters: filters, interval: watchInterval,
                options: options)
        }
    }

    private static func filter(_ text: String) throws -> MetricFilter {
        guard let filter = MetricFilter(parsing: text) else {
            throw ValidationError("--watch-metric takes NAME or NAME{label=\"value\"}, not '\(text)'.")
        }
        return filter
    }

    /// The same without the processes and pages that are named: those of another target.
    var ofAnotherTarget: WatchArguments {
        var watch = self
        watch.watchPid = []
        watch.watchMetrics = []
        return watch
    }
}
