import Credentials
import Glibc
import HTTPWire
import Traffic

/// Which session an exchange belongs to (``SessionBy``).
///
/// Credentials and keys are remembered as hashes. Bounded: the oldest that were not used since are forgotten first.
struct SessionTable {
    /// What is known of a credential.
    struct Known {
        var session: UInt32
        /// The client that used it first, and when it did last.
        var ownerHigh: UInt64
        var ownerLow: UInt64
        var ownerUse: Int64
        /// The client that used it last, and when.
        var clientHigh: UInt64
        var clientLow: UInt64
        var lastUse: Int64
        /// The other identity that was beside it last, and where; 0 for none.
        var companion: UInt64 = 0
        var companionPlace: UInt32 = 0
        /// Used by several clients at once, as an API key is: no identity.
        var isShared = false
        /// Whether a response gave it: whatever it identifies, it is not a program's key.
        var isGiven = false
        /// Whether it was used since it was last in line to be forgotten.
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
    /// The credentials known, oldest first from `oldest` on.
    private var order: [Credential] = []
    private var oldest = 0
    var carried: CredentialList
    var given: CredentialList
    var names: CredentialList
    var claims = ClaimReader()
    var finder: SessionKeyFinder
    /// Exchanges in which the value was found that the user names.
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

    /// The session of what carries no identity: that of what came before it on its connection, unless that is of many users.
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

    /// Notes that `session`'s identity is the connection's now.
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

    /// Remembers a credential, in place of what was known of it.
    mutating func remember(_ credential: Credential, _ entry: Known) {
        if known.updateValue(entry, forKey: credential) == nil { order.append(credential) }
        // A second chance for those in use; few enough at a time that no packet waits long.
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
