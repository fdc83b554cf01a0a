import ArgumentParser
import Redaction
import SessionLog
import Traffic

/// `reprise redact`: a log without what must not be kept.
struct RedactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Write a copy of a log without the secrets in it.",
        discussion: """
            The log is read twice: first for the values that the policy names, then to replace them wherever they stand, \
            percent-encoded, escaped, in base64 and in compressed bodies too. The same value becomes the same pseudonym, so \
            sessions and bindings still work on the copy. The built-in policy (default) takes credentials and cookies; \
            --show-default prints it, and `extends: default` puts it behind rules of your own:

              extends: default
              rules:
                - {json: $.user.email, action: pseudonymise}
                - {pattern: card, action: mask}
                - {body: "/upload/**", type: "image/*", action: drop}

              reprise redact day.rlog -o safe.rlog
              reprise redact day.rlog -o safe.rlog --policy policy.yaml --key team.key
            """)

    @Argument(help: "A session log (.rlog).", completion: .file(extensions: ["rlog"]))
    var log: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The session log to write.", valueName: "log"))
    var output: String?

    @Option(help: ArgumentHelp("What to redact: a YAML file, or default.", valueName: "policy"))
    var policy = "default"

    @Option(
        help: ArgumentHelp(
            "A file with the key of the pseudonyms, which makes them the same in every log; without it, a key that is forgotten.",
            valueName: "file"))
    var key: String?

    @Option(name: .long, help: ArgumentHelp("How hard to compress, 1 (fast) to 19 (small).", valueName: "1…19"))
    var level: Int32 = 3

    @Flag(help: "Overwrite the log to write if it exists.")
    var force = false

    @Flag(name: .customLong("show-default"), help: "Print the built-in policy.")
    var showsDefault = false

    func validate() throws {
        guard !showsDefault else { return }
        guard log != nil else { throw ValidationError("give the log to redact") }
        guard output != nil else { throw ValidationError("give the log to write: -o LOG") }
        guard (1...19).contains(level) else { throw ValidationError("--level is 1 to 19") }
    }

    func run() throws {
        if showsDefault { return try ResultOutput.print(RedactionPolicy.defaultText) }
        guard let log, let output else { return }
        guard !isSameFile(log, output) else {
            throw CommandFailure("\(output) is the log to read; choose another name for the copy", .usage)
        }
        var redactor = try RedactionInput.redactor(policy: policy, key: key)
        var progress = ProgressLine()
        try collect(log, &redactor, &progress)
        try write(log, to: output, &redactor, &progress)
        progress.clear()
        let counts = redactor.counts
        try ResultOutput.print(
            "\(output): \(counts.exchanges) exchanges, \(counts.changedExchanges) of them changed; "
                + "\(redactor.learnedSecrets) values replaced wherever they stand"
                + (counts.droppedBodies > 0 ? "; \(counts.droppedBodies) bodies left out" : ""))
        redactor.warn()
    }

    private func collect(_ log: String, _ redactor: inout Redactor, _ progress: inout ProgressLine) throws {
        var reader = try SessionLogReader(path: log)
        var batch = ExchangeBatch()
        var count: UInt64 = 0
        while try reader.next(into: &batch) {
            redactor.collect(batch)
            count += UInt64(batch.records.count)
            progress.update("\(count) exchanges searched")
        }
    }

    private func write(
        _ log: String, to output: String, _ redactor: inout Redactor, _ progress: inout ProgressLine
    ) throws {
        var options = SessionLogWriter.Options()
        options.overwrites = force
        options.level = level
        var reader = try SessionLogReader(path: log)
        var writer = try SessionLogWriter(path: output, options: options)
        var (batch, redacted) = (ExchangeBatch(), ExchangeBatch())
        while try reader.next(into: &batch) {
            redacted.removeAll()
            redactor.redact(batch, into: &redacted)
            try writer.append(redacted)
            progress.update("\(redactor.counts.exchanges) exchanges redacted")
        }
        try writer.finish()
        progress.clear()
        let status = LogStatus(
            path: log, damages: reader.damages, ending: reader.ending, fileBytes: reader.fileBytes)
        try LogChoice.warn(of: [status], readableExchanges: redactor.counts.exchanges)
    }
}
