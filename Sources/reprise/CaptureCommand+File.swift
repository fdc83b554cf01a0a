import Capture
import SessionLog
import Traffic

/// Capturing out of a file: one thread, as fast as it goes.
extension CaptureCommand {
    /// Exchanges are handed to the log when they hold so many bytes.
    private static let batchBytes = 512 << 10

    /// Files that a capture reads beside its packets.
    var otherInputs: [String] { [keylog, redact, redactKey].compactMap { $0 } }

    func captureFile(_ path: String) throws {
        let rotates = !ending.rotate.isEmpty
        try OutputPaths.check(
            [LogNaming(path: output, isNumbered: rotates).path(1)], against: [path] + otherInputs)
        try Interrupt.catchSignals()
        var file = try CaptureFile(path: path)
        var assembler = try makeAssembler()
        let stage = try redactionStage()
        var damage: CaptureFileError?
        var sieve = ExchangeSieve(kept.filter)
        let logs: String
        do {
            var series = try LogSeries(path: output, options: logOptions(), rotates: rotates, stage: stage)
            do {
                damage = try copy(&file, &assembler, &series, &sieve)
                assembler.finish()
                try series.append(sieve.sieved(assembler.takeBatch()))
            } catch {
                try? series.finish()
                throw error
            }
            try series.finish()
            logs = CaptureReport.logs(from: series.firstPath, to: series.lastPath)
        } catch let error as SessionLogError {
            throw CommandFailure(error.description)
        }
        if let failure = assembler.filterFailure { throw failure }
        let report = CaptureReport(assembler.totals, assembler.opaqueServers).text
        try ResultOutput.print("\(logs): \(report)\(CaptureReport.leftOut(sieve.leftOut))")
        guard let damage else { return }
        // What an interrupted capture leaves: a file that ends within a packet. All that was captured is in the log.
        if case .cutOff = damage, assembler.totals.packets > 0 {
            Console.warn(damage.description)
        } else {
            throw damage
        }
    }

    /// Copies exchanges until the file or the capture ends.
    ///
    /// - Returns: why the file could not be read to its end.
    private func copy(
        _ file: inout CaptureFile, _ assembler: inout TrafficAssembler, _ series: inout LogSeries,
        _ sieve: inout ExchangeSieve
    ) throws(SessionLogError) -> CaptureFileError? {
        var rotation = RotationClock(ending)
        var progress = ProgressLine()
        var goesOn = true
        while goesOn, !Interrupt.isRequested, assembler.filterFailure == nil, !rotation.shallEnd(series.progress) {
            do throws(CaptureFileError) {
                goesOn = try assembler.read(
                    &file, untilBatchBytes: CaptureCommand.batchBytes, until: rotation.nextBoundary)
            } catch {
                progress.clear()
                return error
            }
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
        return nil
    }
}
