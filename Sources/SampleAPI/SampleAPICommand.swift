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
            Users register, log in (JWT access tokens that expire, refresh tokens, logout), and list, fetch and post \
            items. It leaks, slows down and fails on demand, and reports its own counts on /metrics. All memory for its \
            stores is allocated at the start, so that its size stays the same unless the options under Memory change it.
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
        let settings = try settings()
        let host = listening.host
        if let place = settings.worker { return try await serve(as: place, settings, logger) }
        do {
            if let postgres = settings.postgres {
                try PostgresPool.prepare(postgres, password: settings.postgresPassword)
            }
            guard sharing.workers == 1 else { return try await supervise(logger) }
        } catch {
            throw SampleAPICommand.refusal("cannot serve on \(host):\(listening.port): \(error)")
        }
        let service = await Service(settings: settings, clock: .live(), logger: logger)
        let application = service.application(host: host, port: listening.port, logger: logger) { port in
            SampleAPICommand.sayReady(host: host, port: port)
        }
        do {
            try await application.runService()
        } catch {
            throw SampleAPICommand.refusal("cannot serve on \(host):\(listening.port): \(error)")
        }
    }

    /// Starts the workers and waits until they end.
    private func supervise(_ logger: Logger) async throws {
        let host = listening.host
        try await WorkerSupervisor(
            host: host, count: sharing.workers, secret: Service.randomKey(), logger: logger
        ).runInThread(port: listening.port) { SampleAPICommand.sayReady(host: host, port: $0) }
    }

    /// Serves as one of the workers.
    private func serve(as place: WorkerPlace, _ settings: Settings, _ logger: Logger) async throws {
        WorkerPlace.endWithParent()
        let service = await Service(settings: settings, clock: .live(), logger: logger)
        let metrics = WorkerMetrics(place: place)
        Task {
            while true {
                metrics.leave(MonitorRoutes(service: service).metrics())
                try await Task.sleep(for: WorkerMetrics.interval)
            }
        }
        try await SharedPortServer(service: service, logger: logger).run(host: listening.host, port: place.port) {
            WorkerPlace.sayReady()
        }
    }

    private static func sayReady(host: String, port: Int) {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        write("sample-api listening on http://\(shownHost):\(port) (pid \(getpid()))\n", to: STDOUT_FILENO)
    }

    private static func refusal(_ text: String) -> ExitCode {
        write("sample-api: \(text)\n", to: STDERR_FILENO)
        return ExitCode.failure
    }

    /// The settings from the options.
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
        settings.redisPassword = try SharingOptions.password(in: sharing.redisPasswordVariable)
        settings.postgres = sharing.postgres
        settings.postgresPassword = try SharingOptions.password(in: sharing.postgresPasswordVariable)
        settings.postgresPool = sharing.postgresPool
        settings.postgresPatience = sharing.postgresWait
        settings.worker = WorkerPlace.inEnvironment()
        return settings
    }

    /// Writes unbuffered, so that a program that waits for the line gets it immediately.
    private static func write(_ text: String, to file: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
