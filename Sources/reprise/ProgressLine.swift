import Glibc

/// A line on standard error that is rewritten while a person waits; does nothing when standard error is no terminal.
struct ProgressLine {
    private let shows = Console.isTerminal
    private var nextUpdate: UInt64 = 0
    /// At most ten updates a second: enough to look alive, too few to cost anything.
    private static let intervalNanoseconds: UInt64 = 100_000_000

    /// Shows `text`, cut to the terminal's width, unless the last update is less than 100 ms ago.
    ///
    /// `text` is only made when it is shown.
    mutating func update(_ text: @autoclosure () -> String) {
        guard shows else { return }
        let now = monotonicNanoseconds()
        guard now >= nextUpdate else { return }
        nextUpdate = now + ProgressLine.intervalNanoseconds
        Console.write(String(text().prefix(max(1, Console.columns - 1))))
    }

    /// Removes the line, before results or warnings are printed and at the end.
    mutating func clear() {
        guard shows else { return }
        Console.write("")
        nextUpdate = 0
    }
}

private func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    guard clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
