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

    /// The description with its hint.
    var advised: String { hint.map { "\(description); \($0)" } ?? description }
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

    /// A failure that says what `error` says, with its hint, and exits with `status`.
    init(_ error: some ReportedError, _ status: ExitStatus = .failure) {
        self.init(error.advised, status)
    }
}
