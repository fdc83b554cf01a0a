import Analysis
import Glibc

/// A file read line by line, so that its size does not matter.
enum TableFile {
    /// The longest line that is read.
    private static let lineLimit = 1 << 16

    /// Hands every line, without its end, to `take`.
    ///
    /// - Throws: ``CommandFailure`` that names the file when it cannot be read or `take` refuses a line.
    static func read(_ path: String, _ take: (ArraySlice<UInt8>) throws(TableError) -> Void) throws(CommandFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var pending: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { break }
            pending.append(contentsOf: piece[..<count])
            var start = 0
            while let end = pending[start...].firstIndex(of: 0x0a) {
                try TableFile.take(pending[start..<end], of: path, take)
                start = end + 1
            }
            pending.removeFirst(start)
            guard pending.count <= lineLimit else { throw CommandFailure("\(path) has too long a line", .badInput) }
        }
        if !pending.isEmpty { try TableFile.take(pending[...], of: path, take) }
    }

    private static func take(
        _ line: ArraySlice<UInt8>, of path: String, _ body: (ArraySlice<UInt8>) throws(TableError) -> Void
    ) throws(CommandFailure) {
        do throws(TableError) {
            try body(line)
        } catch {
            throw CommandFailure("\(path): \(error)", .badInput)
        }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))", .badInput)
    }
}

extension SampleTable {
    /// Reads a table of memory.
    init(file path: String) throws(CommandFailure) {
        var table = SampleTable()
        try TableFile.read(path) { (line: ArraySlice<UInt8>) throws(TableError) in try table.append(line) }
        self = table
    }
}

extension LatencyTable {
    /// Reads a table of requests.
    init(file path: String) throws(CommandFailure) {
        var table = LatencyTable()
        try TableFile.read(path) { (line: ArraySlice<UInt8>) throws(TableError) in try table.append(line) }
        self = table
    }
}
