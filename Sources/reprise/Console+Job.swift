import Workflows

extension JobConsole {
    /// Standard error, and Ctrl-C.
    ///
    /// - Throws: ``CommandFailure`` when signals cannot be caught.
    static func standardError() throws -> JobConsole {
        try Interrupt.catchSignals()
        var line = ProgressLine()
        return JobConsole(
            warn: Console.warn, note: Console.note, progress: { line.update($0()) }, clearProgress: { line.clear() },
            isInterrupted: { Interrupt.isRequested })
    }
}
