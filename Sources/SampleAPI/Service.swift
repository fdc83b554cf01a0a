import Logging

/// Everything the routes share: what is stored, who may come in, what was counted and what goes wrong on purpose.
///
/// Made once at the start and handed to the routes; each part guards its own state with its own lock.
final class Service: Sendable {
    let clock: ServiceClock
    let startEpochSeconds: Double
    let users: UserStore
    let sessions: SessionStore
    let revocations: RevocationStore
    let items: ItemStore
    let tokens: TokenAuthority
    let metrics = ServiceMetrics()
    let connections = ConnectionCounts()
    let faults: Faults
    let dice: FaultDice
    let tailDice: FaultDice
    let leaked: LeakedMemory
    let otherMemory: MemoryFaults
    let shared: SharedState
    let limits: Limits

    init(
        settings: Settings, clock: ServiceClock, logger: Logger = Logger(label: "sample-api")
    ) async {
        let digests = KeyedDigest()
        self.clock = clock
        startEpochSeconds = clock.epochSeconds()
        users = UserStore(capacity: settings.maximumUsers, digests: digests)
        sessions = SessionStore(
            capacity: settings.maximumSessions, lifetime: settings.refreshLifetime, digests: digests)
        revocations = RevocationStore(capacity: settings.maximumSessions, digests: digests)
        items = ItemStore(capacity: settings.maximumItems)
        shared = SharedState(
            settings.redis, password: settings.redisPassword, clock: clock, logger: logger)
        limits = settings.limits
        tokens = await TokenAuthority(
            key: settings.signingKey ?? Service.randomKey(),
            lifetimeSeconds: Int((settings.tokenLifetime / .seconds(1)).rounded(.up)),
            revocations: revocations, shared: shared, clock: clock)
        faults = settings.faults
        dice = FaultDice(ratio: settings.faults.errorRatio, seed: settings.seed)
        tailDice = FaultDice(ratio: settings.faults.tailRatio, seed: settings.seed &+ 1)
        leaked = LeakedMemory(bytesPerRequest: settings.leakBytesPerRequest)
        otherMemory = MemoryFaults(settings.memory, seed: settings.seed &+ 2)
        stockItems()
    }

    /// A list is never empty, not even before the first item was posted.
    private func stockItems() {
        let now = Int64(clock.epochSeconds())
        for number in 1...100 {
            guard let item = Item(name: "Sample item \(number)", quantity: Int32(number), createdAt: now) else {
                continue
            }
            _ = items.add(item)
        }
    }

    private static func randomKey() -> [UInt8] {
        var source = SystemRandomNumberGenerator()
        return (0..<32).map { _ in source.next() }
    }
}
