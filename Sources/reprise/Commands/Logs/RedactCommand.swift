import ArgumentParser
import Redaction
import SessionLog
import Traffic

/// `reprise redact`: copies a log without its secrets.
struct RedactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Copy a log without its secrets.",
        discussion: """
            Reads the logs twice: first to find the values that the policy names, then to replace them everywhere, also \
            percent-encoded, escaped, in base64 and in compressed bodies. Equal values get equal pseudonyms, so sessions and \
            bindings still work on the copy. The built-in policy (default) covers credentials and cookies; --show-default \
            prints it, and 'extends: default' adds your own rules to it:

              extends: default
              rules:
                - {json: $.user.email, action: pseudonymise}
                - {pattern: card, action: mask}
                - {body: "/upload/**", type: "image/*", action: drop}

            Examples:
              reprise redact day.rlog -o safe.rlog
              reprise redact day.rlog -o safe.rlog --policy own.yaml --redact-key team.key
            """)

    @Argument(
        help: ArgumentHelp("Session logs (.rlog); several become one copy.", valueName: "log"),
        completion: .file(extensions: ["rlog"]))
    var logs: [String] = []

    @OptionGroup var sealing: LogKeyArgument

    @Option(name: .shortAndLong, help: ArgumentHelp("Session log to write.", valueName: "log"), completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("What to redact: 'default' or a YAML file.", valueName: "policy"), completion: .file())
    var policy = "default"

    @Option(
        help: ArgumentHelp(
            "File with the key of the pseudonyms: the same key gives the same pseudonyms. Default: a random key that is not kept.",
            valueName: "file"), completion: .file())
    var redactKey: String?

    @Option(
        name: .customLong("key"), help: ArgumentHelp("As --redact-key.", valueName: "file", visibility: .hidden),
        completion: .file())
    var otherKey: String?

    private var key: String? { redactKey ?? otherKey }

    @OptionGroup var writing: LogWritingArguments

    @Flag(name: .customLong("show-default"), help: "Print the built-in policy.")
    var showsDefault = false

    func validate() throws {
        guard !showsDefault else { return }
        guard !logs.isEmpty else { throw ValidationError("Give the log to redact.") }
        guard output != nil else { throw ValidationError("Give the log to write: -o LOG.") }
    }

    func run() throws {
        if showsDefault { return try ResultOutput.print(RedactionPolicy.defaultText) }
        guard let output else { return }
        let inputs = logs + [policy, key, sealing.decryptKey].compactMap { $0 } + writing.inputs
        try OutputPaths.check([output], against: inputs)
        let selection = LogSelection(paths: logs, key: try sealing.logKey())
        let options = try writing.options()
        writing.warn(ofOpening: selection.key)
        var redactor = try RedactionInput.redactor(policy: policy, key: key)
        var progress = ProgressLine()
        try Interrupt.catchSignals()
        try collect(selection, &redactor, &progress)
        try write(selection, to: output, options, &redactor, &progress)
        progress.clear()
        let counts = redactor.counts
        try ResultOutput.print(
            "\(output): \(counts.exchanges) exchanges, \(counts.changedExchanges) of them changed; "
                + "\(redactor.learnedSecrets) values replaced"
                + (counts.droppedBodies > 0 ? "; \(counts.droppedBodies) bodies left out" : ""))
        for notice in redactor.notices { Console.warn(notice) }
    }

    private func collect(
        _ selection: LogSelection, _ redactor: inout Redactor, _ progress: inout ProgressLine
    ) throws {
        var reader = try LogReader(selection)
        var batch = ExchangeBatch()
        var count: UInt64 = 0
        while try reader.next(into: &batch) {
            if Interrupt.isRequested {
                throw CommandFailure("interrupted while searching; nothing was written", .interrupted)
            }
            redactor.collect(batch)
            count += UInt64(batch.records.count)
            progress.update("\(count) exchanges searched")
        }
    }

    private func write(
        _ selection: LogSelection, to output: String, _ options: SessionLogWriter.Options,
        _ redactor: inout Redactor, _ progress: inout ProgressLine
    ) throws {
        var reader = try LogReader(selection)
        var writer = try SessionLogWriter(path: output, options: options)
        var (batch, redacted) = (ExchangeBatch(), ExchangeBatch())
        while try reader.next(into: &batch) {
            if Interrupt.isRequested { break }
            redacted.removeAll()
            redactor.redact(batch, into: &redacted)
            try writer.append(redacted)
            progress.update("\(redactor.counts.exchanges) exchanges redacted")
        }
        try writer.finish()
        progress.clear()
        try LogChoice.warn(of: reader.statuses, readableExchanges: redactor.counts.exchanges)
        if Interrupt.isRequested {
            throw CommandFailure("interrupted; what was redacted is in \(output)", .interrupted)
        }
    }
}
