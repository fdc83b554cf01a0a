import ArgumentParser
import Formats
import Foundation
import Live
import Plan
import Traffic

/// Whether and where a run has a live page.
struct LivePageArguments: ParsableArguments {
    @Option(
        name: .customLong("live"), defaultAsFlag: LiveAddress(.usual),
        help: ArgumentHelp(
            "Serve a live page of the run, and /metrics for Prometheus.",
            discussion: "An address that other machines can reach needs --live-token. Port 0 takes any free port.",
            valueName: "address:port"))
    var live: LiveAddress?

    @Option(
        help: ArgumentHelp(
            "The token that the live page asks for, in a file or variable.", valueName: "file|env:name",
            visibility: .hidden))
    var liveToken: String?

    @Option(
        help: ArgumentHelp(
            "Send the run's metrics to this Prometheus every 5 s, by remote write 1.0.",
            discussion: "Such as http://127.0.0.1:9090/api/v1/write. Series end with the run.", valueName: "url",
            visibility: .hidden))
    var remoteWrite: String?

    @Option(
        help: ArgumentHelp(
            "How long the live page stays up after the run. Ctrl-C ends it.", valueName: "duration",
            visibility: .hidden))
    var linger: Duration?

    func validate() throws {
        if live == nil, liveToken != nil || linger != nil {
            throw ValidationError("--live-token and --linger need --live.")
        }
        if let linger, linger > .seconds(7 * 86_400) { throw ValidationError("--linger must be at most 7d.") }
    }

    /// Serves the page and sends metrics; nil if neither is requested and standard error is not a terminal.
    ///
    /// - Parameter title: shown until a run begins.
    func start(title: String) throws -> LiveSession? {
        guard live != nil || remoteWrite != nil || Console.isTerminal else { return nil }
        let session = try LiveSession(title: title)
        if let live { try session.serve(at: live.address, token: LivePageArguments.token(liveToken), linger: linger) }
        if let remoteWrite { try session.send(to: remoteWrite) }
        return session
    }

    /// The token in a file or variable.
    static func token(_ name: String?) throws -> String? {
        guard let name else { return nil }
        let text = String(decoding: try KeyFile.content(name), as: UTF8.self).trimmed
        guard text.utf8.count >= 16, text.utf8.allSatisfy(PercentStyle.isUnreserved) else {
            throw CommandFailure(
                "--live-token: a token needs at least 16 characters, only letters, digits and -._~", .usage)
        }
        return text
    }
}

/// `127.0.0.1:8089`, `[::1]:8089`, `:8089` or `8089`, as an argument.
struct LiveAddress: ExpressibleByArgument, CustomStringConvertible {
    let address: ListenAddress

    init(_ address: ListenAddress) { self.address = address }

    init?(argument: String) {
        guard let address = ListenAddress(argument) else { return nil }
        self.address = address
    }

    var description: String { address.description }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
