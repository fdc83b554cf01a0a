import Capture
import Formats
import SessionLog
import Threads
import Traffic
import Workflows

/// Capturing on an interface.
extension CaptureCommand {
    func captureLive(_ interface: String) throws {
        try OutputPaths.check(
            [LogNaming(path: output, isNumbered: !ending.rotate.isEmpty).path(1)], against: otherInputs)
        let stage = try redactionStage()
        try Interrupt.catchSignals()
        let assembler = try makeAssembler()
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
        var capture = InterfaceCapture(
            assembler, to: writer, filter: try kept.filterOfEachPath(), rotation: ending.rotation)
        var progress = ProgressLine()
        let outcome = capture.run(
            reader, for: duration, interrupt: Interrupt.descriptor, isStopped: { Interrupt.isRequested },
            observe: { progress.update(CaptureReport($0, $1).progress) })
        progress.clear()
        for notice in outcome.notices { Console.warn(notice) }
        let report = CaptureReport(
            capture.totals, capture.opaqueServers, unwritten: capture.unwritten(outcome),
            isLogWhole: outcome.error == nil)
        let logs = CaptureReport.logs(from: firstPath, to: outcome.lastPath)
        try ResultOutput.print("\(logs): \(report.text)\(CaptureReport.leftOut(capture.leftOut))")
        if let advice = CaptureAdvice(capture.totals).text(
            interface: interface, ports: port, filter: filterExpression)
        {
            Console.note(advice)
        }
        if let error = outcome.error { throw CommandFailure(error) }
        if let failure = reader.failure { throw failure }
        if capture.totals.packets == 0 { throw CommandFailure(CaptureAdvice.noPackets) }
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

    /// The user to continue as, checked to have the access that the capture then needs; nil to keep the current user.
    private func unprivilegedUser() throws -> UnprivilegedUser? {
        guard let user = try live.user.map({ try UnprivilegedUser(name: $0) }) else { return nil }
        if !ending.rotate.isEmpty { try user.checkCanCreate(nextTo: output) }
        if let keylog { try user.checkCanRead(keylog) }
        return user
    }
}

extension SystemCallError: ReportedError {
    var exitStatus: ExitStatus { .failure }
}
