import Glibc
import Plan

/// A file or an environment variable that holds a secret key.
enum KeyFile {
    private static let variablePrefix = "env:"

    /// The keys in the file called `name`, or in the variable that stands after `env:`.
    static func keys(_ name: String) throws -> KeyRing {
        let bytes = try content(name)
        do throws(KeyRing.Problem) {
            return try KeyRing(reading: bytes)
        } catch {
            throw CommandFailure("cannot use the key in \(name): \(error.description)", .badInput)
        }
    }

    /// The bytes of the file called `name`, or of the variable that stands after `env:`.
    static func content(_ name: String) throws -> [UInt8] {
        guard name.hasPrefix(variablePrefix) else { return try read(name) }
        guard let value = getenv(String(name.dropFirst(variablePrefix.count))) else {
            throw CommandFailure("\(name): there is no such variable", .badInput)
        }
        return Array(String(cString: value).utf8)
    }

    /// The longest file that is read.
    static let byteLimit = 64 << 10
    private static let chunkBytes = 1 << 20

    /// The bytes of the file at `path`, all of them.
    ///
    /// - Parameters:
    ///   - limit: the most bytes that are read.
    ///   - what: what is expected in it.
    static func read(_ path: String, limit: Int = byteLimit, what: String = "key") throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, what) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, chunkBytes))
        while bytes.count <= limit {
            let got = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if got == 0 { break }
            if got > 0 { bytes += chunk[..<got] } else if errno != EINTR { throw failure(path, what) }
        }
        guard bytes.count <= limit else { throw CommandFailure("\(path) is too long for a file of \(what)", .badInput) }
        guard !bytes.isEmpty else { throw CommandFailure("\(path) is empty", .badInput) }
        return bytes
    }

    private static func failure(_ path: String, _ what: String) -> CommandFailure {
        CommandFailure("cannot read the \(what) in \(path): \(String(cString: strerror(errno)))", .badInput)
    }
}
