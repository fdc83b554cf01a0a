import Traffic

/// Sessions by a field, cookie or claim that the user names.
extension SessionTable {
    mutating func sessionByKey(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>?,
        _ response: UnsafeMutablePointer<Message>?, _ now: Int64
    ) -> UInt32 {
        let carried = request.flatMap { finder.key(of: $0) }
        let given = response.flatMap { $0.pointee.status < 400 ? finder.key(of: $0) : nil }
        guard let key = carried ?? given else { return sessionOfConnection(connection) }
        exchangesWithKey &+= 1
        let session: UInt32
        if let entry = known[key] {
            session = entry.session
            known[key]?.isUsed = true
        } else if connection.pointee.hasIdentity {
            session = newSession()
        } else {
            // The exchanges before the first key on its connection belong to its session.
            session = sessionOfConnection(connection)
        }
        let entry = Known(
            session: session, ownerHigh: 0, ownerLow: 0, ownerUse: now, clientHigh: 0, clientLow: 0,
            lastUse: now)
        if known[key] == nil { remember(key, entry) }
        // A renewed cookie continues the session, unless the new value is already known.
        if let given, finder.isRenewable, known[given] == nil { remember(given, entry) }
        identify(connection, as: session)
        return session
    }
}
