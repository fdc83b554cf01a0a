public import ArgumentParser
public import Capture
import Glibc
import SessionLog
import Traffic

/// `reprise capture`: packets in, a session log out.
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Record HTTP traffic from an interface or from pcap and pcapng files.",
        discussion: """
            HTTP is recognised by its bytes on any port; --port looks at some only. Live captures end with --for or \
            Ctrl-C; either way the log is whole. Capturing on an interface takes root or the rights given by \
            `setcap cap_net_raw,cap_net_admin=eip reprise`.

              reprise capture -i eth0 --port 8080 --for 10m -o day.rlog
              reprise capture -r traffic.pcapng.gz -o day.rlog
              reprise capture -r day.pcap0 -r day.pcap1 -o day.rlog
              reprise capture -i eth0 --keylog keys.txt -o day.rlog
              reprise capture -i eth0 --user nobody --rotate 1h -o /var/log/traffic/day.rlog
            """)

    @Option(
        name: [.customShort("i"), .customLong("interface")],
        help: ArgumentHelp("Capture on this interface.", valueName: "iface"))
    var interfaces: [String] = []

    @Option(
        name: [.customShort("r"), .long],
        help: ArgumentHelp(
            "Read this pcap or pcapng file, gzip or zstd compressed or not; - is standard input; may be repeated.",
            discussion: """
                Several files are read as one recording, in the order of the packets' times: the parts that tcpdump -C or a \
                ring buffer leave, or two taps of the same traffic.
                """, valueName: "file"))
    var read: [String] = []

    @Option(name: .long, help: ArgumentHelp("Look at this TCP port only; may be repeated.", valueName: "n"))
    var port: [UInt16] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Look at packets that pass this filter only (pcap-filter(7)), tagged, tunnelled, in fragments or not.",
            valueName: "bpf"))
    var filter: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Open TLS with the secrets in this file (SSLKEYLOGFILE), read further as it grows.", valueName: "file"))
    var keylog: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep no secrets: a policy in YAML, or default (credentials and cookies); see reprise redact.",
            valueName: "policy"))
    var redact: String?

    @Option(
        name: .customLong("redact-key"),
        help: ArgumentHelp(
            "A file with the key of the pseudonyms; without it, a key that is forgotten.", valueName: "file"))
    var redactKey: String?

    @Option(name: .customLong("for"), help: ArgumentHelp("End a live capture after this time.", valueName: "duration"))
    var duration: Duration?

    @Option(
        name: .customLong("session-by"),
        help: ArgumentHelp(
            "What makes exchanges one session: auto, connection, client (address), header:NAME, cookie:NAME, jwt:CLAIM.",
            discussion: """
                auto goes by the tokens and session cookies that requests carry and responses give, and falls back to the \
                connection; a token that several clients use at the same time names none of them. jwt:sub goes by a claim \
                of the JSON Web Tokens in headers and bodies.
                """,
            valueName: "what"))
    var sessionBy = SessionBy.auto

    @Flag(name: .customLong("follow-tunnels"), help: "Record plain HTTP inside accepted CONNECT tunnels too.")
    var followsTunnels = false

    @OptionGroup(title: "Which exchanges are kept") var kept: FilterArguments

    @OptionGroup var ending: LogEndArguments

    @OptionGroup(title: "Live captures") var live: LiveArguments

    @OptionGroup(title: "Bounds") var bounds: CaptureLimitsArguments

    @OptionGroup var writing: LogWritingArguments

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The session log to write.", valueName: "log"))
    var output: String

    func validate() throws {
        guard interfaces.isEmpty != read.isEmpty else { throw ValidationError("give either -i IFACE or -r FILE") }
        guard interfaces.count <= 1 else {
            throw ValidationError(
                "-i takes one interface; -i any captures on all, --filter and --port narrow that down")
        }
        for (index, path) in read.enumerated()
        where read[..<index].contains(where: { $0 == path || OutputPaths.areSame($0, path) }) {
            throw ValidationError("-r names \(path) twice")
        }
        guard duration == nil || interface != nil else { throw ValidationError("--for goes with -i") }
        guard live.user == nil || interface != nil else { throw ValidationError("--user goes with -i") }
        guard redactKey == nil || redact != nil else { throw ValidationError("--redact-key goes with --redact") }
        guard !port.contains(0) else { throw ValidationError("there is no port 0") }
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

    /// The filter; nil when there is none, or nothing in it.
    var filterExpression: String? {
        filter.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
    }

    /// An assembler that lets through what was asked for.
    func makeAssembler() throws -> TrafficAssembler {
        var assembler = TrafficAssembler(options: options)
        if let filterExpression { assembler.filter = try PacketFilter(filterExpression) }
        return assembler
    }

    /// What is taken out before anything is written; nil when all is kept.
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

    public var defaultValueDescription: String { text }
}

extension CaptureFileError: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}

extension PcapError: ReportedError {
    var exitStatus: ExitStatus {
        if case .badFilter = self { .usage } else { .failure }
    }
}
