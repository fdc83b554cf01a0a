import Credentials
import Glibc
import HTTPWire
import Traffic

/// Assigns exchanges to sessions (``SessionBy``).
///
/// Credentials and keys are stored as hashes. Bounded: the oldest ones without recent use are forgotten first.
struct SessionTable {
    /// The state of a credential.
    struct Known {
        var session: UInt32
        /// The client that used it first, and when that client last used it.
        var ownerHigh: UInt64
        var ownerLow: UInt64
        var ownerUse: Int64
        /// The client that used it last, and when.
        var clientHigh: UInt64
        var clientLow: UInt64
        var lastUse: Int64
        /// The identity that last accompanied it, and the place of that identity; 0 for none.
        var companion: UInt64 = 0
        var companionPlace: UInt32 = 0
        /// Whether several clients use it, as with an API key, so that it does not identify one.
        var isShared = false
        /// Whether a response issued it: then it is not a program's API key, whatever it identifies.
        var isGiven = false
        /// Whether it was used since it was last considered for eviction.
        var isUsed = false
    }

    private struct Client: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private let sessionBy: SessionBy
    private let maximumCredentials: Int
    let maximumBodyBytes: Int
    let seed: UInt64
    private var lastSession: UInt32 = 0
    private var clients: [Client: UInt32] = [:]
    var known: [Credential: Known] = [:]
    /// The known credentials, oldest first, from index `oldest` on.
    private var order: [Credential] = []
    private var oldest = 0
    var carried: CredentialList
    var given: CredentialList
    var names: CredentialList
    var claims = ClaimReader()
    /// The subject of the last token read: for a new token it is needed twice.
    var lastSubject: (token: Credential, subject: Credential?)?
    var finder: SessionKeyFinder
    /// Exchanges that contain the value named by the user.
    var exchangesWithKey: UInt64 = 0

    init(sessionBy: SessionBy, limits: CaptureLimits) {
        self.sessionBy = sessionBy
        maximumCredentials = limits.maxCredentials
        maximumBodyBytes = limits.maxTokenBodyBytes
        var generator = SystemRandomNumberGenerator()
        seed = generator.next()
        carried = CredentialList(seed: seed)
        given = CredentialList(seed: seed)
        names = CredentialList(seed: seed)
        finder = SessionKeyFinder(sessionBy, maximumBodyBytes: limits.maxTokenBodyBytes, seed: seed)
    }

    /// The session of an exchange on `connection`; 1 and up.
    mutating func session(
        of connection: UnsafeMutablePointer<Connection>, request: UnsafeMutablePointer<Message>?,
        response: UnsafeMutablePointer<Message>?, now: Int64
    ) -> UInt32 {
        switch sessionBy {
        case .connection: sessionOfConnection(connection)
        case .client: sessionOfClient(connection)
        case .auto: sessionByCredentials(connection, request, response, now)
        case .header, .cookie, .query, .jwt: sessionByKey(connection, request, response, now)
        }
    }

    mutating func newSession() -> UInt32 {
        lastSession &+= 1
        return lastSession
    }

    /// The session of an exchange without identity: that of its predecessors on the connection, unless the connection
    /// has many users.
    mutating func sessionOfConnection(_ connection: UnsafeMutablePointer<Connection>) -> UInt32 {
        if connection.pointee.identityChanges > 1 {
            if connection.pointee.anonymousSession == 0 {
                connection.pointee.anonymousSession = newSession()
            }
            return connection.pointee.anonymousSession
        }
        if connection.pointee.session == 0 { connection.pointee.session = newSession() }
        return connection.pointee.session
    }

    /// Makes `session` the current identity of the connection.
    func identify(_ connection: UnsafeMutablePointer<Connection>, as session: UInt32) {
        if connection.pointee.hasIdentity, connection.pointee.session != session,
            connection.pointee.identityChanges < UInt8.max
        {
            connection.pointee.identityChanges += 1
        }
        connection.pointee.session = session
        connection.pointee.hasIdentity = true
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

    /// Stores the state of a credential, replacing the previous one.
    mutating func remember(_ credential: Credential, _ entry: Known) {
        if known.updateValue(entry, forKey: credential) == nil { order.append(credential) }
        // Used credentials get a second chance; few at a time, so that no packet waits long.
        var chances = 16
        while known.count > maximumCredentials, oldest < order.count {
            let candidate = order[oldest]
            oldest += 1
            if chances > 0, known[candidate]?.isUsed == true {
                known[candidate]?.isUsed = false
                order.append(candidate)
                chances -= 1
            } else {
                known[candidate] = nil
            }
        }
        if oldest > 4096, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}

extension UnsafeMutablePointer<Message> {
    /// The bytes of the message's head.
    var headBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointee.buffer?.start, count: Int(pointee.headBytes))
    }

    /// The bytes kept of its body.
    var bodyBytes: UnsafeRawBufferPointer {
        guard let buffer = pointee.buffer else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(
            start: buffer.start + Int(pointee.headBytes), count: Int(pointee.keptBodyBytes))
    }
}
