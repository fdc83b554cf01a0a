import Glibc
import HTTPWire
import Traffic

/// Which session an exchange belongs to.
///
/// With ``SessionBy/auto``: the session that a credential it carries is known to belong to; else a new one when it brings an
/// identity other than its connection's; else its connection's. Credentials a response gives belong to its session. Bounded:
/// the oldest credentials are forgotten first.
struct SessionTable {
    private struct Known {
        var session: UInt32
        /// Of the client that used it last, to see when several clients use it at once.
        var clientHigh: UInt64
        var clientLow: UInt64
        var lastUse: Int64
        /// Used by several clients at once, as an API key is: no identity.
        var isShared = false
    }

    private struct Client: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private let sessionBy: SessionBy
    private let maximumCredentials: Int
    private let maximumBodyBytes: Int
    private var lastSession: UInt32 = 0
    private var clients: [Client: UInt32] = [:]
    private var known: [Credential: Known] = [:]
    /// The credentials known, oldest first from `oldest` on.
    private var order: [Credential] = []
    private var oldest = 0
    private var carried: CredentialScanner
    private var given: CredentialScanner
    private var names: CredentialScanner

    init(sessionBy: SessionBy, limits: CaptureLimits) {
        self.sessionBy = sessionBy
        maximumCredentials = limits.maxCredentials
        maximumBodyBytes = limits.maxTokenBodyBytes
        var generator = SystemRandomNumberGenerator()
        let seed: UInt64 = generator.next()
        carried = CredentialScanner(seed: seed)
        given = CredentialScanner(seed: seed)
        names = CredentialScanner(seed: seed)
    }

    /// The session of an exchange on `connection`; 1 and up.
    mutating func session(
        of connection: UnsafeMutablePointer<Connection>, request: UnsafeMutablePointer<Message>?,
        response: UnsafeMutablePointer<Message>?, now: Int64
    ) -> UInt32 {
        switch sessionBy {
        case .connection: return sessionOfConnection(connection)
        case .client: return sessionOfClient(connection)
        case .auto: return sessionByCredentials(connection, request, response, now)
        }
    }

    private mutating func newSession() -> UInt32 {
        lastSession &+= 1
        return lastSession
    }

    private mutating func sessionOfConnection(_ connection: UnsafeMutablePointer<Connection>) -> UInt32 {
        if connection.pointee.session == 0 { connection.pointee.session = newSession() }
        return connection.pointee.session
    }

    private mutating func sessionOfClient(_ connection: UnsafeMutablePointer<Connection>) -> UInt32 {
        let address = connection.pointee.endpoint(Int(connection.pointee.requestDirection))
        let client = Client(high: address.high, low: address.low)
        if let session = clients[client] { return session }
        if clients.count >= maximumCredentials { clients.removeAll(keepingCapacity: true) }
        let session = newSession()
        clients[client] = session
        return session
    }

    private mutating func sessionByCredentials(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>?,
        _ response: UnsafeMutablePointer<Message>?, _ now: Int64
    ) -> UInt32 {
        carried.removeAll()
        given.removeAll()
        names.removeAll()
        if let request { scanRequest(request) }
        if let response { scanResponse(response, to: request) }
        guard !carried.found.isEmpty || !given.found.isEmpty else { return sessionOfConnection(connection) }
        if !given.found.isEmpty, let request, request.pointee.keptBodyBytes > 0 {
            names.scanBody(body(request), for: .userName)
        }
        let session = choose(connection, now)
        bind(to: session, connection, now)
        connection.pointee.session = session
        return session
    }

    private mutating func choose(_ connection: UnsafeMutablePointer<Connection>, _ now: Int64) -> UInt32 {
        let client = connection.pointee.endpoint(Int(connection.pointee.requestDirection))
        var bringsIdentity = !given.found.isEmpty
        for credential in carried.found {
            guard var entry = known[credential] else {
                // A cookie that nobody gave and whose name says nothing is no identity.
                if credential.kind == .token || credential.kind == .sessionCookie { bringsIdentity = true }
                continue
            }
            let isOther = entry.clientHigh != client.high || entry.clientLow != client.low
            if isOther, now &- entry.lastUse < 10_000_000_000 { entry.isShared = true }
            (entry.clientHigh, entry.clientLow, entry.lastUse) = (client.high, client.low, now)
            known[credential] = entry
            if !entry.isShared { return entry.session }
        }
        // A login under the name that the connection's session is known by goes on with that session.
        if let name = names.found.first, let entry = known[name], entry.session == connection.pointee.session {
            return entry.session
        }
        if bringsIdentity, connection.pointee.hasIdentity { return newSession() }
        return sessionOfConnection(connection)
    }

    private mutating func bind(to session: UInt32, _ connection: UnsafeMutablePointer<Connection>, _ now: Int64) {
        let client = connection.pointee.endpoint(Int(connection.pointee.requestDirection))
        let entry = Known(session: session, clientHigh: client.high, clientLow: client.low, lastUse: now)
        for credential in carried.found where credential.kind != .cookie && known[credential] == nil {
            remember(credential, entry)
        }
        for credential in given.found + names.found {
            if let before = known[credential], before.session != session, credential.kind != .userName {
                // Given to several: it names nobody.
                known[credential]?.isShared = true
            } else {
                remember(credential, entry)
            }
        }
        connection.pointee.hasIdentity = true
    }

    private mutating func remember(_ credential: Credential, _ entry: Known) {
        if known.updateValue(entry, forKey: credential) == nil { order.append(credential) }
        while known.count > maximumCredentials, oldest < order.count {
            known[order[oldest]] = nil
            oldest += 1
        }
        if oldest > 4096, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}

extension SessionTable {
    private mutating func scanRequest(_ request: UnsafeMutablePointer<Message>) {
        if request.pointee.hasCredentials { carried.scanHead(head(request)) }
        if mayHoldToken(request) { carried.scanBody(body(request), for: .token) }
    }

    private mutating func scanResponse(
        _ response: UnsafeMutablePointer<Message>, to request: UnsafeMutablePointer<Message>?
    ) {
        guard response.pointee.status < 400 else { return }
        if response.pointee.hasCredentials { given.scanHead(head(response)) }
        // What is merely fetched gives no token, unless it is about as small as an answer that does.
        guard request?.pointee.method != .get || Int(response.pointee.keptBodyBytes) <= Self.maximumFetchedBytes,
            CredentialScanner.isJSON(body(response)), mayHoldToken(response)
        else { return }
        given.scanBody(body(response), for: .token)
    }

    /// Bytes of a response to GET that are searched for tokens at most.
    private static let maximumFetchedBytes = 4096

    /// Most bodies hold none, and a quick search tells.
    private func mayHoldToken(_ message: UnsafeMutablePointer<Message>) -> Bool {
        let count = Int(message.pointee.keptBodyBytes)
        return count > 0 && count <= maximumBodyBytes && CredentialScanner.mentionsToken(body(message))
    }

    private func head(_ message: UnsafeMutablePointer<Message>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: message.pointee.buffer?.start, count: Int(message.pointee.headBytes))
    }

    private func body(_ message: UnsafeMutablePointer<Message>) -> UnsafeRawBufferPointer {
        guard let buffer = message.pointee.buffer else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(
            start: buffer.start + Int(message.pointee.headBytes), count: Int(message.pointee.keptBodyBytes))
    }
}
