import CZstd
import Glibc
import SessionLog
import Traffic

/// Writing and reading a log on one core, in bytes of messages, compared with zstd on the same bytes in the same
/// process.
struct SpeedBench {
    private static let rounds = 5
    /// The most bytes of messages that are measured.
    private static let maximumBytes = 512 << 20
    private let batches: [ExchangeBatch]
    private let raw: [UInt8]
    private let level: Int32
    private let scratch: String

    init(log: String, level: Int32) throws {
        self.level = level
        scratch = log + ".speed"
        var reader = try LogReader(LogSelection(paths: [log]))
        var batches: [ExchangeBatch] = []
        var raw: [UInt8] = []
        while raw.count < SpeedBench.maximumBytes, let batch = try reader.next() {
            // Separate copies, as from a capture: no bytes are shared.
            var copy = ExchangeBatch()
            copy.connections = batch.connections
            for index in batch.records.indices { copy.append(batch.exchange(at: index)) }
            raw += copy.bytes
            batches.append(copy)
        }
        self.batches = batches
        self.raw = raw
    }

    func run() throws {
        defer { unlink(scratch) }
        print("\(raw.count >> 20) MiB of messages, level \(level); best of \(SpeedBench.rounds) rounds, processor time")
        var best = (compress: 0.0, decompress: 0.0, write: 0.0, read: 0.0)
        var sizes = (zstd: 0, log: 0)
        for _ in 0..<SpeedBench.rounds {
            let zstd = zstdSpeed()
            let write = try writeSpeed()
            let read = try readSpeed()
            best.compress = max(best.compress, zstd.compress)
            best.decompress = max(best.decompress, zstd.decompress)
            best.write = max(best.write, write.speed)
            best.read = max(best.read, read)
            sizes = (zstd.bytes, write.bytes)
        }
        func line(_ name: String, _ log: Double, _ zstd: Double) {
            print(
                "\(name) \(Int(log)) MB/s, zstd -\(max(level, 1)) \(Int(zstd)) MB/s: \(Double(Int(log / zstd * 100)) / 100)x"
            )
        }
        line("writing", best.write, best.compress)
        line("reading", best.read, best.decompress)
        print("log \(sizes.log) bytes, zstd \(sizes.zstd) bytes")
    }

    private func speed(_ seconds: Double) -> Double { Double(raw.count) / seconds / 1e6 }

    private func zstdSpeed() -> (compress: Double, decompress: Double, bytes: Int) {
        var target = [UInt8](repeating: 1, count: ZSTD_compressBound(raw.count))
        var back = [UInt8](repeating: 1, count: raw.count)
        let start = LogBench.processorSeconds
        let count = ZSTD_compress(&target, target.count, raw, raw.count, level)
        let middle = LogBench.processorSeconds
        _ = ZSTD_decompress(&back, back.count, target, count)
        return (speed(middle - start), speed(LogBench.processorSeconds - middle), count)
    }

    private func writeSpeed() throws -> (speed: Double, bytes: Int) {
        var options = SessionLogWriter.Options()
        options.overwrites = true
        options.level = level
        let start = LogBench.processorSeconds
        var writer = try SessionLogWriter(path: scratch, options: options)
        for batch in batches { try writer.append(batch) }
        try writer.closeBlock()
        let bytes = Int(writer.statistics.storedBytes)
        try writer.finish()
        return (speed(LogBench.processorSeconds - start), bytes)
    }

    private func readSpeed() throws -> Double {
        let start = LogBench.processorSeconds
        var reader = try LogReader(LogSelection(paths: [scratch]))
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {}
        return speed(LogBench.processorSeconds - start)
    }
}
