public import ArgumentParser
import Formats
public import Interchange
import SessionLog
import Traffic

/// `reprise import`: files of other programs in, a session log out.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a session log out of files of other programs.",
        discussion: """
            Takes pcap and pcapng, HAR (browsers, proxies), .gor (GoReplay) and JSON Lines as 'reprise export' writes them, \
            gzip compressed or not, several at once; which is which is seen by the content. What each cannot carry:

              pcap       see 'reprise capture'
              HAR        trailers, raw bytes of heads, content codings (bodies come decoded), who shared a connection where \
            no 'connection' is given; HTTP/3 counts as HTTP/2; entries that are no HTTP are left out
              .gor       connections, sessions, addresses, the scheme (http is taken), HTTP/2; records are paired by their \
            id, a replayed response stands in where there is no original
              JSON Lines with --full nothing but connections without exchanges; the short form has no bodies and no fields

            Where a file says nothing of sessions they are found as 'capture' finds them, by the tokens and session cookies \
            that are given and carried. A file of a browser (HAR with pages) is one session. Packet captures that follow one \
            another on the command line are one recording, merged by the times of their packets: connections and sessions go on \
            from file to file, as tcpdump -C and -G and Wireshark's ring buffers need it.

            Examples:
              reprise import shop.har -o shop.rlog
              reprise import requests_0.gor requests_1.gor.gz -o shop.rlog
              reprise import day.pcap* -o day.rlog
            """)

    @Argument(
        help: ArgumentHelp("The files to read; - is standard input, for all but packet captures.", valueName: "file"),
        completion: .file())
    var files: [String]

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The session log to write.", valueName: "log"))
    var output: String

    @Option(
        name: .customLong("session-by"),
        help:
            "What makes exchanges one session where a file does not say: the token or session cookie (auto), connection, file."
    )
    var sessionBy = ImportSessions.auto

    @Option(
        name: .long,
        help: ArgumentHelp("Open TLS in packet captures with the secrets in this file.", valueName: "file"))
    var keylog: String?

    @OptionGroup(title: "Which exchanges are kept")
    var kept: FilterArguments

    @OptionGroup var writing: LogWritingArguments

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("name at least one file") }
    }

    func run() throws {
        try OutputPaths.check([output], against: files + [keylog].compactMap { $0 })
        let formats = try files.map(format)
        try Interrupt.catchSignals()
        let options = try writing.options()
        let writer: SessionLogWriter
        do {
            writer = try SessionLogWriter(path: output, options: options)
        } catch {
            throw CommandFailure(error)
        }
        var run = ImportRun(writer, sessionBy: sessionBy, keyLog: keylog, kept: kept.filter)
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
        let (totals, leftOut) = try run.finish()
        try ResultOutput.print("\(output): \(summary(totals))\(CaptureReport.leftOut(leftOut))")
        if totals.incompleteRequests > 0 {
            Console.warn(
                "\(Plural.text(totals.incompleteRequests, "request")) with bytes of the body missing in the files: a replay "
                    + "does not send these")
        }
        if let failure { throw failure }
        if Interrupt.isRequested { throw CommandFailure("interrupted; what was read is in \(output)", .interrupted) }
        if totals.exchanges == 0 {
            throw CommandFailure("there are no exchanges in \(files.joined(separator: " "))", .badInput)
        }
    }

    /// What the file at `path` is; nil for standard input, which can be looked at only once.
    private func format(_ path: String) throws -> InterchangeFormat? {
        if path == "-" { return nil }
        let format = try InterchangeFile(path: path).format
        guard format != .sessionLog else {
            throw CommandFailure("\(path) is a session log already; 'reprise cut' copies logs", .badInput)
        }
        return format
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
            + (leftOut.isEmpty ? "" : "; left out: " + leftOut.joined(separator: ", "))
    }
}

extension ImportSessions: ExpressibleByArgument {}

extension InterchangeError: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}
