import Credentials
import Formats
import HTTPWire
import Traffic

/// Sessions by credentials (``SessionBy/auto``).
///
/// An exchange belongs to the session that a credential it carries is known to belong to; else to a new one when it brings an
/// identity other than its connection's; else to its connection's. Credentials that a response gives belong to its session.
///
/// A credential is *shared*, and names no one from then on, when
/// - clients of two addresses use it within 10 seconds, or its first user comes back within 5 minutes after another: a
///   client that moves to another network does not come back;
/// - it is beside one credential in a place (a cookie's name, a field) and then beside another there that the session
///   was not given: an API key beside the cookies of several users. A cookie that a response gave is no such key;
/// - responses give it to several sessions. On a connection of one of those it is still that session's.
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

    /// The session of an exchange that carries nothing that is known and names one; nil when nothing names anybody.
    private mutating func choose(_ connection: UnsafeMutablePointer<Connection>) -> UInt32? {
        var bringsIdentity = !given.found.isEmpty
        for (credential, value) in zip(carried.found, carried.values)
        where credential.isIdentity && known[credential] == nil {
            bringsIdentity = true
            if let session = sessionOfSubject(credential, value), session == connection.pointee.session {
                return session
            }
        }
        // A login under the name that the connection's session is known by continues with that session.
        if let name = names.found.first, let entry = known[name],
            entry.session == connection.pointee.session
        {
            return entry.session
        }
        // A cookie that no one gave and whose name says nothing is no identity.
        guard bringsIdentity else { return nil }
        return connection.pointee.hasIdentity ? newSession() : firstSession(of: connection)
    }

    /// The session of the first identity of a connection: what came before it belongs to it too.
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
                // Given again it continues as it was: shared, or beside what it is beside.
                if known[credential] == nil {
                    remember(credential, givenEntry)
                } else {
                    known[credential]?.isGiven = true
                }
                continue
            }
            // Given to several, as two cookies of one second are: it names no one, but may tell on a connection.
            known[credential]?.isShared = true
            remember(credential.given(to: before.session), givenEntry)
            remember(credential.given(to: session), givenEntry)
        }
    }
}

/// Credentials of several users.
extension SessionTable {
    /// Looks at every known credential that is carried for what shows that it is shared, and notes who uses it now.
    ///
    /// - Returns: the session of the first that is not shared, and whether there are any that are not known.
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
                note(companion, beside: &entry, isKey: !(entry.isGiven && credential.isCookie))
            }
            entry.isUsed = true
            known.values[index] = entry
            if !entry.isShared {
                session = session ?? entry.session
            } else if own != 0, entry.isGiven, known[credential.given(to: own)] != nil {
                ofConnection = own
                continue
            }
            // Who was taken for its first user is someone else.
            if entry.isShared, !isOwner, connection.pointee.session == entry.session {
                connection.pointee.session = 0
                connection.pointee.hasIdentity = false
            }
        }
        return (session ?? ofConnection, hasStrangers)
    }

    /// - Parameter isKey: whether a companion of someone else's makes it a key that several use.
    private mutating func note(_ companion: Credential, beside entry: inout Known, isKey: Bool) {
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

    /// The first other identity of the request that is in another place.
    private func companion(of credential: Credential) -> Credential? {
        guard carried.found.count > 1, credential.place != 0 else { return nil }
        return carried.found.first { $0.isIdentity && $0.place != 0 && $0.place != credential.place }
    }

    /// The session of whom a token that is not known itself is about: clients that sign their own tokens change them.
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
        let seed = self.seed
        return claims.withClaims(SessionTable.issuer, SessionTable.subject, of: value) {
            issuer, subject in
            var credential = Credential(.subject, subject, seed: seed)
            if let issuer { credential.hash ^= Credential(.token, issuer, seed: seed).hash }
            return credential
        }
    }

    private static let issuer = Array("iss".utf8)
    private static let subject = Array("sub".utf8)
}

/// Where credentials are looked for.
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

    /// What is merely fetched gives no token, unless it is about as small as an answer that does.
    private func mayGiveInBody(
        _ response: UnsafeMutablePointer<Message>, to request: UnsafeMutablePointer<Message>?
    ) -> Bool {
        let isSmall = Int(response.pointee.keptBodyBytes) <= SessionTable.maximumFetchedBytes
        return (isSmall || request?.pointee.method != .get) && CallerScanner.isJSON(response.bodyBytes)
            && mayHoldToken(response)
    }

    /// Bytes of a response to GET that are searched for tokens at most.
    private static let maximumFetchedBytes = 4096

    /// Most bodies hold none, and a quick search tells.
    private func mayHoldToken(_ message: UnsafeMutablePointer<Message>) -> Bool {
        let count = Int(message.pointee.keptBodyBytes)
        return count > 0 && count <= maximumBodyBytes && CallerScanner.mentionsToken(message.bodyBytes)
    }
}
