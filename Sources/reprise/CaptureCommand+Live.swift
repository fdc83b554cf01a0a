import Capture
import SessionLog
import Traffic

/// Capturing off an interface: this thread reads and parses, another compresses and writes.
extension CaptureCommand {
    private static let batchBytes = 1 << 20
    /// How long exchanges wait at most for their batch to fill.
    private static let batchInterval = Duration.milliseconds(250)
    private static let pollInterval = Duration.milliseconds(100)

    func captureLive(_ interface: String) throws {
        try Interrupt.catchSignals()
        var live = try LiveCapture(interface: interface, options: liveOptions)
        let writer: CaptureWriter
        do {
            writer = try CaptureWriter(path: output, options: logOptions)
        } catch let error as SessionLogError {
            throw CommandFailure(error.description)
        }
        var assembler = TrafficAssembler(options: options)
        var progress = ProgressLine()
        var drops = LiveCapture.Statistics()
        var failure: PcapError?
        do throws(PcapError) {
            try capture(&live, into: &assembler, writer, &progress, &drops)
        } catch {
            failure = error
        }
        assembler.finish()
        _ = writer.submit(assembler.takeBatch())
        let outcome = writer.finish()
        progress.clear()
        let unwritten = assembler.totals.exchanges - min(assembler.totals.exchanges, outcome.writtenExchanges)
        var report = CaptureReport(assembler.totals, assembler.opaqueServers).text
        if unwritten > 0 { report += "; \(unwritten) exchanges were not written" }
        try ResultOutput.print("\(output): \(report)")
        if let error = outcome.error { throw CommandFailure(error.description) }
        if let failure { throw failure }
    }

    private var liveOptions: LiveCapture.Options {
        var options = LiveCapture.Options()
        options.filter = filter
        options.ports = Set(port)
        options.bufferBytes = Int(buffer.bytes)
        return options
    }

    private func capture(
        _ live: inout LiveCapture, into assembler: inout TrafficAssembler, _ writer: CaptureWriter,
        _ progress: inout ProgressLine, _ drops: inout LiveCapture.Statistics
    ) throws(PcapError) {
        let clock = ContinuousClock()
        let deadline = duration.map { clock.now + $0 }
        var nextHandover = clock.now + CaptureCommand.batchInterval
        while !Interrupt.isRequested, !writer.hasFailed {
            let count = try live.read(into: &assembler)
            let now = clock.now
            if now >= nextHandover || assembler.batch.bytes.count >= CaptureCommand.batchBytes {
                nextHandover = now + CaptureCommand.batchInterval
                try noteDrops(live, &assembler, &drops)
                if count == 0 { assembler.tick(LiveCapture.now) }
                let refused = writer.submit(assembler.takeBatch(leaving: writer.takeSpareBatch()))
                assembler.noteRefused(exchanges: refused)
                progress.update(CaptureReport(assembler.totals, assembler.opaqueServers).progress)
            }
            if let deadline, now >= deadline { break }
            if count == 0 { live.wait(upTo: CaptureCommand.pollInterval, or: Interrupt.descriptor) }
        }
        // What the kernel still holds was on the wire before the end.
        var left = 64
        while left > 0, try live.read(into: &assembler) > 0 { left -= 1 }
        try noteDrops(live, &assembler, &drops)
    }

    private func noteDrops(
        _ live: borrowing LiveCapture, _ assembler: inout TrafficAssembler, _ before: inout LiveCapture.Statistics
    ) throws(PcapError) {
        let now = try live.statistics()
        // libpcap counts in 32 bits.
        let kernel = UInt32(truncatingIfNeeded: now.dropped) &- UInt32(truncatingIfNeeded: before.dropped)
        let interface =
            UInt32(truncatingIfNeeded: now.droppedByInterface)
            &- UInt32(truncatingIfNeeded: before.droppedByInterface)
        assembler.noteDrops(kernel: UInt64(kernel), interface: UInt64(interface))
        before = now
    }
}
