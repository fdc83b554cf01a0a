/// An error that a command may let escape: the root prints its description on one line and exits with its status.
///
/// The libraries' errors conform in the file of the command that meets them.
protocol ReportedError: Error, CustomStringConvertible {
    /// The exit code that tells a script what kind of failure this was.
    var exitStatus: ExitStatus { get }
    /// What of this program may help, added to the description; nil where nothing does.
    var hint: String? { get }
}

extension ReportedError {
    var hint: String? { nil }
}

/// A failure that a command words itself.
struct CommandFailure: ReportedError {
    /// What went wrong and what to do about it, on one line, without the program's name.
    var description: String
    var exitStatus: ExitStatus

    /// A failure with `message` that exits with `status`.
    init(_ message: String, _ status: ExitStatus = .failure) {
        description = message
        exitStatus = status
    }
}
