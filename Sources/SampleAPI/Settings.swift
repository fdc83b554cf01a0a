import RedisClient

/// How a service is set up, by the command line or by a test.
struct Settings: Sendable {
    /// Signs access tokens; nil means a key that no one knows, new at every start.
    var signingKey: [UInt8]?
    /// How long an access token is good for; rounded up to whole seconds, as JWT counts.
    var tokenLifetime: Duration = .seconds(300)
    /// How long a session can be refreshed after its last refresh.
    var refreshLifetime: Duration = .seconds(86400)
    /// Registrations kept.
    var maximumUsers = 1_000_000
    /// Sessions kept, and as many revocations.
    var maximumSessions = 500_000
    /// Items kept.
    var maximumItems = 100_000
    var faults = Faults()
    /// Seed of the random faults.
    var seed: UInt64 = 1
    /// Memory leaked for each request answered.
    var leakBytesPerRequest = 0
    /// What clients are limited to.
    var limits = Limits()
    /// The Redis that workers share what is revoked and counted in; nil for none.
    var redis: RedisAddress?
    /// Its password.
    var redisPassword: String?
    /// The database that people and items are kept in, as libpq takes its address; nil for memory.
    var postgres: String?
    /// Its password.
    var postgresPassword: String?
    /// Connections to it at most.
    var postgresPool = 50
    /// How long a request waits for one of them.
    var postgresPatience: Duration = .seconds(1)
    /// This process's place among the workers of a service; nil where it serves alone.
    var worker: WorkerPlace?
    /// Memory taken on purpose that is no leak.
    var memory = MemoryFaults.Amounts()
}
