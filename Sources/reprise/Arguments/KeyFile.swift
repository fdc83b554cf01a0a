import Glibc
import Plan

/// A file or an environment variable that holds a secret key.
enum KeyFile {
    private static let variablePrefix = "env:"

    /// The keys in the file called `name`, or in the variable named after `env:`.
    static func keys(_ name: String) throws -> KeyRing {
        let bytes = try content(name)
        do throws(KeyRing.Problem) {
            return try KeyRing(reading: bytes)
        } catch {
            throw CommandFailure("cannot use the key in \(name): \(error.description)", .badInput)
        }
    }

    /// The bytes of the file called `name`, or of the variable named after `env:`.
    static func content(_ name: String) throws -> [UInt8] {
        guard name.hasPrefix(variablePrefix) else { return try read(name) }
        guard let value = getenv(String(name.dropFirst(variablePrefix.count))) else {
            throw CommandFailure("\(name): the variable is not set", .badInput)
        }
        return Array(String(cString: value).utf8)
    }

    /// The longest file that is read.
    private static let byteLimit = 64 << 10

    /// The bytes of the file at `path`, all of them.
    static func read(_ path: String) throws -> [UInt8] {
        try InputFile.read(path, limit: byteLimit, what: "key")
    }
}
