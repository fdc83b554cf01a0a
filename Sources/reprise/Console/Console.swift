import Glibc
import Synchronization

/// Standard error: warnings, errors, notes and progress. Results go to ``ResultOutput``.
enum Console {
    /// Whether standard error is a terminal.
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Prints `reprise: warning: …` on its own line.
    static func warn(_ message: String) { write("reprise: warning: \(oneLine(message))\n") }

    /// Prints `reprise: …` on its own line: information for the user that no script needs.
    static func note(_ message: String) { write("reprise: \(oneLine(message))\n") }

    /// Prints the error that ends a command, as `reprise: …`.
    static func print(_ error: any ReportedError) {
        write("reprise: \(oneLine(error.advised))\n")
    }

    /// Columns of the terminal at standard error; 80 when unknown.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes `text` as it is, over a progress line if there is one. Failures are ignored: there is nowhere to report
    /// them.
    static func write(_ text: String) {
        writeBytes(isTerminal ? clearing() + text : text)
    }

    /// The number of progress lines currently under the first one.
    private static let linesBelow = Atomic<Int>(0)

    /// The control sequence that removes the progress from the terminal: moves up to its first line and clears from
    /// there.
    private static func clearing() -> String {
        let below = linesBelow.exchange(0, ordering: .relaxed)
        return below > 0 ? "\r\u{1B}[\(below)A\u{1B}[J" : "\r\u{1B}[K"
    }

    /// Replaces the progress lines, or drops the new ones as ``writeInPassing(_:)`` does.
    static func writeBlockInPassing(_ lines: [String]) {
        guard canWrite else { return }
        let text = clearing() + lines.joined(separator: "\n")
        linesBelow.store(lines.count - 1, ordering: .relaxed)
        writeBytes(text)
    }

    private static func writeBytes(_ text: String) {
        var text = text
        text.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    /// Writes `text` as ``write(_:)`` does, or drops it if writing would block: no one reads the pipe, or the terminal
    /// is paused. For progress, which must not hold up the work it reports.
    static func writeInPassing(_ text: String) {
        if canWrite { write(text) }
    }

    private static var canWrite: Bool {
        var standardError = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&standardError, 1, 0) == 1 && standardError.revents & Int16(POLLOUT) != 0
    }

    private static func oneLine(_ message: String) -> String {
        String(message.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}
