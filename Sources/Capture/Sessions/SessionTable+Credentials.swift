import Credentials
import Formats
import HTTPWire
import Traffic

/// Sessions by credentials (``SessionBy/auto``).
///
/// An exchange belongs to the session of a known credential that it carries; otherwise to a new session if its identity
/// differs from its connection's; otherwise to its connection's session. Credentials that a response issues belong to
/// the session of the exchange.
///
/// A credential is *shared*, and identifies no one from then on, if
/// - clients of two addresses use it within 10 seconds, or its first user returns within 5 minutes after another user:
///   a client that moves to another network does not return;
/// - it accompanies one credential in a place (a cookie's name, a field) and then another one in that place that does
///   not belong to the session: an API key together with the cookies of several users. A cookie that a response issued
///   is not such a key;
/// - responses issue it to several sessions. On a connection of one of these, it still belongs to that session.
extension SessionTable {
    private static let overlap = 10 * Nanoseconds.perSecond
    private static let comeback = 300 * Nanoseconds.perSecond

    mutating func sessionByCredentials(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>?,
        _ response: UnsafeMutablePointer<Message>?, _ now: Int64
    ) -> UInt32 {
        let scansRequest = request.map { mayCarry($0) } ?? false
        let scansResponse = response.map { mayGive($0, to: request) } ?? false
        guard scansRequest || scansResponse else { return sessionOfConnection(connection) }
        carried.removeAll()
        given.removeAll()
        names.removeAll()
        if scansRequest, let request { scanRequest(request) }
        if scansResponse, let response { scanResponse(response, to: request) }
        guard !carried.found.isEmpty || !given.found.isEmpty else {
            return sessionOfConnection(connection)
        }
        if !given.found.isEmpty, let request, request.pointee.keptBodyBytes > 0 {
            names.scanUserName(inBody: request.bodyBytes)
        }
        let use = noteUse(connection, now)
        guard let session = use.session ?? choose(connection) else {
            return sessionOfConnection(connection)
        }
        if use.session == nil || use.hasStrangers || !given.found.isEmpty {
            bind(to: session, connection, now)
        }
        identify(connection, as: session)
        return session
    }

    /// The session of an exchange without a known credential; nil if it carries no identity.
    private mutating func choose(_ connection: UnsafeMutablePointer<Connection>) -> UInt32? {
        var bringsIdentity = !given.found.isEmpty
        for (credential, value) in zip(carried.found, carried.values)
        where credential.isIdentity && known[credential] == nil {
            bringsIdentity = true
            if let session = sessionOfSubject(credential, value), session == connection.pointee.session {
                return session
            }
        }
        // A login with the user name of the connection's session continues that session.
        if let name = names.found.first, let entry = known[name],
            entry.session == connection.pointee.session
        {
            return entry.session
        }
        // A cookie that no response issued and whose name suggests nothing is not an identity.
        guard bringsIdentity else { return nil }
        return connection.pointee.hasIdentity ? newSession() : firstSession(of: connection)
    }

    /// The session of the first identity of a connection, which includes the exchanges before it.
    private mutating func firstSession(of connection: UnsafeMutablePointer<Connection>) -> UInt32 {
        if connection.pointee.session == 0 { connection.pointee.session = newSession() }
        return connection.pointee.session
    }

    private mutating func bind(
        to session: UInt32, _ connection: UnsafeMutablePointer<Connection>, _ now: Int64
    ) {
        let client = connection.pointee.endpoint(Int(connection.pointee.requestDirection))
        let entry = Known(
            session: session, ownerHigh: client.high, ownerLow: client.low, ownerUse: now,
            clientHigh: client.high,
            clientLow: client.low, lastUse: now)
        for (credential, value) in zip(carried.found, carried.values)
        where credential.kind != .cookie && credential.kind != .linkParameter && known[credential] == nil {
            var entry = entry
            if let companion = companion(of: credential) {
                entry.companion = UInt64(truncatingIfNeeded: companion.hash)
                entry.companionPlace = companion.place
            }
            remember(credential, entry)
            if let subject = subject(credential, value) { remember(subject, entry) }
        }
        for credential in names.found { remember(credential, entry) }
        var givenEntry = entry
        givenEntry.isGiven = true
        for credential in given.found {
            guard let before = known[credential], before.session != session else {
                // A credential issued again keeps its state, such as being shared, and its companion.
                if known[credential] == nil {
                    remember(credential, givenEntry)
                } else {
                    known[credential]?.isGiven = true
                }
                continue
            }
            // Issued to several sessions, as with cookies made from the current second: it identifies no one, except on
            // its own connections.
            known[credential]?.isShared = true
            remember(credential.given(to: before.session), givenEntry)
            remember(credential.given(to: session), givenEntry)
        }
    }
}

