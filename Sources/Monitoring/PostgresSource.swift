import Measurement
import PostgresClient

/// Reads a PostgreSQL database through its statistics views, with one statement per reading (libpq).
public final class PostgresSource: WatchSource {

    /// The series of a reading, to check names.
    public static let names = [
        "connections", "active", "idle", "idle_in_transaction", "idle_in_transaction_aborted", "other", "waiting",
        "max_connections", "pool_use", "xact_commit", "xact_rollback", "blks_hit", "blks_read", "deadlocks", "locks",
        "locks_waiting", "longest_transaction",
    ]

    private static let counters: Set<String> = ["xact_commit", "xact_rollback", "blks_hit", "blks_read", "deadlocks"]

    private static let statement = """
        WITH a AS (SELECT state, wait_event_type, xact_start FROM pg_stat_activity
                   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
             s AS (SELECT replace(replace(replace(coalesce(state, 'other'), ' ', '_'), '(', ''), ')', '') AS state FROM a),
             d AS (SELECT * FROM pg_stat_database WHERE datname = current_database())
        SELECT 'connections', count(*)::float8 FROM a
        UNION ALL SELECT n, (SELECT count(*) FROM s WHERE s.state = n)::float8
                  FROM unnest(ARRAY['active', 'idle', 'idle_in_transaction', 'idle_in_transaction_aborted', 'other']) n
        UNION ALL SELECT 'waiting', count(*)::float8 FROM a WHERE wait_event_type = 'Lock'
        UNION ALL SELECT 'longest_transaction', coalesce(extract(epoch FROM now() - min(xact_start)), 0)::float8 FROM a
        UNION ALL SELECT 'max_connections', setting::float8 FROM pg_settings WHERE name = 'max_connections'
        UNION ALL SELECT v.n, v.x::float8 FROM d, LATERAL (VALUES ('xact_commit', xact_commit),
                  ('xact_rollback', xact_rollback), ('blks_hit', blks_hit), ('blks_read', blks_read),
                  ('deadlocks', deadlocks)) AS v(n, x)
        UNION ALL SELECT 'locks', count(*)::float8 FROM pg_locks
        UNION ALL SELECT 'locks_waiting', count(*)::float8 FROM pg_locks WHERE NOT granted
        """

    private let connection: PostgresConnection
    /// The number of queries to the server.
    public private(set) var questions = 0

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: a URL or words such as `host=/run/postgresql dbname=app`, without a password
    ///   - timeout: the timeout of connecting and of the statement, in whole seconds
    /// - Throws: the gap that it causes, if the server cannot be reached or refuses the connection
    public init(_ address: String, password: String?, timeout: Duration = .seconds(2)) throws(WatchGap) {
        do throws(PostgresError) {
            connection = try PostgresConnection(address, password: password, timeout: timeout, name: "reprise")
        } catch {
            throw WatchGap(error.description)
        }
    }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        let found: [[String?]]
        do throws(PostgresError) {
            found = try connection.rows(Self.statement)
        } catch {
            throw WatchGap(error.description)
        }
        questions += 1
        let rows = found.compactMap { row -> (String, Double)? in
            guard row.count == 2, let name = row[0], let value = row[1].flatMap({ Double($0) }) else { return nil }
            return (name, value)
        }
        var figures = rows.map { WatchFigure($0.0, $0.1, Self.counters.contains($0.0) ? .counter : .level) }
        let value = { (name: String) in rows.first { $0.0 == name }?.1 }
        if let connections = value("connections"), let most = value("max_connections"), most > 0 {
            figures.append(WatchFigure("pool_use", connections / most))
        }
        return figures
    }
}
