import Analysis
import Plan
import Report

extension Advisor {
    /// Advice that names the flags and commands of this program.
    static let commandLine = Advisor { advice in
        switch advice {
        case .watchTarget: "--watch-target, --watch-pid, --watch-metrics"
        case .slowTarget: "--max-behind, --ramp, --speed, --pacing think"
        case .raiseRateLimit: "--rate"
        case .compareInTurn: "reprise replay --baseline-target URL --pairs 3"
        case .compare: "--baseline-target, or reprise compare"
        case .fixBindings: "see --bindings"
        case .shareLoad: "reprise merge adds up the runs of several"
        case .expectExactly: "--expect exact makes them failures"
        case .readAll: "--json has all"
        case .leavePreludeOut: "--no-prelude: not sent"
        case .keepCookies: "--keep-cookies sends them"
        case .raiseFailureLimit: "--max-failure-ratio"
        case .startAllSlots: "a longer --for, or a shorter --ramp, starts them all"
        case .reuseValues: "--identities-when-used-up reuse or wrap continues"
        case .newUserNames: "--identity 'user{clone}-{now}'"
        case .failInconclusive: "--strict makes it fail"
        case .recordByClient:
            "if one client sends several of them, rebuild the sessions with 'reprise regroup LOG --session-by client', "
                + "'cookie:NAME' or 'header:NAME'"
        case .recordAsOneSession:
            "if they are one client's, 'reprise regroup LOG --session-by' makes them one session"
        }
    }
}

extension SessionDoubt {
    /// The doubt and what can be done about it, for a terminal.
    var warning: String { advised(by: .commandLine) }
}

extension UnknownEndpoint: ReportedError {
    var exitStatus: ExitStatus { .usage }
}
