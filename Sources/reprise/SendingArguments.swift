public import ArgumentParser
import Glibc
import Plan
public import Replay
import Traffic

/// Where a replay's requests go, and how they are sent.
struct SendingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where requests go: a URL for all recorded hosts, or HOST=URL for one. Repeatable.",
            valueName: "[host=]url"))
    var target: [String]

    @Option(
        help: ArgumentHelp(
            "A target host that may be sent to although it is not loopback. Repeatable.", valueName: "host"))
    var allowHost: [String] = []

    @Option(help: ArgumentHelp("Worker threads (default: one a processor).", valueName: "n"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "Who moves the bytes: 'wire' is our own sockets, which send HTTP/1.1 as it was recorded; 'curl' is libcurl.",
            discussion: "'auto' takes wire for HTTP/1.1, in the clear or through TLS, and curl for HTTP/2 and proxies.",
            valueName: "transport"))
    var transport = ReplayOptions.TransportChoice.automatic

    @Option(
        help: ArgumentHelp(
            "What a request waits for: 'all' that had ended in the recording before it began, or only for those whose 'values' it uses.",
            valueName: "order"))
    var order = ReplayOptions.Order.all

    @Option(
        help: ArgumentHelp(
            "Send at most N requests a second; the wait counts as held time.", valueName: "N/s"),
        transform: SendingArguments.rate)
    var rate: Double?

    @Option(help: ArgumentHelp("How long a request may take, connecting included.", valueName: "duration"))
    var timeout: Duration = .seconds(30)

    @Option(help: ArgumentHelp("How long a connection may take to open, TLS included.", valueName: "duration"))
    var timeoutConnect: Duration = .seconds(10)

    @Option(
        help: ArgumentHelp(
            "How long the first byte of a response may take from the request's.", valueName: "duration"))
    var timeoutFirstByte: Duration?

    @Option(help: ArgumentHelp("How long requests under way may still take at the end.", valueName: "duration"))
    var drain: Duration = .seconds(10)

    @Option(help: ArgumentHelp("How late a clone may be before it is ended.", valueName: "duration"))
    var maxBehind: Duration = .seconds(30)

    @Option(
        help: ArgumentHelp(
            "Which status is no failure: the 'recorded' code, or a success where it is an error; 'exact'ly it; one of its 'class'; '2xx'; or 'none' is checked.",
            valueName: "rule"))
    var expect = ReplayOptions.Expectation.recorded

    @Option(
        help: ArgumentHelp(
            "A request whose value no response has given: send it as recorded, skip it, or abort-session.",
            valueName: "rule"))
    var onMissing = ReplayOptions.MissingValue.skip

    @OptionGroup var renewal: RenewalArguments
    @Option(
        help: ArgumentHelp(
            "Have CMD make the values that a file of bindings asks for: JSON lines on its standard input and output.",
            discussion: """
                Asked {"id":1,"kind":"value","name":"apikey","clone":7,"session":3}, it answers {"id":1,"value":"…"}, with \
                "expires_in" in seconds if that is limited. For "kind":"signature" it is told the method, target, headers \
                and base64 body of the request too. The bindings say where: 'mint: apikey' or 'sign: NAME' and 'into'.
                """,
            valueName: "cmd"))
    var mintWith: String?

    @Option(help: ArgumentHelp("How long the command of --mint-with may take for a value.", valueName: "duration"))
    var mintTimeout: Duration = .seconds(5)

    @Flag(help: "Count a body unlike the recorded one, by length or hash, as a failure.")
    var compareBodies = false

    @Option(
        help: ArgumentHelp(
            "End the run, with its report, when more than this part of its requests has failed (0.05).",
            valueName: "ratio"))
    var maxFailureRatio: Double?

    @Flag(help: "Send the recorded Host, not the target's.")
    var keepHost = false

    @Flag(help: "Do not verify the certificates of https targets.")
    var insecure = false

    @Option(help: ArgumentHelp("Certificate authorities for https targets (PEM).", valueName: "file"))
    var cacert: String?

    @Option(help: ArgumentHelp("Client certificate for https targets (PEM).", valueName: "file"))
    var cert: String?

    @Option(help: ArgumentHelp("The client certificate's key (PEM).", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Connect to ADDRESS for the target HOST:PORT. Repeatable.", valueName: "host:port:address"),
        transform: SendingArguments.resolve)
    var resolve: [TargetRoute] = []

    @Option(
        help: ArgumentHelp(
            "Connect to HOST2:PORT2 for the target HOST1:PORT1; empty parts mean any, or the same. Repeatable.",
            valueName: "host1:port1:host2:port2"),
        transform: SendingArguments.connectTo)
    var connectTo: [TargetRoute] = []

    @Option(
        help: ArgumentHelp(
            "The name that https targets are asked for (SNI) and have to prove, instead of the URL's.",
            valueName: "name"))
    var sni: String?

    @OptionGroup var proxying: ProxyArguments

    static let insecureWarning =
        "--insecure: certificates are not verified; whoever answers at the target gets the recorded traffic"

    func validate() throws {
        guard !target.isEmpty else { throw ValidationError("Name at least one --target.") }
        if transport == .wire, proxying.proxy != nil {
            throw ValidationError("--transport wire knows no proxies; --proxy goes by curl.")
        }
        if let maxFailureRatio, !(0...1).contains(maxFailureRatio) {
            throw ValidationError("--max-failure-ratio is 0 to 1.")
        }
        if let sni, sni.isEmpty || !sni.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f && $0 != 0x3a }) {
            throw ValidationError("--sni takes a host name.")
        }
        guard (1...1024).contains(workers ?? 1) else { throw ValidationError("--workers is 1 to 1,024.") }
        for (name, limit) in [
            ("--timeout", timeout), ("--timeout-connect", timeoutConnect),
            ("--timeout-first-byte", timeoutFirstByte ?? timeout), ("--mint-timeout", mintTimeout),
        ] where limit < .milliseconds(1) || limit > .seconds(86400) {
            throw ValidationError("\(name) is 1ms to 1d.")
        }
    }

    /// What the replay takes of these; looks the targets' names up.
    func options(plan: PlanArguments) throws -> ReplayOptions {
        let targets: [ReplayTarget]
        let tokenTarget = try plan.tokenEndpoint.target().map { [$0] } ?? []
        do throws(ReplayTarget.Problem) {
            var parsed = tokenTarget
            for text in target { parsed.append(try ReplayTarget(parsing: text)) }
            targets = parsed
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        let allowed = Set(allowHost.map { $0.lowercased() })
        let proxy = try proxying.resolved(allowedHosts: allowed)
        var options: ReplayOptions
        do throws(TargetError) {
            options = ReplayOptions(
                targets: try TargetMap(
                    targets, allowedHosts: allowed, routes: resolve + connectTo, serverName: sni?.lowercased(),
                    proxy: proxy))
        } catch {
            throw CommandFailure(error, .usage)
        }
        options.proxy = proxy
        options.workers = workers
        options.duration = plan.duration
        options.timeout = timeout
        options.connectTimeout = timeoutConnect
        options.firstByteTimeout = timeoutFirstByte
        options.transport = transport
        options.connections = plan.connections
        options.order = order
        options.requestsPerSecond = rate
        options.drain = drain
        options.maxBehind = maxBehind
        options.expectation = expect
        options.keepsHost = keepHost
        options.onMissing = onMissing
        options.onUnauthorized = renewal.on401
        options.renewalMargin = renewal.renewBefore
        options.verifiesCertificates = !insecure
        options.certificateAuthorities = cacert
        options.clientCertificate = cert
        options.clientKey = key
        options.comparesBodies = compareBodies
        options.mintCommand = mintWith
        options.mintTimeout = mintTimeout
        for file in [cacert, cert, key].compactMap({ $0 }) {
            guard access(file, R_OK) == 0 else {
                throw CommandFailure("cannot read \(file)", .usage)
            }
        }
        if order == .values, plan.speed == .max || plan.pacing == .think {
            throw CommandFailure("--order values needs recorded times: not --speed max, not --pacing think", .usage)
        }
        return options
    }
}

extension SendingArguments {
    static func resolve(_ text: String) throws -> TargetRoute {
        guard let route = TargetRoute(resolve: text) else {
            throw ValidationError("'\(text)' is not HOST:PORT:ADDRESS.")
        }
        return route
    }

    static func connectTo(_ text: String) throws -> TargetRoute {
        guard let route = TargetRoute(connectTo: text) else {
            throw ValidationError("'\(text)' is not HOST1:PORT1:HOST2:PORT2.")
        }
        return route
    }

    /// A rate as users write it: `500/s`, or `500`.
    static func rate(_ text: String) throws -> Double {
        let number = text.hasSuffix("/s") ? String(text.dropLast(2)) : text
        guard let rate = Double(number), rate.isFinite, rate >= 0.001, rate <= 1e9 else {
            throw ValidationError("'\(text)' is no rate such as 500/s.")
        }
        return rate
    }
}

extension ReplayOptions.Expectation: ExpressibleByArgument {}
extension ReplayOptions.MissingValue: ExpressibleByArgument {}
extension ReplayOptions.TransportChoice: ExpressibleByArgument {}
extension ReplayOptions.Order: ExpressibleByArgument {}
