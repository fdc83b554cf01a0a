import Glibc
import Traffic

/// A small file that a user names: a key, a policy, a table.
enum InputFile {
    /// The bytes of the file at `path`, all of them.
    ///
    /// - Parameters:
    ///   - limit: the maximum number of bytes.
    ///   - what: what the file should hold, for error messages.
    static func read(
        _ path: String, limit: Int, what: String, mayBeEmpty: Bool = false
    ) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, what) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if got == 0 { break }
            if got > 0 { count += got } else if errno != EINTR { throw failure(path, what) }
        }
        guard count <= limit else {
            throw CommandFailure("\(path) is too long for the \(what): at most \(ByteCount(UInt64(limit)))", .badInput)
        }
        bytes.removeLast(bytes.count - count)
        guard mayBeEmpty || !bytes.isEmpty else { throw CommandFailure("\(path) is empty", .badInput) }
        return bytes
    }

    /// Checks that the file of an option can be read; a library reads it later.
    static func check(_ path: String, of option: String) throws(CommandFailure) {
        guard access(path, R_OK) == 0 else {
            throw CommandFailure("cannot read \(path) of \(option): \(String(cString: strerror(errno)))", .usage)
        }
    }

    private static func failure(_ path: String, _ what: String) -> CommandFailure {
        CommandFailure("cannot read the \(what) in \(path): \(String(cString: strerror(errno)))", .badInput)
    }
}
