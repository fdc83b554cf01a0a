import Formats
import Traffic

/// Joins recorded sessions that are one: the second goes on under a token that a response to the first one gave, or logs in
/// somebody whom the first one registered.
///
/// Whoever recorded them may not have known a token as one when it was given, in a compressed body or under a name of the
/// service's own, or have seen a connection for each request; here the whole recording can be searched. A token that
/// several sessions carry is nobody's.
struct SessionJoining {
    /// The longest response that is searched for tokens; what is merely fetched is shorter where it gives one.
    static let bodyLimit = 64 << 10
    static let fetchedLimit = 4 << 10
    /// The most tokens of one session that are looked for.
    static let tokenLimit = 32
    /// Shorter values are no tokens.
    static let shortestToken = 16

    /// A token of a session that no response of its own gave before.
    private struct Stray {
        var session: Int
        var sentNs: Int64
        /// The session that was given it last before, and when.
        var giver: (session: Int, endedNs: Int64)?
        var isShared = false
    }

    private let sessions: [RecordedSession]
    private var strays: [[UInt8]: Stray] = [:]
    /// Sessions that belong to an earlier one.
    private var pairs: [(earlier: Int, later: Int)] = []

    /// The sessions of `sessions`, those that are one as one, under the number of the first.
    static func joined(_ sessions: [RecordedSession]) -> [RecordedSession] {
        guard sessions.count > 1 else { return sessions }
        var joining = SessionJoining(sessions)
        if !joining.strays.isEmpty { joining.findGivers() }
        joining.pairs += Registrations(sessions).pairs
        return joining.pairs.isEmpty ? sessions : joining.joined
    }

    private init(_ sessions: [RecordedSession]) {
        self.sessions = sessions
        for (index, session) in sessions.enumerated() {
            for (token, sentNs) in SessionJoining.strangeTokens(of: session) {
                if let known = strays[token], known.session != index {
                    strays[token]?.isShared = true
                } else {
                    strays[token] = Stray(session: index, sentNs: sentNs)
                }
            }
        }
    }

    private var joined: [RecordedSession] {
        var firsts = Array(sessions.indices)
        func first(_ session: Int) -> Int {
            var session = session
            while firsts[session] != session { session = firsts[session] }
            return session
        }
        for pair in pairs {
            let (one, other) = (first(pair.earlier), first(pair.later))
            let isOrdered = (sessions[one].began, one) <= (sessions[other].began, other)
            firsts[isOrdered ? other : one] = isOrdered ? one : other
        }
        var members: [Int: [Int]] = [:]
        for session in sessions.indices { members[first(session), default: []].append(session) }
        return sessions.indices.compactMap { session in
            guard let members = members[session] else { return nil }
            guard members.count > 1 else { return sessions[session] }
            return RecordedSession(
                number: sessions[session].number, exchanges: members.flatMap { sessions[$0].exchanges })
        }
    }

    private mutating func findGivers() {
        let hashes = Set(strays.keys.map { ValueHash.of($0) })
        for (index, session) in sessions.enumerated() {
            for exchange in session.exchanges {
                guard let response = exchange.response, (exchange.status ?? 0) < 400, !response.body.isEmpty,
                    response.body.count <= SessionJoining.bodyLimit,
                    response.body.count <= SessionJoining.fetchedLimit
                        || exchange.request?.head.starts(with: "GET ".utf8) == false
                else { continue }
                look(
                    in: SessionJoining.content(of: response), for: hashes, session: index,
                    endedNs: exchange.ended.nanoseconds)
            }
        }
        for stray in strays.values where !stray.isShared {
            if let giver = stray.giver { pairs.append((giver.session, stray.session)) }
        }
    }

    private mutating func look(in body: [UInt8], for hashes: Set<UInt64>, session: Int, endedNs: Int64) {
        body.withUnsafeBufferPointer { bytes in
            guard let first = bytes.first(where: { $0 > 0x20 }),
                first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            else { return }
            var leaves = JSONLeaves(bytes)
            while let leaf = leaves.next() {
                guard leaf.isString, leaf.range.count >= SessionJoining.shortestToken,
                    hashes.contains(ValueHash.of(bytes, leaf.range))
                else { continue }
                let token = Array(bytes[leaf.range])
                guard let stray = strays[token], stray.session != session, endedNs <= stray.sentNs,
                    stray.giver.map({ $0.endedNs < endedNs }) ?? true
                else { continue }
                strays[token]?.giver = (session, endedNs)
            }
        }
    }

    private static func content(of response: Exchange.Message) -> [UInt8] {
        response.head.withUnsafeBufferPointer { Content($0) }.decoded(response.body, limit: bodyLimit * 8) ?? []
    }
}

extension SessionJoining {
    /// Tokens that `session` carries though none of its responses had given them, and when it first did.
    private static func strangeTokens(of session: RecordedSession) -> [[UInt8]: Int64] {
        var tokens: [[UInt8]: Int64] = [:]
        var seen: Set<UInt64> = []
        for exchange in session.exchanges {
            guard let head = exchange.request?.head, tokens.count < tokenLimit else { continue }
            for token in self.tokens(in: head, besides: &seen) where tokens[token] == nil {
                tokens[token] = exchange.began.nanoseconds
            }
        }
        guard !tokens.isEmpty else { return [:] }
        return tokens.filter { token, sentNs in
            !session.exchanges.contains { exchange in
                guard let response = exchange.response, exchange.ended.nanoseconds <= sentNs else { return false }
                return [response.head, content(of: response)].contains { bytes in
                    bytes.withUnsafeBufferPointer { ByteSearch.end(of: token, in: $0) != nil }
                }
            }
        }
    }

    /// What the fields of a request's head say of who sends it, without the scheme, but for values that were `seen`.
    private static func tokens(in head: [UInt8], besides seen: inout Set<UInt64>) -> [[UInt8]] {
        var tokens: [[UInt8]] = []
        head.withUnsafeBufferPointer { head in
            var fields = HeadFields(head)
            while let field = fields.next() {
                var value = field.value
                let isAuthorization = fields.isNamed(field, "authorization")
                guard isAuthorization || namesCredential(head[field.name]),
                    seen.insert(ValueHash.of(head, value)).inserted
                else { continue }
                if isAuthorization {
                    if let blank = head[value].firstIndex(of: 0x20) {
                        let scheme = String(decoding: head[value.lowerBound..<blank], as: UTF8.self).lowercased()
                        guard !requestSchemes.contains(where: scheme.hasPrefix) else { continue }
                        value = fields.trimmed(blank..<value.upperBound)
                    }
                }
                // `name:token`, as in HTTP Basic (RFC 7617).
                let text = Base64.text(head, value)?.text ?? []
                let secret = text.firstIndex(of: UInt8(ascii: ":")).map { Array(text[($0 + 1)...]) }
                let token = secret ?? Array(head[value])
                if isToken(token) { tokens.append(token) }
            }
        }
        return tokens
    }

    private static func isToken(_ value: [UInt8]) -> Bool {
        value.count >= shortestToken
            && value.withUnsafeBufferPointer { Distinctiveness($0, 0..<$0.count) } == .strong
    }

    private static func namesCredential(_ name: some Collection<UInt8>) -> Bool {
        IdentifierName.namesToken(name)
            || authentication.occur(in: name)
    }

    private static let authentication = AnyCaseWords("auth")

    /// Schemes whose value is made by the client.
    private static let requestSchemes = ["digest", "ntlm", "negotiate", "aws4", "hawk", "oauth", "signature"]
}
