/// The connection between a job and its user: messages while it runs, and the request to end.
///
/// A job calls these on the thread that performs it.
public struct JobConsole {
    /// Shows a warning, one line.
    public var warn: (String) -> Void
    /// Shows information for the user that no script needs, one line.
    public var note: (String) -> Void
    /// Shows the progress of the job. The text is only evaluated if it is shown.
    public var progress: (() -> String) -> Void
    /// Removes the text of ``progress``.
    public var clearProgress: () -> Void
    /// Whether the user has asked the job to end cleanly; stays true.
    public var isInterrupted: () -> Bool

    /// A console that shows nothing and never interrupts, except for the given functions.
    public init(
        warn: @escaping (String) -> Void = { _ in }, note: @escaping (String) -> Void = { _ in },
        progress: @escaping (() -> String) -> Void = { _ in }, clearProgress: @escaping () -> Void = {},
        isInterrupted: @escaping () -> Bool = { false }
    ) {
        self.warn = warn
        self.note = note
        self.progress = progress
        self.clearProgress = clearProgress
        self.isInterrupted = isInterrupted
    }
}
