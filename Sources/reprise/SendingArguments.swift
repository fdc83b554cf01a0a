public import ArgumentParser
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
            discussion: "'auto' takes wire for HTTP/1.1 in the clear, and curl for TLS and HTTP/2.",
            valueName: "transport"))
    var transport = ReplayOptions.TransportChoice.automatic

    @Option(
        help: ArgumentHelp(
            "Which connections a clone has: as 'recorded', at most six at once, or 'one' for all its requests to a target.",
            valueName: "rule"))
    var connections = ReplayOptions.Connections.recorded

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
        help: ArgumentHelp("How long the first byte of a response may take from the request's.", valueName: "duration"))
    var timeoutFirstByte: Duration?

    @Option(help: ArgumentHelp("How long requests under way may still take at the end.", valueName: "duration"))
    var drain: Duration = .seconds(10)

    @Option(help: ArgumentHelp("How late a clone may be before it is ended.", valueName: "duration"))
    var maxBehind: Duration = .seconds(30)

    @Option(help: ArgumentHelp("Which status is no failure: recorded, success (200-399) or any.", valueName: "rule"))
    var expect = ReplayOptions.Expectation.recorded

    @Option(
        help: ArgumentHelp(
            "A request whose value no response has given: send it as recorded, skip it, or abort-session.",
            valueName: "rule"))
    var onMissing = ReplayOptions.MissingValue.skip

    @Flag(help: "Send the recorded Host, not the target's.")
    var keepHost = false

    @Flag(help: "Do not verify the certificates of https targets.")
    var insecure = false

    @Option(help: ArgumentHelp("Certificate authorities for https targets (PEM).", valueName: "file"))
    var cacert: String?

    func validate() throws {
        guard !target.isEmpty else { throw ValidationError("Name at least one --target.") }
        guard (1...1024).contains(workers ?? 1) else { throw ValidationError("--workers is 1 to 1,024.") }
        for (name, limit) in [
            ("--timeout", timeout), ("--timeout-connect", timeoutConnect),
            ("--timeout-first-byte", timeoutFirstByte ?? timeout),
        ] where limit < .milliseconds(1) || limit > .seconds(86400) {
            throw ValidationError("\(name) is 1ms to 1d.")
        }
    }

    /// What the replay takes of these; looks the targets' names up.
    func options(duration: Duration?) throws -> ReplayOptions {
        let targets: [ReplayTarget]
        do throws(ReplayTarget.Problem) {
            var parsed: [ReplayTarget] = []
            for text in target { parsed.append(try ReplayTarget(parsing: text)) }
            targets = parsed
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        var options: ReplayOptions
        do throws(TargetError) {
            options = ReplayOptions(
                targets: try TargetMap(targets, allowedHosts: Set(allowHost.map { $0.lowercased() })))
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        if transport == .wire, targets.contains(where: { $0.scheme == .https }) {
            throw CommandFailure("--transport wire has no TLS: leave it out for https targets", .usage)
        }
        options.workers = workers
        options.duration = duration
        options.timeout = timeout
        options.connectTimeout = timeoutConnect
        options.firstByteTimeout = timeoutFirstByte
        options.transport = transport
        options.connections = connections
        options.order = order
        options.requestsPerSecond = rate
        options.drain = drain
        options.maxBehind = maxBehind
        options.expectation = expect
        options.keepsHost = keepHost
        options.onMissing = onMissing
        options.verifiesCertificates = !insecure
        options.certificateAuthorities = cacert
        return options
    }
}

extension SendingArguments {
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
extension ReplayOptions.Connections: ExpressibleByArgument {}
extension ReplayOptions.Order: ExpressibleByArgument {}
