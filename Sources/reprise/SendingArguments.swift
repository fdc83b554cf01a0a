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

    @Option(help: ArgumentHelp("How long a request may take, connecting included.", valueName: "duration"))
    var timeout: Duration = .seconds(30)

    @Option(help: ArgumentHelp("How long requests under way may still take at the end.", valueName: "duration"))
    var drain: Duration = .seconds(10)

    @Option(help: ArgumentHelp("How late a clone may be before it is ended.", valueName: "duration"))
    var maxBehind: Duration = .seconds(30)

    @Option(help: ArgumentHelp("Which status is no failure: recorded, success (200-399) or any.", valueName: "rule"))
    var expect = ReplayOptions.Expectation.recorded

    @Flag(help: "Send the recorded Host, not the target's.")
    var keepHost = false

    @Flag(help: "Do not verify the certificates of https targets.")
    var insecure = false

    @Option(help: ArgumentHelp("Certificate authorities for https targets (PEM).", valueName: "file"))
    var cacert: String?

    func validate() throws {
        guard !target.isEmpty else { throw ValidationError("Name at least one --target.") }
        guard (1...1024).contains(workers ?? 1) else { throw ValidationError("--workers is 1 to 1,024.") }
        guard timeout >= .milliseconds(1), timeout <= .seconds(86400) else {
            throw ValidationError("--timeout is 1ms to 1d.")
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
        options.workers = workers
        options.duration = duration
        options.timeout = timeout
        options.drain = drain
        options.maxBehind = maxBehind
        options.expectation = expect
        options.keepsHost = keepHost
        options.verifiesCertificates = !insecure
        options.certificateAuthorities = cacert
        return options
    }
}

extension ReplayOptions.Expectation: ExpressibleByArgument {}
