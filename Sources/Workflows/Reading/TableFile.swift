public import Analysis
import Glibc

/// Reads a file line by line, so that its size does not matter.
public enum TableFile {
    /// Why a table cannot be read: the file and the problem, on one line.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// One line for the user.
        public var description: String
    }

    /// The longest line that is read.
    private static let lineLimit = 1 << 16

    /// Passes every line, without its line break, to `take`.
    ///
    /// - Throws: ``Problem`` with the file's name if it cannot be read or `take` rejects a line.
    static func read(_ path: String, _ take: (ArraySlice<UInt8>) throws(TableError) -> Void) throws(Problem) {
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
            guard pending.count <= lineLimit else { throw Problem(description: "\(path) has too long a line") }
        }
        if !pending.isEmpty { try TableFile.take(pending[...], of: path, take) }
    }

    private static func take(
        _ line: ArraySlice<UInt8>, of path: String, _ body: (ArraySlice<UInt8>) throws(TableError) -> Void
    ) throws(Problem) {
        do throws(TableError) {
            try body(line)
        } catch {
            throw Problem(description: "\(path): \(error)")
        }
    }

    private static func failure(_ path: String) -> Problem {
        Problem(description: "cannot read \(path): \(String(cString: strerror(errno)))")
    }
}

extension SampleTable {
    /// Reads a table of memory.
    ///
    /// - Throws: ``TableFile/Problem``.
    public init(file path: String) throws(TableFile.Problem) {
        var table = SampleTable()
        try TableFile.read(path) { (line: ArraySlice<UInt8>) throws(TableError) in try table.append(line) }
        self = table
    }
}

extension LatencyTable {
    /// Reads a table of requests.
    ///
    /// - Throws: ``TableFile/Problem``.
    public init(file path: String) throws(TableFile.Problem) {
        var table = LatencyTable()
        try TableFile.read(path) { (line: ArraySlice<UInt8>) throws(TableError) in try table.append(line) }
        self = table
    }
}
