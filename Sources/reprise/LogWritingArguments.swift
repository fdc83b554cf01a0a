import ArgumentParser
import SessionLog

/// How a log is written.
struct LogWritingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How hard to compress, 1 (fast) to 19 (small); 0 leaves bodies as they are. Without it, 1 at capture and else 3.",
            valueName: "0…19"))
    var level: Int32?

    @Option(
        help: ArgumentHelp(
            "Seal the log with the key in this file: 32 bytes, or the same in hexadecimal or base64.", valueName: "file"
        ))
    var encryptKey: String?

    @Flag(help: "Overwrite the log to write if it exists.")
    var force = false

    func validate() throws {
        if let level, !(0...19).contains(level) { throw ValidationError("--level is 0 to 19") }
    }

    /// The same for the writer, with the key out of its file.
    ///
    /// - Parameter level: how hard to compress when nothing is said.
    func options(level defaultLevel: Int32 = 3) throws -> SessionLogWriter.Options {
        var options = SessionLogWriter.Options()
        options.overwrites = force
        options.level = level ?? defaultLevel
        options.key = try encryptKey.map(LogKeyArgument.read)
        return options
    }

    /// Tells on standard error when what was sealed is about to be written in the clear.
    ///
    /// - Parameter key: what the logs that are read were opened with.
    func warn(ofOpening key: LogKey?) {
        guard key != nil, encryptKey == nil else { return }
        Console.warn("the log that is written is not sealed; --encrypt-key FILE seals it")
    }
}
