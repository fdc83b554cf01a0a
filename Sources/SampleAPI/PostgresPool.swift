import HTTPTypes
import Logging
import NIOPosix
import PostgresClient
import Synchronization

/// A pool of connections to PostgreSQL. If all are in use, requests wait, and requests that wait too long are refused,
/// as in the exhausted pool of a real service.
final class PostgresPool: Sendable {

    private final class Connection: @unchecked Sendable {
        private let connection: PostgresConnection

        init(_ address: String, password: String?) throws(PostgresError) {
            connection = try PostgresConnection(
                address, password: password, timeout: PostgresPool.statementLimit, name: "sample-api")
        }

        /// Must be called by one thread at a time.
        func rows(_ statement: String, _ parameters: [String?]) throws(PostgresError) -> [[String?]] {
            try connection.rows(statement, parameters)
        }
    }

    private struct State {
        var idle: [Connection] = []
        var open = 0
        var active = 0
        var refusals = 0
        var isUp = true
    }

    /// The state of the pool.
    struct Reading: Equatable {
        /// Open connections.
        var open: Int
        /// Open connections in use.
        var active: Int
        /// Requests refused since the start because they waited too long.
        var refusals: Int
    }

    private static let statementLimit = Duration.seconds(5)

    /// The most connections.
    let size: Int
    private let address: String
    private let password: String?
    private let patience: Duration
    private let logger: Logger
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    /// A pool without connections yet.
    ///
    /// - Parameters:
    ///   - address: a connection string of libpq
    ///   - size: the most connections, each with a thread that waits for its replies
    ///   - patience: how long a request waits for a connection
    init(_ address: String, password: String?, size: Int, patience: Duration, logger: Logger) {
        self.address = address
        self.password = password
        self.size = size
        self.patience = patience
        self.logger = logger
        threads = NIOThreadPool(numberOfThreads: size)
        threads.start()
    }

    var reading: Reading { state.withLock { Reading(open: $0.open, active: $0.active, refusals: $0.refusals) } }

    /// Runs a statement on the next free connection.
    ///
    /// - Throws: ``APIError`` 503 if none is free in time, or the database does not answer
    @discardableResult
    func rows(_ statement: String, _ parameters: [String?]) async throws -> [[String?]] {
        let asked = ContinuousClock.now
        do {
            return try await threads.runIfActive { try self.perform(statement, parameters, asked: asked) }
        } catch let error as PostgresError {
            throw APIError(
                status: .serviceUnavailable, code: "database_unavailable", detail: error.description,
                headers: [.retryAfter: "1"])
        }
    }

    /// Creates missing tables. Must be called before any worker serves.
    static func prepare(_ address: String, password: String?) throws(PostgresError) {
        let connection = try PostgresConnection(
            address, password: password, timeout: statementLimit, name: "sample-api")
        for statement in [DatabaseUsers.schema, DatabaseItems.schema, DatabaseItems.stock] {
            try connection.rows(statement)
        }
    }

    private func perform(_ statement: String, _ parameters: [String?], asked: ContinuousClock.Instant) throws
        -> [[String?]]
    {
        guard ContinuousClock.now - asked <= patience else {
            state.withLock { $0.refusals += 1 }
            throw APIError(
                status: .serviceUnavailable, code: "pool_exhausted",
                detail: "All \(size) connections to the database are in use.", headers: [.retryAfter: "1"])
        }
        let idle = state.withLock { state in
            state.active += 1
            return state.idle.popLast()
        }
        defer { state.withLock { $0.active -= 1 } }
        do {
            // A restarted server has closed idle connections.
            guard let idle else { return try performOnNewConnection(statement, parameters) }
            do throws(PostgresError) {
                return try perform(statement, parameters, on: idle)
            } catch {
                guard error.isOfConnection else { throw error }
                return try performOnNewConnection(statement, parameters)
            }
        } catch let error as PostgresError where error.isOfConnection {
            let wasUp = state.withLock { state in
                defer { state.isUp = false }
                return state.isUp
            }
            if wasUp { logger.warning("PostgreSQL unavailable: \(error.description)") }
            throw error
        }
    }

    private func performOnNewConnection(
        _ statement: String, _ parameters: [String?]
    ) throws(PostgresError) -> [[String?]] {
        let made = try Connection(address, password: password)
        let wasUp = state.withLock { state in
            defer { state.isUp = true }
            state.open += 1
            return state.isUp
        }
        if !wasUp { logger.warning("PostgreSQL is available again") }
        return try perform(statement, parameters, on: made)
    }

    private func perform(
        _ statement: String, _ parameters: [String?], on connection: Connection
    ) throws(PostgresError) -> [[String?]] {
        do throws(PostgresError) {
            let rows = try connection.rows(statement, parameters)
            state.withLock { $0.idle.append(connection) }
            return rows
        } catch {
            state.withLock { state in
                if error.isOfConnection { state.open -= 1 } else { state.idle.append(connection) }
            }
            throw error
        }
    }
}
