import Analysis
import ArgumentParser
import Measurement
import Replay
import Workflows

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

    @Flag(
        help: ArgumentHelp(
            "Send control requests to a built-in echo server during the run: only the machine can slow them down.",
            visibility: .hidden))
    var control = false

    func validate() throws {
        guard watchMetric.isEmpty || !watchMetrics.isEmpty else {
            throw ValidationError("--watch-metric needs --watch-metrics.")
        }
        guard watchMetrics.count <= 16 else { throw ValidationError("--watch-metrics takes at most 16 pages.") }
        guard watchInterval >= .milliseconds(50), watchInterval <= .seconds(3600) else {
            throw ValidationError("--watch-interval must be 50ms to 1h.")
        }
        for pid in watchPid where pid <= 0 { throw ValidationError("--watch-pid takes a process id above 0.") }
    }

    /// Refuses a gate for which nothing is watched, before anything is sent.
    func check(_ gates: [Criterion]) throws {
        guard watchPid.isEmpty, !watchTarget, watchMetrics.isEmpty,
            let gate = gates.first(where: { if case .noLeak = $0.figure { true } else { false } })
        else { return }
        throw CommandFailure(
            "--gate \(gate.text) needs something to watch: --watch-target, --watch-pid or --watch-metrics", .usage)
    }

    /// What is watched.
    var watch: TargetWatch {
        var watch = TargetWatch()
        watch.processes = watchPid
        watch.watchesTargets = watchTarget
        watch.pages = watchMetrics
        watch.filters = watchMetric
        watch.interval = watchInterval
        watch.hasControl = control
        return watch
    }

    private static func filter(_ text: String) throws -> MetricFilter {
        guard let filter = MetricFilter(parsing: text) else {
            throw ValidationError("--watch-metric takes NAME or NAME{label=\"value\"}, not '\(text)'.")
        }
        return filter
    }
}

extension TargetWatch.Problem: ReportedError {
    var exitStatus: ExitStatus { .usage }

    var hint: String? { "run without --watch-target" }
}
