import Capture
import SessionLog
import Traffic

/// Capturing off an interface: one thread reads, this one parses, a third compresses and writes.
extension CaptureCommand {
    private static let batchBytes = 1 << 20
    /// How long exchanges wait at most for their batch to fill.
    private static let batchInterval = Duration.milliseconds(250)
    private static let pollInterval = Duration.milliseconds(100)

    func captureLive(_ interface: String) throws {
        try OutputPaths.check(
            [LogNaming(path: output, isNumbered: !ending.rotate.isEmpty).path(1)], against: otherInputs)
        let stage = try redactionStage()
        try Interrupt.catchSignals()
        var assembler = try makeAssembler()
        let device = try LiveCapture(interface: interface, options: liveOptions)
        let user = try unprivilegedUser()
        let writer: CaptureWriter
        let firstPath: String
        do {
            let series = try LogSeries(
                path: output, options: logOptions(), rotates: !ending.rotate.isEmpty, stage: stage)
            firstPath = series.firstPath
            try user?.own(firstPath)
            try user?.become()
            writer = try CaptureWriter(series)
        } catch let error as SessionLogError {
            throw CommandFailure(error)
        }
        let reader = try LiveReader(device, queueBytes: Int(live.queue.bytes))
        var progress = ProgressLine()
        var sieve = ExchangeSieve(try kept.filterOfEachPath())
        capture(reader, into: &assembler, writer, &progress, &sieve)
        assembler.finish()
        _ = writer.submit(sieve.sieved(assembler.takeBatch()))
        let outcome = writer.finish()
        progress.clear()
        let wanted = assembler.totals.exchanges - min(assembler.totals.exchanges, sieve.leftOut)
        let unwritten = wanted - min(wanted, outcome.progress.exchanges)
        let report = CaptureReport(
            assembler.totals, assembler.opaqueServers, unwritten: unwritten, isLogWhole: outcome.error == nil)
        let logs = CaptureReport.logs(from: firstPath, to: outcome.lastPath)
        try ResultOutput.print("\(logs): \(report.text)\(CaptureReport.leftOut(sieve.leftOut))")
        if let advice = CaptureAdvice(assembler.totals).text(
            interface: interface, ports: port, filter: filterExpression)
        {
            Console.note(advice)
        }
        if let error = outcome.error { throw CommandFailure(error) }
        if let failure = reader.failure { throw failure }
    }

    private var liveOptions: LiveCapture.Options {
        var options = LiveCapture.Options()
        options.filter = filterExpression
        options.ports = Set(port)
        options.bufferBytes = Int(live.buffer.bytes)
        options.timeout = live.packetTimeout
        options.isPromiscuous = !live.isNotPromiscuous
        return options
    }

    /// The user to continue as, who can do all that is done then; nil to stay.
    private func unprivilegedUser() throws -> UnprivilegedUser? {
        guard let user = try live.user.map({ try UnprivilegedUser(name: $0) }) else { return nil }
        if !ending.rotate.isEmpty { try user.checkCanCreate(beside: output) }
        if let keylog { try user.checkCanRead(keylog) }
        return user
    }

    private func capture(
        _ reader: LiveReader, into assembler: inout TrafficAssembler, _ writer: CaptureWriter,
        _ progress: inout ProgressLine, _ sieve: inout ExchangeSieve
    ) {
        let clock = ContinuousClock()
        let deadline = duration.map { clock.now + $0 }
        var rotation = RotationClock(ending)
        var nextHandover = clock.now + CaptureCommand.batchInterval
        var isEnding = false
        while !reader.hasEnded, !writer.hasFailed {
            let hasRead = reader.read(
                into: &assembler, upTo: CaptureCommand.pollInterval, or: isEnding ? -1 : Interrupt.descriptor)
            let now = clock.now
            if now >= nextHandover || assembler.batch.bytes.count >= CaptureCommand.batchBytes {
                nextHandover = now + CaptureCommand.batchInterval
                if !hasRead { assembler.tick(LiveCapture.now) }
                handOver(&assembler, writer, &rotation, &sieve)
                progress.update(CaptureReport(assembler.totals, assembler.opaqueServers).progress)
            }
            let isOver = deadline.map { now >= $0 } ?? false
            if !isEnding, Interrupt.isRequested || isOver || rotation.shallEnd(writer.progress) {
                isEnding = true
                reader.stop()
            }
        }
    }

    private func handOver(
        _ assembler: inout TrafficAssembler, _ writer: CaptureWriter, _ rotation: inout RotationClock,
        _ sieve: inout ExchangeSieve
    ) {
        let rotates = rotation.shallRotate(
            writer.progress, at: assembler.latestTime, exchanges: assembler.totals.exchanges)
        let batch = sieve.sieved(assembler.takeBatch(leaving: writer.takeSpareBatch()))
        assembler.noteRefused(exchanges: writer.submit(batch, endsLog: rotates))
        if rotates { assembler.beginFile() }
    }
}
