import Report

/// The progress of a command: a line on standard error that is rewritten, or one line a minute without a terminal.
struct ProgressLine {
    private let isTerminal = Console.isTerminal
    private var nextUpdate: ContinuousClock.Instant
    /// At most ten updates per second: enough to look alive, too few to cost anything.
    private static let interval = Duration.milliseconds(100)
    /// Time between two lines without a terminal.
    private static let logInterval = Duration.seconds(60)

    init() { nextUpdate = .now + (Console.isTerminal ? .zero : ProgressLine.logInterval) }

    /// Shows `text`, without the fields for which the terminal is too narrow, unless the last update is too recent.
    ///
    /// `text` is only made when it is shown, and so are lines under it, which only a terminal shows.
    mutating func update(_ text: @autoclosure () -> String, lines: () -> [String] = { [] }) {
        let now = ContinuousClock.now
        guard now >= nextUpdate else { return }
        nextUpdate = now + (isTerminal ? ProgressLine.interval : ProgressLine.logInterval)
        if isTerminal {
            Console.writeBlockInPassing([ProgressFields.fitted(text(), width: max(1, Console.columns - 1))] + lines())
        } else {
            Console.writeInPassing("reprise: \(text())\n")
        }
    }

    /// Removes the line, before results or warnings are printed and at the end.
    mutating func clear() {
        guard isTerminal else { return }
        Console.writeInPassing("")
        nextUpdate = ContinuousClock.now
    }
}
