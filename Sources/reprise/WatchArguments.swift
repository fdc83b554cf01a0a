import ArgumentParser
import Measurement
import Replay

/// Which processes a replay watches.
struct WatchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Sample the memory, CPU, threads and open files of a process. Repeatable.", valueName: "pid")
    )
    var watchPid: [Int32] = []

    @Flag(
        help: ArgumentHelp(
            "Sample so whoever listens on the targets' ports on this machine, over restarts.",
            discussion: "With --baseline-target the baseline is watched too."))
    var watchTarget = false

    @Option(
        help: ArgumentHelp(
            "Scrape a page of Prometheus or OpenMetrics text meanwhile, and judge the growth of its gauges. Repeatable.",
            discussion: "A host that is not loopback needs --allow-host. The path is /metrics unless the URL has one.",
            valueName: "url"))
    var watchMetrics: [String] = []

    @Option(
        help: ArgumentHelp(
            "A metric to watch on these pages, such as 'jvm_memory_used_bytes{area=\"heap\"}' or 'go_*'. Repeatable.",
            discussion:
                "Default: memory, threads, files and pools by the names that the usual client libraries give them.",
            valueName: "name"),
        transform: WatchArguments.filter)
    var watchMetric: [MetricFilter] = []

    @Option(help: ArgumentHelp("Time between two scrapes of a page of metrics.", valueName: "duration"))
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

    /// What samples them; it belongs to one run.
    func monitor(of targets: TargetMap) throws -> ProcessMonitor {
        let ports = watchTarget ? targets.loopbackPorts : []
        if watchTarget && ports.isEmpty {
            throw CommandFailure("--watch-target: no target is on this machine; its processes cannot be seen", .usage)
        }
        return try ProcessMonitor(pids: watchPid, ports: ports)
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
            throw ValidationError("'\(text)' is no metric such as NAME or NAME{label=\"value\"}.")
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
