import Capture
import Glibc
import SessionLog
import Traffic

/// Capturing out of a file: one thread, as fast as it goes.
extension CaptureCommand {
    /// Exchanges are handed to the log when they hold so many bytes.
    private static let batchBytes = 512 << 10

    func captureFile(_ path: String) throws {
        var file = try CaptureFile(path: path)
        var filter: PacketFilter?
        if let expression = self.filter { filter = try PacketFilter(expression) }
        guard !isSameFile(path, output) else {
            throw CommandFailure("\(output) is the file to read; choose another name for the log", .usage)
        }
        var assembler = TrafficAssembler(options: options)
        var damage: CaptureFileError?
        do {
            var writer = try SessionLogWriter(path: output, options: logOptions)
            do {
                while try readSome(&assembler, &file, &filter) {
                    try writer.append(assembler.batch)
                    assembler.emptyBatch()
                }
            } catch let error as CaptureFileError {
                damage = error
            } catch {
                try? writer.finish()
                throw error
            }
            assembler.finish()
            try finishLog(writer, assembler.takeBatch())
        } catch let error as SessionLogError {
            throw CommandFailure(error.description)
        }
        try ResultOutput.print("\(output): \(CaptureReport(assembler.totals, assembler.opaqueServers).text)")
        guard let damage else { return }
        // What an interrupted capture leaves: a file that ends within a packet. All that was captured is in the log.
        if case .cutOff = damage, assembler.totals.packets > 0 {
            Console.warn(damage.description)
        } else {
            throw damage
        }
    }

    private func finishLog(_ writer: consuming SessionLogWriter, _ batch: ExchangeBatch) throws(SessionLogError) {
        do {
            try writer.append(batch)
        } catch {
            try? writer.finish()
            throw error
        }
        try writer.finish()
    }

    private func readSome(
        _ assembler: inout TrafficAssembler, _ file: inout CaptureFile, _ filter: inout PacketFilter?
    ) throws -> Bool {
        guard filter != nil else { return try assembler.read(&file, untilBatchBytes: CaptureCommand.batchBytes) }
        do throws(TrafficAssembler.ReadFailure) {
            return try assembler.read(&file, through: &filter!, untilBatchBytes: CaptureCommand.batchBytes)
        } catch {
            switch error {
            case .file(let error): throw error
            case .filter(let error): throw error
            }
        }
    }

    private func isSameFile(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(left, &first) == 0, stat(right, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}
