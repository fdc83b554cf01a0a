/// The person who started a job: what they are told while it runs, and whether they asked it to end.
///
/// A job calls these on the thread that performs it.
public struct JobConsole {
    /// Shows a warning, one line.
    public var warn: (String) -> Void
    /// Shows what a person should know and no script needs, one line.
    public var note: (String) -> Void
    /// Shows how far the job is. The text is only made when it is shown.
    public var progress: (() -> String) -> Void
    /// Removes what ``progress`` showed.
    public var clearProgress: () -> Void
    /// Whether the job was asked to end in good order; stays true.
    public var isInterrupted: () -> Bool

    /// A console that shows nothing and never interrupts, but for what is given.
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
