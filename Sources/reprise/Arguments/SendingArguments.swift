public import ArgumentParser
import Formats
import Glibc
import Plan
public import Replay
import Traffic

/// Where a replay's requests go, and how they are sent.
struct SendingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Send to this URL; HOST=URL sends one recorded host's requests there. Repeatable.",
            valueName: "[host=]url"))
    var target: [String]

    @Option(
        help: ArgumentHelp(
            "Allow sending to this host; needed unless it is loopback. Repeatable.", valueName: "host"))
    var allowHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "Connect from this local address, or from these in turn: 127.0.0.2, 127.0.0.2-127.0.0.50, 127.0.0.0/24.",
            discussion: "Limits by address then see other clients: all connections of a session come from one address.",
            valueName: "address"),
        transform: SendingArguments.source)
    var source: SourceAddresses?

    @Option(
        help: ArgumentHelp(
            "Number of worker threads. Default: one per processor.", valueName: "n", visibility: .hidden))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "'wire' sends HTTP/1.1 byte for byte over plain sockets and OpenSSL; 'curl' uses libcurl.",
            discussion: "'auto' uses wire for HTTP/1.1, and curl for HTTP/2 and proxies.",
            valueName: "transport", visibility: .hidden))
    var transport = ReplayOptions.TransportChoice.automatic

    @Option(
        help: ArgumentHelp(
            "A request waits for 'all' requests of its session that had ended before it, or for those whose 'values' it uses.",
            valueName: "rule", visibility: .hidden))
    var order = ReplayOptions.Order.all

    @Option(
        help: ArgumentHelp(
            "Send at most N requests per second; the wait counts as held time.", valueName: "n/s"),
        transform: SendingArguments.rate)
    var rate: Double?

    @Option(help: ArgumentHelp("Limit for a whole request, connecting included.", valueName: "duration"))
    var timeout: Duration = .seconds(30)

    @Option(
        help: ArgumentHelp(
            "Limit for opening a connection, TLS included.", valueName: "duration", visibility: .hidden))
    var timeoutConnect: Duration = .seconds(10)

    @Option(
        help: ArgumentHelp(
            "Limit from the first byte of the request to the first byte of the response.", valueName: "duration",
            visibility: .hidden))
    var timeoutFirstByte: Duration?

    @Option(
        help: ArgumentHelp(
            "How long requests in flight may take when the run ends.", valueName: "duration", visibility: .hidden))
    var drain: Duration = .seconds(10)

    @Option(
        help: ArgumentHelp(
            "End a session that is more than this behind its schedule.", valueName: "duration", visibility: .hidden))
    var maxBehind: Duration = .seconds(30)

    @Option(
        help: ArgumentHelp(
            "Which responses count as success: 'recorded' status or better, 'exact' status, same 'class', '2xx', or 'none' for any.",
            valueName: "rule"))
    var expect = ReplayOptions.Expectation.recorded

    @Option(
        help: ArgumentHelp(
            "When the value a request needs was not in any response: 'skip' the request, 'send' it as recorded, or 'abort-session'.",
            valueName: "rule", visibility: .hidden))
    var onMissing = ReplayOptions.MissingValue.skip

    @OptionGroup var renewal: RenewalArguments
    @Option(
        help: ArgumentHelp(
            "Command that makes the values a bindings file asks for; it reads and writes JSON Lines.",
            discussion: """
                The request {"id":1,"kind":"value","name":"apikey","clone":7,"session":3} is answered by \
                {"id":1,"value":"…"}, with "expires_in" in seconds if the value expires. A request of "kind":"signature" \
                also has the method, target, headers and base64 body. In the bindings file, 'mint: apikey' or 'sign: NAME' \
                with 'into' says where values go.
                """,
            valueName: "cmd", visibility: .hidden))
    var mintWith: String?

    @Option(
        help: ArgumentHelp(
            "Limit for one value of the --mint-with command.", valueName: "duration", visibility: .hidden))
    var mintTimeout: Duration = .seconds(5)

    @Flag(
        help: ArgumentHelp(
            "Count a body that differs from the recorded one, by length or hash, as a failure.", visibility: .hidden))
    var compareBodies = false

    @Option(
        help: ArgumentHelp(
            "End the run when more than this share of the requests has failed, such as 0.05.",
            valueName: "ratio", visibility: .hidden))
    var maxFailureRatio: Double?

    @Flag(help: ArgumentHelp("Send the recorded Host instead of the target's.", visibility: .hidden))
    var keepHost = false

    @Flag(help: "Do not verify certificates of https targets.")
    var insecure = false

    @Option(
        help: ArgumentHelp(
            "Certificate authorities for https targets (PEM).", valueName: "file", visibility: .hidden),
        completion: .file())
    var cacert: String?

    @Option(
        help: ArgumentHelp("Client certificate for https targets (PEM).", valueName: "file", visibility: .hidden),
        completion: .file())
    var cert: String?

    @Option(
        help: ArgumentHelp("Private key of the client certificate (PEM).", valueName: "file", visibility: .hidden),
        completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Connect to this address for the target HOST:PORT. Repeatable.", valueName: "host:port:address",
            visibility: .hidden),
        transform: SendingArguments.resolve)
    var resolve: [TargetRoute] = []

    @Option(
        help: ArgumentHelp(
            "Connect to HOST2:PORT2 for the target HOST1:PORT1; an empty part means any, or the same. Repeatable.",
            valueName: "host1:port1:host2:port2", visibility: .hidden),
        transform: SendingArguments.connectTo)
    var connectTo: [TargetRoute] = []

    @Option(
        help: ArgumentHelp(
            "Server name for TLS (SNI) that the certificate must match, instead of the URL's host.",
            valueName: "name", visibility: .hidden))
    var sni: String?

    @OptionGroup var proxying: ProxyArguments

    static let insecureWarning =
        "--insecure: certificates are not verified: any server at that address receives the recorded traffic"

    func validate() throws {
        guard !target.isEmpty else { throw ValidationError("Give at least one --target URL.") }
        if transport == .wire, proxying.proxy != nil {
            throw ValidationError("--proxy needs --transport curl or auto.")
        }
        if let source {
            let foreign = (0..<source.count).lazy.map { source[$0] }.first { !Self.isOfThisMachine($0) }
            if let foreign {
                throw ValidationError("--source \(source.text): \(foreign) is not an address of this machine.")
            }
            guard transport != .curl, proxying.proxy == nil else {
                throw ValidationError("--source cannot be combined with --transport curl or --proxy.")
            }
        }
        if let maxFailureRatio, !(0...1).contains(maxFailureRatio) {
            throw ValidationError("--max-failure-ratio must be 0 to 1.")
        }
        if let sni, sni.isEmpty || !sni.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f && $0 != 0x3a }) {
            throw ValidationError("--sni takes a host name.")
        }
        guard (1...1024).contains(workers ?? 1) else { throw ValidationError("--workers must be 1 to 1,024.") }
        for (name, limit) in [
            ("--timeout", timeout), ("--timeout-connect", timeoutConnect),
            ("--timeout-first-byte", timeoutFirstByte ?? timeout), ("--mint-timeout", mintTimeout),
        ] where limit < .milliseconds(1) || limit > .seconds(86400) {
            throw ValidationError("\(name) must be 1ms to 1d.")
        }
        guard maxBehind >= .milliseconds(1) else {
            throw ValidationError("--max-behind must be at least 1ms: every request is a little late.")
        }
    }

    /// The options of the replay; resolves the targets' names.
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
        options.connect(from: [source])
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
        for (option, file) in [("--cacert", cacert), ("--cert", cert), ("--key", key)] {
            if let file { try InputFile.check(file, of: option) }
        }
        if order == .values, plan.speed == .max || plan.pacing == .think || plan.think != nil {
            throw CommandFailure(
                "--order values needs recorded times: it cannot be combined with --speed max or --pacing think", .usage)
        }
        return options
    }
}

