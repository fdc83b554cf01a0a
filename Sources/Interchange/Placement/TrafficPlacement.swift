import HTTPWire
import Traffic

/// Assigns connection and session numbers to imported exchanges, across all files of an import.
///
/// A session is the one given by the file; otherwise that of a known credential; otherwise that of the connection, or
/// of the client if connections are unknown, unless the exchange has a different identity. Connections that a file does
/// not name are created so that concurrent HTTP/1 exchanges never share one. Bounded: a full table is emptied.
struct TrafficPlacement {
    /// Credentials, clients and connections remembered at once.
    private static let maximumEntries = 1 << 20
    /// The maximum number of created connections per client and host.
    private static let maximumLanes = 64

    private let sessionBy: ImportSessions
    /// The highest numbers assigned.
    private var lastConnection: UInt32 = 0
    private var lastSession: UInt32 = 0
    /// The offset of the numbers of the current file.
    private var firstConnection: UInt32 = 0
    private var firstSession: UInt32 = 0
    private var connections: [ImportedExchange.ConnectionMark: UInt32] = [:]
    private var sessions: [ImportedExchange.SessionMark: UInt32] = [:]
    private var origins: [Origin: Client] = [:]
    private var known: [String: UInt32] = [:]
    private var lanes: [LaneKey: [Lane]] = [:]
    private var named: Set<UInt32> = []

    /// The origin of an exchange, as far as known.
    private enum Origin: Hashable {
        case connection(UInt32)
        case client(String)
    }

    private struct Client {
        var session: UInt32
        var hasIdentity: Bool
    }

    private struct LaneKey: Hashable {
        var session: UInt32
        var scheme: HTTPScheme
        var authority: String
    }

    private struct Lane {
        var connection: UInt32
        var busyUntil: CaptureTime
    }

    init(sessionBy: ImportSessions) { self.sessionBy = sessionBy }

    /// Begins another file, with separate names of connections and sessions.
    mutating func beginFile() {
        firstConnection = lastConnection
        firstSession = lastSession
        connections.removeAll()
        sessions.removeAll()
        origins.removeAll()
        lanes.removeAll()
        named.removeAll()
    }

    /// Assigns connection and session to `imported`.
    ///
    /// - Returns: the exchange, and its connection if its addresses are known and it was not returned before.
    mutating func place(_ imported: ImportedExchange) -> (exchange: Exchange, connection: RecordedConnection?) {
        var exchange = imported.exchange
        let request = exchange.request.flatMap { RequestHead($0.head) }
        let response = exchange.response.flatMap { ResponseHead($0.head) }
        let connection = knownConnection(imported.connection)
        exchange.session = session(imported, connection, request, response)
        exchange.connection = connection ?? lane(exchange, request)
        return (exchange, recorded(exchange.connection, imported))
    }

    /// Renumbers a batch from another reader, which is numbered from 1, so that it continues the assigned numbers.
    mutating func renumber(_ batch: inout ExchangeBatch) {
        for index in batch.connections.indices {
            batch.connections[index].number = number(batch.connections[index].number, after: firstConnection)
            lastConnection = max(lastConnection, batch.connections[index].number)
        }
        for index in batch.records.indices {
            let connection = number(batch.records[index].connection, after: firstConnection)
            let session =
                sessionBy == .file
                ? sessionNumber(.file) : number(batch.records[index].session, after: firstSession)
            (batch.records[index].connection, batch.records[index].session) = (connection, session)
            lastConnection = max(lastConnection, connection)
            lastSession = max(lastSession, session)
        }
    }

    /// Numbers are unchanged in the first file. Past 2^32 they wrap, and may collide.
    private func number(_ number: UInt32, after first: UInt32) -> UInt32 { number &+ first }
}

extension TrafficPlacement {
    private mutating func knownConnection(_ mark: ImportedExchange.ConnectionMark) -> UInt32? {
        switch mark {
        case .unknown: return nil
        case .number(let given):
            let connection = number(given, after: firstConnection)
            lastConnection = max(lastConnection, connection)
            return connection
        case .name:
            if let connection = connections[mark] { return connection }
            if connections.count >= TrafficPlacement.maximumEntries { connections.removeAll(keepingCapacity: true) }
            lastConnection &+= 1
            connections[mark] = lastConnection
            return lastConnection
        }
    }

