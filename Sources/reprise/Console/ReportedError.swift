/// An error that a command may throw: the root prints its description on one line and exits with its status.
///
/// Library errors conform in the file of the command that handles them.
protocol ReportedError: Error, CustomStringConvertible {
    /// The exit code for this kind of failure.
    var exitStatus: ExitStatus { get }
    /// An option or command that may help, added to the description; nil for none.
    var hint: String? { get }
}

extension ReportedError {
    var hint: String? { nil }

    /// The description with its hint.
    var advised: String { hint.map { "\(description); \($0)" } ?? description }
}

/// A failure with a message from the command itself.
struct CommandFailure: ReportedError {
    /// What went wrong and what to do about it, on one line, without the program's name.
    var description: String
    var exitStatus: ExitStatus

    /// A failure with `message` that exits with `status`.
    init(_ message: String, _ status: ExitStatus = .failure) {
        description = message
        exitStatus = status
    }

    /// A failure with the description and hint of `error` that exits with `status`.
    init(_ error: some ReportedError, _ status: ExitStatus = .failure) {
        self.init(error.advised, status)
    }
}
