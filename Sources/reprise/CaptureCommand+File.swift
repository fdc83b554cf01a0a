import Capture
import SessionLog
import Traffic

/// Capturing from files: one thread, as fast as it goes.
extension CaptureCommand {
    /// Exchanges are handed to the log at this size in bytes.
    private static let batchBytes = 512 << 10

    /// Files that a capture reads beside its packets.
    var otherInputs: [String] { [keylog, redact, redactKey].compactMap { $0 } }

    func captureFiles(_ paths: [String]) throws {
        let rotates = !ending.rotate.isEmpty
        try OutputPaths.check(
            [LogNaming(path: output, isNumbered: rotates).path(1)], against: paths + otherInputs)
        try Interrupt.catchSignals()
        let files = try CaptureFiles(paths: paths)
        var assembler = try makeAssembler()
        let stage = try redactionStage()
        var sieve = ExchangeSieve(try kept.filterOfEachPath())
        let logs: String
        do {
            var series = try LogSeries(path: output, options: logOptions(), rotates: rotates, stage: stage)
            do {
                try copy(files, &assembler, &series, &sieve)
                assembler.finish()
                try series.append(sieve.sieved(assembler.takeBatch()))
            } catch {
                try? series.finish()
                throw error
            }
            try series.finish()
            logs = CaptureReport.logs(from: series.firstPath, to: series.lastPath)
        } catch let error as SessionLogError {
            throw CommandFailure(error)
        }
        if let failure = assembler.filterFailure { throw failure }
        let report = CaptureReport(assembler.totals, assembler.opaqueServers).text
        try ResultOutput.print("\(logs): \(report)\(CaptureReport.leftOut(sieve.leftOut))")
        if let advice = CaptureAdvice(assembler.totals).text(interface: nil, ports: port, filter: filterExpression) {
            Console.note(advice)
        }
        try tell(of: files.takeDamages(), hasPackets: assembler.totals.packets > 0)
    }

    /// Tells of files that could not be read to their ends.
    ///
    /// - Throws: the first damage that is worse than what an interrupted capture leaves, a file that ends within a packet.
    private func tell(of damages: [CaptureFileError], hasPackets: Bool) throws {
        var worst: CaptureFileError?
        for damage in damages {
            if case .cutOff = damage, hasPackets {
                Console.warn(damage.description)
            } else if worst == nil {
                worst = damage
            } else {
                Console.warn(damage.description)
            }
        }
        if let worst { throw worst }
    }

    /// Copies exchanges until the files or the capture end.
    private func copy(
        _ files: CaptureFiles, _ assembler: inout TrafficAssembler, _ series: inout LogSeries,
        _ sieve: inout ExchangeSieve
    ) throws(SessionLogError) {
        var rotation = RotationClock(ending)
        var progress = ProgressLine()
        var goesOn = true
        while goesOn, !Interrupt.isRequested, assembler.filterFailure == nil, !rotation.shallEnd(series.progress) {
            goesOn = assembler.read(
                files, untilBatchBytes: CaptureCommand.batchBytes, until: rotation.nextBoundary)
            if sieve.isOpen {
                try series.append(assembler.batch)
                assembler.emptyBatch()
            } else {
                try series.append(sieve.sieved(assembler.takeBatch()))
            }
            if goesOn,
                rotation.shallRotate(
                    series.progress, at: assembler.latestTime, exchanges: assembler.totals.exchanges)
            {
                try series.rotate()
                assembler.beginFile()
            }
            progress.update(CaptureReport(assembler.totals, assembler.opaqueServers).progress)
        }
        progress.clear()
        if goesOn, Interrupt.isRequested {
            Console.warn("interrupted: the rest of the file was not read")
        } else if goesOn, assembler.filterFailure == nil {
            Console.note("ended at --max-size: the rest of the file was not read")
        }
    }
}
