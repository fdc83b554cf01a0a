import Measurement
import Replay

extension ReplayRun.Failure: ReportedError {
    var exitStatus: ExitStatus { .failure }
}

extension ProcessMonitorError: ReportedError {
    var exitStatus: ExitStatus { .failure }
}
