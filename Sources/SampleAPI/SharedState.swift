import Formats
import Logging
import NIOPosix
import RedisClient
import Synchronization

/// The state that the workers of a service share in Redis: revoked tokens, and counters that expire. While Redis is
/// unavailable, each worker counts for itself, and logs this.
final class SharedState: Sendable {

    private let redis: RedisPool
    private let local = Mutex(ExpiringCounters())
    private let clock: ServiceClock

    /// The number of connections to Redis, of all workers together.
    static let connections = 100

    /// - Parameters:
    ///   - address: nil for a service with a single worker
    ///   - connections: the most connections to Redis, each with a thread that waits for its replies
    init(
        _ address: RedisAddress?, password: String?, connections: Int = connections, clock: ServiceClock,
        logger: Logger
    ) {
        redis = RedisPool(address, password: password, size: connections, logger: logger)
        self.clock = clock
    }

    /// Whether Redis is available.
    var isShared: Bool { redis.isUp }

    /// How often Redis was unavailable.
    var fallbacks: Int { redis.fallbacks }

    /// Revokes a token for all workers.
    func revoke(_ token: String, seconds: Int) async {
        _ = await redis.command(["SETEX", "blacklist:\(token)", "\(max(1, seconds))", "1"])
    }

    /// Whether another worker has revoked a token; false while Redis is unavailable.
    func isRevoked(_ token: String) async -> Bool {
        guard redis.isConfigured else { return false }
        return await redis.command(["EXISTS", "blacklist:\(token)"]) == .integer(1)
    }

    /// Increments a counter.
    ///
    /// - Returns: the count since the first increment; the counter expires `seconds` after that
    func count(_ name: String, seconds: Int) async -> Int {
        if redis.isConfigured, case .integer(let count)? = await redis.command(["INCR", name]) {
            if count == 1 { _ = await redis.command(["EXPIRE", name, "\(seconds)"]) }
            return Int(clamping: count)
        }
        let now = clock.epochSeconds()
        return local.withLock { $0.count(name, now: now, seconds: Double(seconds)) }
    }

    /// Whether a name is in the shared cache; adds it if it is not.
    ///
    /// - Parameter seconds: how long it stays
    func isCached(_ name: String, seconds: Int) async -> Bool {
        if redis.isConfigured, let reply = await redis.command(["GET", name]) {
            if case .text = reply { return true }
            _ = await redis.command(["SETEX", name, "\(seconds)", "1"])
            return false
        }
        let now = clock.epochSeconds()
        return local.withLock { $0.count(name, now: now, seconds: Double(seconds)) } > 1
    }

    /// The value of a counter; 0 if it has expired.
    func value(_ name: String) async -> Int {
        if redis.isConfigured, let reply = await redis.command(["GET", name]) {
            guard case .text(let text) = reply else { return 0 }
            return Int(text) ?? 0
        }
        let now = clock.epochSeconds()
        return local.withLock { $0.value(name, now: now) }
    }
}

/// Expiring counters of one process; bounded.
struct ExpiringCounters {
    private var entries: [String: (count: Int, expires: Double)] = [:]

    /// The most counters; beyond it expired ones are removed, and if necessary all of them.
    static let capacity = 100_000

    mutating func count(_ name: String, now: Double, seconds: Double) -> Int {
        if let entry = entries[name], entry.expires > now {
            entries[name]?.count += 1
            return entry.count + 1
        }
        if entries.count >= Self.capacity {
            entries = entries.filter { $0.value.expires > now }
            if entries.count >= Self.capacity { entries = [:] }
        }
        entries[name] = (1, now + seconds)
        return 1
    }

    func value(_ name: String, now: Double) -> Int {
        entries[name].flatMap { $0.expires > now ? $0.count : nil } ?? 0
    }
}

/// A pool of connections to Redis. If Redis does not answer, the pool does not try again for a moment, so that requests
/// do not have to wait for it.
private final class RedisPool: Sendable {

    private final class Connection: @unchecked Sendable {
        private let connection: RedisConnection

        init(_ address: RedisAddress, password: String?) throws(RedisError) {
            connection = try RedisConnection(address, password: password, timeout: RedisPool.timeout)
        }

        /// Must be called by one thread at a time.
        func command(_ words: [String]) throws(RedisError) -> RedisReply { try connection.command(words) }
    }

    private struct State {
        var idle: [Connection] = []
        var isUp = true
        var nextTry = ContinuousClock.now
        var fallbacks = 0
    }

    /// Short enough that even after a try already in progress, a service falls back within one second.
    static let timeout = Duration.milliseconds(400)
    private static let pause = Duration.milliseconds(200)

    private let address: RedisAddress?
    private let password: String?
    private let size: Int
    private let logger: Logger
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    init(_ address: RedisAddress?, password: String?, size: Int, logger: Logger) {
        self.size = size
        self.address = address
        self.password = password
        self.logger = logger
        threads = NIOThreadPool(numberOfThreads: size)
        if address != nil { threads.start() }
    }

    var isConfigured: Bool { address != nil }
    var isUp: Bool { isConfigured && state.withLock { $0.isUp } }
    var fallbacks: Int { state.withLock { $0.fallbacks } }

    /// Sends a command to Redis; nil while it is unavailable.
    func command(_ words: [String]) async -> RedisReply? {
        guard let address, mayTry() else { return nil }
        return try? await threads.runIfActive { self.perform(words, address) }
    }

    /// While Redis is unavailable, lets one caller at intervals check whether it is back.
    private func mayTry() -> Bool {
        state.withLock { state in
            if state.isUp { return true }
            let now = ContinuousClock.now
            guard now >= state.nextTry else { return false }
            state.nextTry = now + Self.pause
            return true
        }
    }

    private func perform(_ words: [String], _ address: RedisAddress) -> RedisReply? {
        // Callers that waited for a thread when Redis became unavailable do not also wait for Redis.
        guard state.withLock({ $0.isUp || $0.nextTry > ContinuousClock.now }) else { return nil }
        do throws(RedisError) {
            let idle = state.withLock { $0.idle.popLast() }
            let connection: Connection
            if let idle { connection = idle } else { connection = try Connection(address, password: password) }
            let reply = try connection.command(words)
            let wasUp = state.withLock { state in
                defer { state.isUp = true }
                if state.idle.count < size { state.idle.append(connection) }
                return state.isUp
            }
            if !wasUp { logger.warning("Redis is available again") }
            return reply
        } catch {
            let wasUp = state.withLock { state in
                defer {
                    state.isUp = false
                    state.idle = []
                    state.nextTry = ContinuousClock.now + Self.pause
                }
                if state.isUp { state.fallbacks += 1 }
                return state.isUp
            }
            if wasUp { logger.warning("Redis unavailable, this process counts for itself: \(error.description)") }
            return nil
        }
    }
}
