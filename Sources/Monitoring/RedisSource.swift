import Formats
import Measurement
public import RedisClient

/// Reads a Redis server by INFO and the time of a PING, with two commands per reading (hiredis).
public final class RedisSource: WatchSource {

    /// The series of a reading, to check names.
    public static let names =
        ["ping", "rejected"] + RedisSource.figures.map(\.name)

    private static let figures: [(name: String, kind: MeasuredKind)] = [
        ("used_memory", .stock), ("used_memory_rss", .level), ("maxmemory", .level), ("connected_clients", .level),
        ("blocked_clients", .level), ("instantaneous_ops_per_sec", .level), ("total_commands_processed", .counter),
        ("rejected_connections", .counter), ("evicted_keys", .counter), ("expired_keys", .counter),
        ("keyspace_hits", .counter), ("keyspace_misses", .counter),
    ]

    private let connection: RedisConnection
    /// The number of queries to the server.
    public private(set) var questions = 0

    /// Connects, and authenticates if there is a password.
    ///
    /// - Parameter timeout: the timeout of connecting and of each command
    /// - Throws: the gap that it causes, if the server cannot be reached or refuses the password
    public init(_ address: RedisAddress, password: String?, timeout: Duration = .seconds(1)) throws(WatchGap) {
        do throws(RedisError) {
            connection = try RedisConnection(address, password: password, timeout: timeout)
        } catch {
            throw WatchGap(error.description)
        }
        if password != nil { questions += 1 }
    }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        let began = ContinuousClock.now
        _ = try text(["PING"])
        let ping = (ContinuousClock.now - began) / .milliseconds(1)
        let info = try text(["INFO"])
        questions += 2
        return [WatchFigure("ping", ping)] + Self.figures(in: info)
    }

    private func text(_ words: [String]) throws(WatchGap) -> String {
        let reply: RedisReply
        do throws(RedisError) {
            reply = try connection.command(words)
        } catch {
            throw WatchGap(error.description)
        }
        switch reply {
        case .text(let text): return text
        case .error(let text): throw WatchGap(text)
        case .integer, .other: throw WatchGap("a reply that is not text")
        }
    }

    /// The figures of an INFO text.
    static func figures(in info: String) -> [WatchFigure] {
        var values: [Substring: Double] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"), let value = Double(line[line.index(after: colon)...]) else {
                continue
            }
            values[line[..<colon]] = value
        }
        let found = figures.compactMap { name, kind in values[name[...]].map { WatchFigure(name, $0, kind.metric) } }
        return found + (values["rejected_connections"].map { [WatchFigure("rejected", $0, .counter)] } ?? [])
    }
}

/// The kind of value of a watch.
enum MeasuredKind {
    /// Memory and similar quantities, whose growth may be a leak.
    case stock
    case level
    case counter

    var metric: MetricKind {
        switch self {
        case .stock: .gauge
        case .level: .level
        case .counter: .counter
        }
    }
}