    private mutating func sessionNumber(_ mark: ImportedExchange.SessionMark) -> UInt32 {
        if let session = sessions[mark] { return session }
        if sessions.count >= TrafficPlacement.maximumEntries { sessions.removeAll(keepingCapacity: true) }
        lastSession &+= 1
        sessions[mark] = lastSession
        return lastSession
    }

    private mutating func session(
        _ imported: ImportedExchange, _ connection: UInt32?, _ request: RequestHead?, _ response: ResponseHead?
    ) -> UInt32 {
        if sessionBy == .file { return sessionNumber(.file) }
        let origin = connection.map { Origin.connection($0) } ?? Origin.client(TrafficPlacement.clientName(request))
        if sessionBy == .connection { return client(origin).session }
        switch imported.session {
        case .number(let given):
            let session = number(given, after: firstSession)
            lastSession = max(lastSession, session)
            return session
        case .name, .file: return sessionNumber(imported.session)
        case .unknown:
            let credentials = ImportedCredentials(
                request, response, imported.exchange, countsNames: connection == nil)
            return sessionByCredentials(origin, credentials)
        }
    }

    private mutating func sessionByCredentials(_ origin: Origin, _ credentials: ImportedCredentials) -> UInt32 {
        var client = client(origin)
        guard !credentials.carried.isEmpty || !credentials.given.isEmpty else { return client.session }
        if let carried = credentials.carried.first(where: { known[$0] != nil }), let session = known[carried] {
            client.session = session
        } else if client.hasIdentity {
            lastSession &+= 1
            client.session = lastSession
        }
        client.hasIdentity = true
        origins[origin] = client
        if known.count >= TrafficPlacement.maximumEntries { known.removeAll(keepingCapacity: true) }
        for credential in credentials.carried where known[credential] == nil { known[credential] = client.session }
        for credential in credentials.given { known[credential] = client.session }
        return client.session
    }

    private mutating func client(_ origin: Origin) -> Client {
        if let client = origins[origin] { return client }
        if origins.count >= TrafficPlacement.maximumEntries { origins.removeAll(keepingCapacity: true) }
        lastSession &+= 1
        let client = Client(session: lastSession, hasIdentity: false)
        origins[origin] = client
        return client
    }

    /// What distinguishes clients if connections are unknown: the address recorded by a proxy, and the user agent.
    private static func clientName(_ request: RequestHead?) -> String {
        let address = ["x-forwarded-for", "x-real-ip", "forwarded"].lazy.compactMap { request?.first($0) }.first
        return "\(address ?? "") \(request?.first("user-agent") ?? "")"
    }

    /// A created connection that is free when the exchange begins. All HTTP/2 exchanges share one.
    private mutating func lane(_ exchange: Exchange, _ request: RequestHead?) -> UInt32 {
        let key = LaneKey(session: exchange.session, scheme: exchange.scheme, authority: request?.authority ?? "")
        if lanes.count >= TrafficPlacement.maximumEntries { lanes.removeAll(keepingCapacity: true) }
        var free = lanes[key] ?? []
        let isShared = exchange.version == .http2
        let fit =
            free.indices.filter { isShared || free[$0].busyUntil <= exchange.began }.max {
                free[$0].busyUntil < free[$1].busyUntil
            }
        if let index = fit {
            free[index].busyUntil = max(free[index].busyUntil, exchange.ended)
            lanes[key] = free
            return free[index].connection
        }
        lastConnection &+= 1
        if free.count >= TrafficPlacement.maximumLanes { free.removeFirst() }
        free.append(Lane(connection: lastConnection, busyUntil: exchange.ended))
        lanes[key] = free
        return lastConnection
    }

    private mutating func recorded(_ number: UInt32, _ imported: ImportedExchange) -> RecordedConnection? {
        guard imported.client != nil || imported.server != nil, !named.contains(number) else { return nil }
        if named.count >= TrafficPlacement.maximumEntries { named.removeAll(keepingCapacity: true) }
        named.insert(number)
        let unknown = SocketAddress(v4: 0, port: 0)
        return RecordedConnection(
            number: number, client: imported.client ?? unknown, server: imported.server ?? unknown)
    }
}
