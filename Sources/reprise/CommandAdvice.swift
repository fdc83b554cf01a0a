import Analysis

extension Advisor {
    /// Names the flags and commands of this program.
    static let commandLine = Advisor { advice in
        switch advice {
        case .watchTarget: "--watch-target, --watch-pid, --watch-metrics"
        case .slowTarget: "--max-behind, --ramp, --speed, --pacing think"
        case .raiseRateLimit: "--rate"
        case .compareInTurn: "--pairs"
        case .compare: "--baseline-target, or reprise compare"
        case .fixBindings: "--bindings"
        case .shareLoad: "reprise merge adds up the runs of several"
        case .expectExactly: "--expect exact makes them failures"
        }
    }
}

extension UnknownEndpoint: ReportedError {
    var exitStatus: ExitStatus { .usage }
}
