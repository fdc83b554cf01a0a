/// A line on standard error that is rewritten while a person waits; does nothing when standard error is no terminal.
struct ProgressLine {
    private let shows = Console.isTerminal
    private var nextUpdate = ContinuousClock.now
    /// At most ten updates a second: enough to look alive, too few to cost anything.
    private static let interval = Duration.milliseconds(100)

    /// Shows `text`, cut to the terminal's width, unless the last update is less than 100 ms ago.
    ///
    /// `text` is only made when it is shown.
    mutating func update(_ text: @autoclosure () -> String) {
        guard shows else { return }
        let now = ContinuousClock.now
        guard now >= nextUpdate else { return }
        nextUpdate = now + ProgressLine.interval
        Console.write(String(text().prefix(max(1, Console.columns - 1))))
    }

    /// Removes the line, before results or warnings are printed and at the end.
    mutating func clear() {
        guard shows else { return }
        Console.write("")
        nextUpdate = ContinuousClock.now
    }
}
