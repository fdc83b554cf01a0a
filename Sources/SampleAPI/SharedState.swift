import Formats
import Logging
import NIOPosix
import RedisClient
import Synchronization

/// What the workers of a service share in Redis: revoked tokens, and counters that expire. While Redis is away each worker
/// counts for itself, and says so in its log.
final class SharedState: Sendable {

    private let redis: RedisPool
    private let local = Mutex(ExpiringCounters())
    private let clock: ServiceClock

    /// Connections to Redis of all workers together.
    static let connections = 100

    /// - Parameters:
    ///   - address: nil for a service of one worker, which needs no one to share with
    ///   - connections: to Redis at most: each has a thread that waits for its answers
    init(
        _ address: RedisAddress?, password: String?, connections: Int = connections, clock: ServiceClock,
        logger: Logger
    ) {
        redis = RedisPool(address, password: password, size: connections, logger: logger)
        self.clock = clock
    }

    /// Whether answers come from Redis now.
    var isShared: Bool { redis.isUp }

    /// How often Redis was found to be away.
    var fallbacks: Int { redis.fallbacks }

    /// Tells all workers that a token is revoked.
    func revoke(_ token: String, seconds: Int) async {
        _ = await redis.command(["SETEX", "blacklist:\(token)", "\(max(1, seconds))", "1"])
    }

    /// Whether another worker has revoked a token; false while Redis is away.
    func isRevoked(_ token: String) async -> Bool {
        guard redis.isConfigured else { return false }
        return await redis.command(["EXISTS", "blacklist:\(token)"]) == .integer(1)
    }

    /// Counts one more of something.
    ///
    /// - Returns: how many there were since the first, which is forgotten after `seconds`
    func count(_ name: String, seconds: Int) async -> Int {
        if redis.isConfigured, case .integer(let count)? = await redis.command(["INCR", name]) {
            if count == 1 { _ = await redis.command(["EXPIRE", name, "\(seconds)"]) }
            return Int(clamping: count)
        }
        let now = clock.epochSeconds()
        return local.withLock { $0.count(name, now: now, seconds: Double(seconds)) }
    }

    /// Whether something is in the cache that workers share; what is not is put there.
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

    /// How many were counted; 0 for what is forgotten.
    func value(_ name: String) async -> Int {
        if redis.isConfigured, let reply = await redis.command(["GET", name]) {
            guard case .text(let text) = reply else { return 0 }
            return Int(text) ?? 0
        }
        let now = clock.epochSeconds()
        return local.withLock { $0.value(name, now: now) }
    }
}

/// Counters of one process that are forgotten in time; bounded.
struct ExpiringCounters {
    private var entries: [String: (count: Int, expires: Double)] = [:]

    /// Counters kept; past it those that have expired make room, and if need be all do.
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

/// Connections to Redis that threads take in turn. Once it does not answer it is left alone for a moment, so that requests
/// need not wait for it.
private final class RedisPool: Sendable {

    private final class Connection: @unchecked Sendable {
        private let connection: RedisConnection

        init(_ address: RedisAddress, password: String?) throws(RedisError) {
            connection = try RedisConnection(address, password: password, timeout: RedisPool.timeout)
        }

        /// One thread at a time.
        func command(_ words: [String]) throws(RedisError) -> RedisReply { try connection.command(words) }
    }

    private struct State {
        var idle: [Connection] = []
        var isUp = true
        var nextTry = ContinuousClock.now
        var fallbacks = 0
    }

    /// Together with a try that is under way less than the second in which a service is to fall back.
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

    /// Asks Redis; nil while it is away.
    func command(_ words: [String]) async -> RedisReply? {
        guard let address, mayTry() else { return nil }
        return try? await threads.runIfActive { self.perform(words, address) }
    }

    /// While Redis is away, one caller in a while finds out whether it is back.
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
        // What waited for a thread while Redis went away does not wait for Redis too.
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
