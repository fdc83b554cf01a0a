public import ArgumentParser
public import Capture
import Glibc
import SessionLog
import Traffic
import Workflows

/// `reprise capture`: packets in, a session log out.
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Record HTTP traffic from an interface or from pcap and pcapng files.",
        discussion: """
            HTTP is recognised on any port; --port limits the capture to certain ports. A live capture ends with --for or Ctrl-C. \
            Capturing on an interface needs root, or the rights that 'setcap cap_net_raw,cap_net_admin=eip reprise' gives.

            Examples:
              reprise capture -i eth0 --port 8080 --for 10m -o day.rlog
              reprise capture -r traffic.pcapng.gz -o day.rlog
              reprise capture -r day.pcap0 -r day.pcap1 -o day.rlog
              reprise capture -i eth0 --keylog keys.txt -o day.rlog
              reprise capture -i eth0 --user nobody --rotate 1h -o traffic/day.rlog

            More options, each with 'reprise help NAME': filters, capture.limits.
            """)

    @Option(
        name: [.customShort("i"), .customLong("interface")],
        help: ArgumentHelp("Capture on this interface; 'any' captures on all.", valueName: "iface"))
    var interfaces: [String] = []

    @Option(
        name: [.customShort("r"), .long],
        help: ArgumentHelp(
            "Read this pcap or pcapng file, also compressed with gzip or zstd; '-' is standard input. Repeatable.",
            discussion: """
                Several files are read as one recording, ordered by packet times: parts written by tcpdump -C, or two taps \
                of the same traffic.
                """, valueName: "file"), completion: .file())
    var read: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only this TCP port. Repeatable.", valueName: "n"))
    var port: [UInt16] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only packets that match this pcap-filter(7) expression, also inside VLANs and tunnels.",
            valueName: "bpf"))
    var filter: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Decrypt TLS with the secrets in this file (SSLKEYLOGFILE); it may grow during the capture.",
            valueName: "file"), completion: .file())
    var keylog: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Replace secrets before they are written: 'default' (credentials and cookies) or a YAML policy; see 'reprise redact'.",
            valueName: "policy"), completion: .file())
    var redact: String?

    @Option(
        name: .customLong("redact-key"),
        help: ArgumentHelp(
            "File with the key of the pseudonyms. Default: a random key that is not kept.", valueName: "file"),
        completion: .file())
    var redactKey: String?

    @Option(name: .customLong("for"), help: ArgumentHelp("End a live capture after this time.", valueName: "duration"))
    var duration: Duration?

    @Option(
        name: .customLong("session-by"),
        help: ArgumentHelp(
            "What identifies a session; see 'reprise help sessions'.",
            valueName: "key"))
    var sessionBy = SessionBy.auto

    @Flag(name: .customLong("follow-tunnels"), help: "Also record plain HTTP inside CONNECT tunnels.")
    var followsTunnels = false

    @OptionGroup(title: "Filters", visibility: .hidden) var kept: FilterArguments

    @OptionGroup var ending: LogEndArguments

    @OptionGroup(title: "Live captures") var live: LiveArguments

    @OptionGroup(title: "Limits", visibility: .hidden) var bounds: CaptureLimitsArguments

    @OptionGroup var writing: LogWritingArguments

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Session log to write.", valueName: "log"),
        completion: .file())
    var output: String

    func validate() throws {
        guard interfaces.isEmpty != read.isEmpty else {
            throw ValidationError("Give -i IFACE, such as -i lo, or -r FILE.")
        }
        guard interfaces.count <= 1 else {
            throw ValidationError(
                "-i takes one interface; '-i any' captures on all of them, and --filter or --port narrow that down.")
        }
        for (index, path) in read.enumerated()
        where read[..<index].contains(where: { $0 == path || OutputPaths.areSame($0, path) }) {
            throw ValidationError("-r \(path) is given twice.")
        }
        guard duration == nil || interface != nil else {
            throw ValidationError("--for needs -i: files are read to their end.")
        }
        guard live.user == nil || interface != nil else { throw ValidationError("--user needs -i.") }
        guard redactKey == nil || redact != nil else { throw ValidationError("--redact-key needs --redact.") }
        guard !port.contains(0) else { throw ValidationError("--port takes 1 to 65535.") }
    }

    func run() throws {
        if let keylog, !read.isEmpty, access(keylog, R_OK) != 0 {
            throw CommandFailure("cannot read \(keylog): \(String(cString: strerror(errno)))", .badInput)
        }
        if !read.isEmpty { try captureFiles(read) }
        if let interface { try captureLive(interface) }
    }

    /// The interface of a live capture.
    var interface: String? { interfaces.first }

    var options: CaptureOptions {
        var options = CaptureOptions()
        options.ports = Set(port)
        options.sessionBy = sessionBy
        options.followsTunnels = followsTunnels
        options.keyLog = keylog
        options.limits = bounds.limits
        return options
    }

    /// The filter; nil if there is none or it is empty.
    var filterExpression: String? {
        filter.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
    }

    /// An assembler with the filters that the arguments give.
    func makeAssembler() throws -> TrafficAssembler {
        var assembler = TrafficAssembler(options: options)
        if let filterExpression { assembler.filter = try PacketFilter(filterExpression) }
        return assembler
    }

    /// The redaction that is applied before anything is written; nil without `--redact`.
    func redactionStage() throws -> RedactionStage? {
        try redact.map { RedactionStage(try RedactionInput.redactor(policy: $0, key: redactKey)) }
    }

    func logOptions() throws -> SessionLogWriter.Options {
        var options = try writing.options(level: 1)
        options.syncsBlocks = interface != nil
        return options
    }
}

extension SessionBy: ExpressibleByArgument {
    /// `auto`, `header:X-User`, and so on.
    public init?(argument: String) { self.init(text: argument) }

    /// The form in which help texts show a default.
    public var defaultValueDescription: String { text }
}

extension CaptureFileError: ReportedError {
    var exitStatus: ExitStatus { .badInput }

    var hint: String? {
        if case .notACapture(let path) = self { ForeignFile.hintForCapture(path) } else { nil }
    }
}

extension PcapError: ReportedError {
    var exitStatus: ExitStatus {
        if case .badFilter = self { .usage } else { .failure }
    }
}
