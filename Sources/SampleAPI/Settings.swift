import RedisClient

/// The settings of a service, from the command line or a test.
struct Settings: Sendable {
    /// The key that signs access tokens; nil for a random key, new at every start.
    var signingKey: [UInt8]?
    /// The lifetime of an access token; rounded up to whole seconds, the resolution of JWT times.
    var tokenLifetime: Duration = .seconds(300)
    /// How long a session can be refreshed after its last refresh.
    var refreshLifetime: Duration = .seconds(86400)
    /// The most registrations.
    var maximumUsers = 1_000_000
    /// The most sessions, and the most revocations.
    var maximumSessions = 500_000
    /// The most items.
    var maximumItems = 100_000
    var faults = Faults()
    /// Seed of the random faults.
    var seed: UInt64 = 1
    /// Memory leaked per answered request.
    var leakBytesPerRequest = 0
    /// The limits of clients.
    var limits = Limits()
    /// The Redis server in which workers share revocations and counters; nil for none.
    var redis: RedisAddress?
    /// Its password.
    var redisPassword: String?
    /// The database of users and items, as a connection string of libpq; nil to keep them in memory.
    var postgres: String?
    /// Its password.
    var postgresPassword: String?
    /// The most connections to it.
    var postgresPool = 50
    /// How long a request waits for a connection.
    var postgresPatience: Duration = .seconds(1)
    /// This process's place among the workers of a service; nil if it is the only process.
    var worker: WorkerPlace?
    /// Memory used on purpose that is not a leak.
    var memory = MemoryFaults.Amounts()
}
