import Logging

/// The state shared by all routes: stores, authentication, counters and injected faults.
///
/// Created once at the start and passed to the routes; each part protects its state with its own lock.
final class Service: Sendable {
    let clock: ServiceClock
    let startEpochSeconds: Double
    let users: UserDirectory
    let sessions: SessionDirectory
    let revocations: RevocationStore
    let items: ItemBackend
    /// The connections to the database; nil without a database.
    let database: PostgresPool?
    /// The metrics of the other workers; nil if this process is the only one.
    let workerMetrics: WorkerMetrics?
    let tokens: TokenAuthority
    let metrics = ServiceMetrics()
    let connections = ConnectionCounts()
    let faults: Faults
    let dice: FaultSampler
    let tailDice: FaultSampler
    let leaked: LeakedMemory
    let otherMemory: MemoryFaults
    let shared: SharedState
    let limits: Limits

    init(
        settings: Settings, clock: ServiceClock, logger: Logger = Logger(label: "sample-api")
    ) async {
        let digests = KeyedDigest(key: settings.worker?.secret)
        self.clock = clock
        startEpochSeconds = clock.epochSeconds()
        let workers = settings.worker?.count ?? 1
        database = settings.postgres.map { address in
            PostgresPool(
                address, password: settings.postgresPassword, size: max(1, settings.postgresPool / workers),
                patience: settings.postgresPatience, logger: logger)
        }
        workerMetrics = settings.worker.map(WorkerMetrics.init)
        shared = SharedState(
            settings.redis, password: settings.redisPassword, connections: max(2, SharedState.connections / workers),
            clock: clock, logger: logger)
        if let database {
            users = .database(DatabaseUsers(pool: database))
            items = .database(DatabaseItems(pool: database))
        } else {
            users = .memory(UserStore(capacity: settings.maximumUsers, digests: digests))
            items = .memory(ItemStore(capacity: settings.maximumItems))
        }
        if settings.worker == nil {
            sessions = .memory(
                SessionStore(
                    capacity: settings.maximumSessions, lifetime: settings.refreshLifetime, digests: digests))
        } else {
            sessions = .tokens(
                RefreshTokens(digests: digests, lifetime: settings.refreshLifetime, shared: shared))
        }
        revocations = RevocationStore(capacity: settings.maximumSessions, digests: digests)
        limits = settings.limits
        tokens = await TokenAuthority(
            key: settings.signingKey ?? settings.worker?.secret ?? Service.randomKey(),
            lifetimeSeconds: Int((settings.tokenLifetime / .seconds(1)).rounded(.up)),
            revocations: revocations, shared: shared, clock: clock)
        faults = settings.faults
        dice = FaultSampler(ratio: settings.faults.errorRatio, seed: settings.seed)
        tailDice = FaultSampler(ratio: settings.faults.tailRatio, seed: settings.seed &+ 1)
        leaked = LeakedMemory(bytesPerRequest: settings.leakBytesPerRequest)
        otherMemory = MemoryFaults(settings.memory, seed: settings.seed &+ 2)
        stockItems()
    }

    /// Adds items, so that a list is never empty, not even before the first item is posted.
    private func stockItems() {
        guard case .memory(let items) = items else { return }
        let now = Int64(clock.epochSeconds())
        for number in 1...100 {
            guard let item = Item(name: "Sample item \(number)", quantity: Int32(number), createdAt: now) else {
                continue
            }
            _ = items.add(item)
        }
    }

    /// A new random key.
    static func randomKey() -> [UInt8] {
        var source = SystemRandomNumberGenerator()
        return (0..<32).map { _ in source.next() }
    }
}
