import ArgumentParser
import Glibc

/// The program's exit code.
enum ExitStatus: Int32, Sendable {
    /// Success; also a capture that was ended by Ctrl-C.
    case success = 0
    /// The command could not do its job.
    case failure = 1
    /// The input is missing, unreadable or damaged.
    case badInput = 2
    /// The arguments are invalid (`EX_USAGE` of sysexits(3)).
    case usage = 64
    /// A gate failed.
    case gateFailed = 99
    /// A replay was ended by Ctrl-C or SIGTERM.
    case interrupted = 130

    /// Ends the process with this code.
    func exit() -> Never { Glibc.exit(rawValue) }

    /// The same for ArgumentParser: `throw ExitStatus.gateFailed.code` ends a command that has already printed the
    /// reason.
    var code: ExitCode { ExitCode(rawValue) }
}
