import Capture
import SessionLog
import Traffic
import Workflows

/// Capturing from files.
extension CaptureCommand {
    /// Files that a capture reads in addition to its packets.
    var otherInputs: [String] { [keylog, redact, redactKey].compactMap { $0 } + writing.inputs }

    func captureFiles(_ paths: [String]) throws {
        do {
            try copyFiles(paths)
        } catch let error as SessionLogError {
            throw CommandFailure(error)
        }
    }

    private func copyFiles(_ paths: [String]) throws {
        let rotates = !ending.rotate.isEmpty
        try OutputPaths.check(
            [LogNaming(path: output, isNumbered: rotates).path(1)], against: paths + otherInputs)
        try Interrupt.catchSignals()
        let files = try CaptureFiles(paths: paths)
        let assembler = try makeAssembler()
        let stage = try redactionStage()
        let series = try LogSeries(path: output, options: logOptions(), rotates: rotates, stage: stage)
        var capture = FileCapture(
            assembler, into: series, filter: try kept.filterOfEachPath(), rotation: ending.rotation)
        var progress = ProgressLine()
        let reason = try capture.run(files) { totals, opaqueServers in
            progress.update(CaptureReport(totals, opaqueServers).progress)
            return !Interrupt.isRequested
        }
        progress.clear()
        for notice in capture.notices { Console.warn(notice) }
        switch reason {
        case .interrupted: Console.warn("interrupted: the rest of the file was not read")
        case .full: Console.note("ended at --max-size: the rest of the file was not read")
        case .endOfFiles, .filterFailed: break
        }
        if let failure = capture.filterFailure { throw failure }
        let logs = CaptureReport.logs(from: capture.firstPath, to: capture.lastPath)
        let report = CaptureReport(capture.totals, capture.opaqueServers).text
        try ResultOutput.print("\(logs): \(report)\(CaptureReport.leftOut(capture.leftOut))")
        if let advice = CaptureAdvice(capture.totals).text(interface: nil, ports: port, filter: filterExpression) {
            Console.note(advice)
        }
        try warn(about: files.takeDamages(), hasPackets: capture.totals.packets > 0)
        if capture.totals.packets == 0, reason != .interrupted { throw CommandFailure(CaptureAdvice.noPackets) }
        let unread = capture.totals.unread
        if unread.total > 0, unread.total == capture.totals.packets {
            throw CommandFailure("nothing could be parsed: \(unread.descriptions.joined(separator: ", "))", .badInput)
        }
    }

    /// Warns about files that could not be read to their ends.
    ///
    /// - Throws: the first damage that is worse than a file that ends within a packet, which an interrupted capture
    ///   leaves.
    private func warn(about damages: [CaptureFileError], hasPackets: Bool) throws {
        let (serious, slight) = CaptureFileError.bySeverity(damages, hasPackets: hasPackets)
        for damage in slight + serious.dropFirst() { Console.warn(damage.description) }
        if let first = serious.first { throw first }
    }
}
