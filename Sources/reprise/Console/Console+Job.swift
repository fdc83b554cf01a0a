import Workflows

extension JobConsole {
    /// Standard error, and Ctrl-C.
    ///
    /// - Parameter live: supplies the lines that a terminal shows under the progress line; nil for none.
    /// - Throws: ``CommandFailure`` when signals cannot be caught.
    static func standardError(_ live: LiveSession? = nil) throws -> JobConsole {
        try Interrupt.catchSignals()
        var line = ProgressLine()
        return JobConsole(
            warn: Console.warn, note: Console.note,
            progress: { text in line.update(text()) { live?.lines(width: Console.columns - 1) ?? [] } },
            clearProgress: { line.clear() },
            isInterrupted: { Interrupt.isRequested })
    }
}
