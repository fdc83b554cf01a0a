import ArgumentParser
import SessionLog

/// How a log is written.
struct LogWritingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Compression level, 1 (fast) to 19 (small); 0 does not compress bodies. Default: 1 for capture, else 3.",
            valueName: "n"))
    var level: Int32?

    @Option(
        help: ArgumentHelp(
            "Encrypt the log with the key in this file: 32 bytes, raw or as hexadecimal or base64.", valueName: "file"),
        completion: .file())
    var encryptKey: String?

    @Flag(help: "Overwrite the output log if it exists.")
    var force = false

    func validate() throws {
        if let level, !(0...19).contains(level) { throw ValidationError("--level takes a number from 0 to 19.") }
    }

    /// The options for the writer, with the key read from its file.
    ///
    /// - Parameter level: the compression level if none is given.
    func options(level defaultLevel: Int32 = 3) throws -> SessionLogWriter.Options {
        var options = SessionLogWriter.Options()
        options.overwrites = force
        options.level = level ?? defaultLevel
        options.key = try encryptKey.map(LogKeyArgument.read)
        return options
    }

    /// Files that are read for it, which no output may replace.
    var inputs: [String] { [encryptKey].compactMap { $0 } }

    /// Warns if an encrypted log is copied to an unencrypted one.
    ///
    /// - Parameter key: the key of the logs that are read.
    func warn(ofOpening key: LogKey?) {
        guard key != nil, encryptKey == nil else { return }
        Console.warn("the output log is not encrypted; --encrypt-key FILE encrypts it")
    }
}
