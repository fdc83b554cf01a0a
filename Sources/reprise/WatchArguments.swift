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

    func validate() throws {
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

    /// The same without the processes that are named: those of another target.
    var ofAnotherTarget: WatchArguments {
        var watch = self
        watch.watchPid = []
        return watch
    }
}