/// Credentials of several users.
extension SessionTable {
    /// Checks whether the carried known credentials are shared, and notes their current user.
    ///
    /// - Returns: the session of the first that is not shared, and whether any are unknown.
    private mutating func noteUse(
        _ connection: UnsafeMutablePointer<Connection>, _ now: Int64
    ) -> (session: UInt32?, hasStrangers: Bool) {
        let client = connection.pointee.endpoint(Int(connection.pointee.requestDirection))
        var session: UInt32?
        var ofConnection: UInt32?
        var hasStrangers = false
        let own = connection.pointee.session
        for credential in carried.found {
            guard let index = known.index(forKey: credential) else {
                hasStrangers = true
                continue
            }
            var entry = known.values[index]
            let isOwner = entry.ownerHigh == client.high && entry.ownerLow == client.low
            let isOther = entry.clientHigh != client.high || entry.clientLow != client.low
            if isOther, now &- entry.lastUse < SessionTable.overlap { entry.isShared = true }
            if isOther, isOwner, now &- entry.ownerUse < SessionTable.comeback { entry.isShared = true }
            (entry.clientHigh, entry.clientLow, entry.lastUse) = (client.high, client.low, now)
            if isOwner { entry.ownerUse = now }
            if let companion = companion(of: credential) {
                note(companion, nextTo: &entry, isKey: !(entry.isGiven && credential.isCookie))
            }
            entry.isUsed = true
            known.values[index] = entry
            if !entry.isShared {
                session = session ?? entry.session
            } else if own != 0, entry.isGiven, known[credential.given(to: own)] != nil {
                ofConnection = own
                continue
            }
            // The client assumed to be its first user is another one.
            if entry.isShared, !isOwner, connection.pointee.session == entry.session {
                connection.pointee.session = 0
                connection.pointee.hasIdentity = false
            }
        }
        return (session ?? ofConnection, hasStrangers)
    }

    /// - Parameter isKey: whether another session's companion shows that it is a shared key.
    private mutating func note(_ companion: Credential, nextTo entry: inout Known, isKey: Bool) {
        let hash = UInt64(truncatingIfNeeded: companion.hash)
        if isKey, entry.companionPlace == companion.place, entry.companion != hash {
            let session =
                known[companion]?.session
                ?? carried.found.firstIndex(of: companion).flatMap {
                    sessionOfSubject(companion, carried.values[$0])
                }
            if session != entry.session { entry.isShared = true }
        }
        entry.companion = hash
        entry.companionPlace = companion.place
    }

    /// The first identity of the request in another place.
    private func companion(of credential: Credential) -> Credential? {
        guard carried.found.count > 1, credential.place != 0 else { return nil }
        return carried.found.first { $0.isIdentity && $0.place != 0 && $0.place != credential.place }
    }

    /// The session of an unknown token's subject: clients that sign their own tokens change them.
    private mutating func sessionOfSubject(_ credential: Credential, _ value: UnsafeRawBufferPointer)
        -> UInt32?
    {
        guard let subject = subject(credential, value), known[subject]?.isShared == false else {
            return nil
        }
        return known[subject]?.session
    }

    /// The issuer and subject of a JSON Web Token (RFC 7519 section 4.1).
    private mutating func subject(_ credential: Credential, _ value: UnsafeRawBufferPointer)
        -> Credential?
    {
        guard credential.kind == .token else { return nil }
        if let lastSubject, lastSubject.token == credential { return lastSubject.subject }
        let seed = self.seed
        let subject = claims.withClaims(SessionTable.issuer, SessionTable.subject, of: value) {
            issuer, subject in
            var credential = Credential(.subject, subject, seed: seed)
            if let issuer { credential.hash ^= Credential(.token, issuer, seed: seed).hash }
            return credential
        }
        lastSubject = (credential, subject)
        return subject
    }

    private static let issuer = Array("iss".utf8)
    private static let subject = Array("sub".utf8)
}

/// The places that are searched for credentials.
extension SessionTable {
    private mutating func scanRequest(_ request: UnsafeMutablePointer<Message>) {
        if request.pointee.hasCredentials { carried.scanHead(request.headBytes) }
        carried.scanTarget(ofHead: request.headBytes)
        if mayHoldToken(request) { carried.scanTokens(inBody: request.bodyBytes) }
    }

    private mutating func scanResponse(
        _ response: UnsafeMutablePointer<Message>, to request: UnsafeMutablePointer<Message>?
    ) {
        if response.pointee.hasCredentials { given.scanHead(response.headBytes) }
        if mayGiveInBody(response, to: request) { given.scanTokens(inBody: response.bodyBytes) }
    }

    private func mayCarry(_ request: UnsafeMutablePointer<Message>) -> Bool {
        request.pointee.hasCredentials || CredentialList.target(ofHead: request.headBytes) != nil
            || mayHoldToken(request)
    }

    private func mayGive(
        _ response: UnsafeMutablePointer<Message>, to request: UnsafeMutablePointer<Message>?
    ) -> Bool {
        guard response.pointee.status < 400 else { return false }
        return response.pointee.hasCredentials || mayGiveInBody(response, to: request)
    }

    /// Whether a response body may issue a token. A response to GET does so only if it is small.
    private func mayGiveInBody(
        _ response: UnsafeMutablePointer<Message>, to request: UnsafeMutablePointer<Message>?
    ) -> Bool {
        let isSmall = Int(response.pointee.keptBodyBytes) <= SessionTable.maximumFetchedBytes
        return (isSmall || request?.pointee.method != .get) && CallerScanner.isJSON(response.bodyBytes)
            && mayHoldToken(response)
    }

    /// The maximum bytes of a response to GET that are searched for tokens.
    private static let maximumFetchedBytes = 4096

    /// A quick search that rules out tokens in most bodies.
    private func mayHoldToken(_ message: UnsafeMutablePointer<Message>) -> Bool {
        let count = Int(message.pointee.keptBodyBytes)
        return count > 0 && count <= maximumBodyBytes && CallerScanner.mentionsToken(message.bodyBytes)
    }
}
