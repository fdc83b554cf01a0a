import ArgumentParser
import FoundationEssentials
import Glibc
import Hummingbird
import Logging
import Traffic

@main
struct SampleAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-api",
        abstract: "A real HTTP API to try recording and replaying on.",
        discussion: """
            People register, log in (JWT access tokens that expire, refresh tokens, logout), and list, fetch and post \
            items. It leaks, slows down and fails on demand, and counts what it saw on /metrics. All memory for its \
            stores is claimed at the start, so that its size stays the same unless the options under Memory change it.
            """)

    @OptionGroup(title: "Listening") var listening: ListeningOptions
    @OptionGroup(title: "Tokens") var tokens: TokenOptions
    @OptionGroup(title: "Stores") var stores: StoreOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Faults") var faults: FaultOptions
    @OptionGroup(title: "Limits and shared state") var sharing: SharingOptions

    func run() async throws {
        var logger = Logger(label: "sample-api", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = listening.logLevel
        let openFiles = ProcessUsage.raiseOpenFileLimit()
        logger.info("open files allowed: \(openFiles)")
        let service = await Service(settings: try settings(), clock: .live(), logger: logger)
        let host = listening.host
        let application = service.application(host: host, port: listening.port, logger: logger) { port in
            let shownHost = host.contains(":") ? "[\(host)]" : host
            SampleAPICommand.write(
                "sample-api listening on http://\(shownHost):\(port) (pid \(getpid()))\n", to: STDOUT_FILENO)
        }
        do {
            try await application.runService()
        } catch {
            SampleAPICommand.write(
                "sample-api: cannot serve on \(host):\(listening.port): \(error)\n", to: STDERR_FILENO)
            throw ExitCode.failure
        }
    }

    /// What the options say.
    func settings() throws -> Settings {
        var settings = Settings(
            signingKey: try tokens.key(),
            tokenLifetime: tokens.tokenLifetime,
            refreshLifetime: tokens.refreshLifetime,
            maximumUsers: stores.maxUsers,
            maximumSessions: stores.maxSessions,
            maximumItems: stores.maxItems,
            faults: faults.faults,
            seed: faults.seed,
            leakBytesPerRequest: Int(clamping: memory.leak.bytes), memory: memory.amounts)
        settings.limits = sharing.limits
        settings.redis = sharing.redis
        settings.redisPassword = try sharing.password()
        return settings
    }

    /// Unbuffered, so that a program that waits for the line has it at once.
    private static func write(_ text: String, to file: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
