public import ArgumentParser
import Formats
import Interchange
import SessionLog
import Traffic
public import Workflows

/// `reprise import`: converts files of other programs to a session log.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Convert files of other programs to a session log.",
        discussion: """
            Reads HAR (browsers, proxies), .gor (GoReplay), pcap and pcapng, and JSON Lines that 'reprise export' wrote; also \
            compressed with gzip. The format is recognised by the content. What a format does not contain is missing in the \
            log:

              HAR         trailers, the raw bytes of heads, content codings (bodies are decoded); entries other than HTTP
              .gor        connections, sessions, addresses, https, HTTP/2
              JSON Lines  written with --full: nothing; the short form: bodies and header fields

            A missing original response in a .gor file is replaced by the replayed one. Sessions are found as 'capture' finds them, by tokens and session cookies, unless the file has them. A HAR file \
            of a browser is one session. Consecutive packet captures are read as one recording.

            Examples:
              reprise import shop.har -o shop.rlog
              reprise import requests_0.gor requests_1.gor.gz -o shop.rlog
              reprise import day.pcap* -o day.rlog
            """)

    @Argument(
        help: ArgumentHelp("Files to read; '-' is standard input (not for packet captures).", valueName: "file"),
        completion: .file())
    var files: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Session log to write.", valueName: "log"),
        completion: .file())
    var output: String

    @Option(
        name: .customLong("session-by"),
        help: ArgumentHelp(
            "What identifies a session where the file does not say; see 'reprise help sessions'.", valueName: "key"))
    var sessionBy = ImportGrouping.placed(.auto)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Decrypt TLS in packet captures with the secrets in this file (SSLKEYLOGFILE).", valueName: "file"),
        completion: .file())
    var keylog: String?

    @OptionGroup(title: "Filters", visibility: .hidden)
    var kept: FilterArguments

    @OptionGroup var writing: LogWritingArguments

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Give at least one file.") }
    }

    func run() throws {
        try OutputPaths.check([output], against: files + [keylog].compactMap { $0 } + writing.inputs)
        let formats = try files.map(format)
        try Interrupt.catchSignals()
        let options = try writing.options()
        let writer: SessionLogWriter
        do {
            writer = try SessionLogWriter(path: output, options: options)
        } catch {
            throw CommandFailure(error)
        }
        var progress = ProgressLine()
        var run = ImportRun(
            writer, grouping: sessionBy, keyLog: keylog, kept: try kept.filterOfEachPath()
        ) { state in
            progress.update(ImportCommand.text(state))
            return !Interrupt.isRequested
        }
        var failure: (any Error)?
        do {
            var captures: [String] = []
            for (file, format) in zip(files, formats) where !Interrupt.isRequested {
                if format == .pcap {
                    captures.append(file)
                    continue
                }
                try run.readPackets(captures)
                captures.removeAll()
                try run.read(file)
            }
            try run.readPackets(captures)
        } catch {
            failure = error
        }
        let outcome = try run.finish()
        let totals = outcome.totals
        progress.clear()
        for warning in outcome.warnings { Console.warn(warning) }
        try ResultOutput.print("\(output): \(summary(totals))\(CaptureReport.leftOut(outcome.leftOut))")
        if totals.incompleteRequests > 0 {
            Console.warn(
                "\(Plural.text(totals.incompleteRequests, "request")) with an incomplete body in the files: a replay "
                    + "does not send these")
        }
        if let failure { throw failure }
        if Interrupt.isRequested { throw CommandFailure("interrupted; what was read is in \(output)", .interrupted) }
        if totals.exchanges == 0 {
            throw CommandFailure("there are no exchanges in \(files.joined(separator: " "))", .badInput)
        }
    }

    /// The format of the file at `path`; nil for standard input, which can be read only once.
    private func format(_ path: String) throws -> InterchangeFormat? {
        if path == "-" { return nil }
        let format = try InterchangeFile(path: path).format
        guard format != .sessionLog else {
            throw CommandFailure("\(path) is already a session log; 'reprise cut' copies logs", .badInput)
        }
        return format
    }

    private static func text(_ progress: ImportRun.Progress) -> String {
        switch progress {
        case .file(let path, let bytes, let exchanges):
            "\(path): \(ByteCount(bytes)) read, \(Plural.text(exchanges, "exchange"))"
        case .captures(let count, let exchanges):
            "\(Plural.text(exchanges, "exchange")) read of \(Plural.text(count, "capture"))"
        }
    }

    private func summary(_ totals: ImportTotals) -> String {
        let leftOut = ImportProblem.allCases.compactMap { problem in
            totals.leftOut[problem].map { "\($0.grouped) \($0 == 1 ? problem.singular : problem.plural)" }
        }
        let incomplete = [
            (totals.incompleteRequests, "request"), (totals.incompleteResponses, "response"),
        ].filter { $0.0 > 0 }.map { Plural.text($0.0, $0.1) }
        return "\(Plural.text(totals.exchanges, "exchange")) from \(Plural.text(UInt64(files.count), "file"))"
            + (incomplete.isEmpty ? "" : "; incomplete: " + incomplete.joined(separator: ", "))
            + (totals.unanswered == 0 ? "" : "; without a response: \(Plural.text(totals.unanswered, "request"))")
            + (leftOut.isEmpty ? "" : "; left out: " + leftOut.joined(separator: ", "))
    }
}

extension ImportGrouping: ExpressibleByArgument {
    /// `auto`, `connection`, `header:X-User`, and so on.
    public init?(argument: String) { self.init(text: argument) }

    /// The form in which help texts show a default.
    public var defaultValueDescription: String { text }
}

extension ImportRun.Failure: ReportedError {
    var exitStatus: ExitStatus {
        switch self {
        case .log: .failure
        case .file, .capture: .badInput
        case .notFromStandardInput: .usage
        }
    }

    var hint: String? { if case .log(let error) = self { error.hint } else { nil } }
}

extension InterchangeError: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}
