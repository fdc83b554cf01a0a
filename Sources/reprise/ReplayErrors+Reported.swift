import Measurement
import Replay

extension ReplayRun.Failure: ReportedError {
    var exitStatus: ExitStatus { .failure }
}

extension ProcessMonitorError: ReportedError {
    var exitStatus: ExitStatus { .failure }
}

extension MetricsPage.Problem: ReportedError {
    var exitStatus: ExitStatus {
        if case .failed = self { .failure } else { .usage }
    }
}
