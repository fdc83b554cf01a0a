import Measurement
import Replay

extension ReplayRun.Failure: ReportedError {
    var exitStatus: ExitStatus { .failure }
}

extension ProcessMonitorError: ReportedError {
    var exitStatus: ExitStatus { .failure }
}

extension TargetError: ReportedError {
    var exitStatus: ExitStatus { .usage }

    var hint: String? {
        if case .notAllowed(let host) = self {
            "--allow-host \(host), or 'allow-host: \(host)' in a scenario file, allows it, if you really mean to send "
                + "traffic there"
        } else {
            nil
        }
    }
}

extension MetricsPage.Problem: ReportedError {
    var exitStatus: ExitStatus {
        if case .failed = self { .failure } else { .usage }
    }

    var hint: String? { if case .target(let error) = self { error.hint } else { nil } }
}