extension SendingArguments {
    /// Whether connections can start from a numeric address: any of 127.0.0.0/8, or one that an interface has.
    /// Reads the value of `--source`.
    static func source(_ text: String) throws -> SourceAddresses {
        let source: SourceAddresses
        do throws(SourceAddresses.Problem) {
            source = try SourceAddresses(parsing: text)
        } catch {
            switch error {
            case .notNumeric: throw ValidationError(noSource(text))
            case .reversed: throw ValidationError("'\(text)' ends before it begins.")
            case .tooMany:
                throw ValidationError("'\(text)' has more than \(SourceAddresses.limit.grouped) addresses.")
            }
        }
        var four = in_addr()
        var six = in6_addr()
        guard inet_pton(AF_INET, source[0], &four) == 1 || inet_pton(AF_INET6, source[0], &six) == 1 else {
            throw ValidationError(noSource(text))
        }
        return source
    }

    private static func noSource(_ text: String) -> String {
        "'\(text)' is not a numeric address such as 127.0.0.2, 127.0.0.2-127.0.0.50 or 127.0.0.0/24."
    }

    private static func isOfThisMachine(_ address: String) -> Bool {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, nil, &hints, &found) == 0, let entry = found?.pointee else { return false }
        defer { freeaddrinfo(found) }
        let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        return bind(descriptor, entry.ai_addr, entry.ai_addrlen) == 0
    }

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
            throw ValidationError("--rate takes requests per second, such as 500/s, not '\(text)'.")
        }
        return rate
    }
}

extension ReplayOptions.Expectation: ExpressibleByArgument {}
extension ReplayOptions.MissingValue: ExpressibleByArgument {}
extension ReplayOptions.TransportChoice: ExpressibleByArgument {}
extension ReplayOptions.Order: ExpressibleByArgument {}
