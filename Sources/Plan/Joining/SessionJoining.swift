import Traffic

/// Joins recorded sessions that belong together: the second sends a value that only a response to the first gave, or
/// logs in someone whom the first registered.
///
/// The recorder sees one exchange at a time and recognises tokens by name. Here the whole recording is searched, and a
/// value links two sessions wherever it occurs, unless
/// - responses to several people gave it before: it then belongs to no one;
/// - both sessions are known to belong to different people: by the names they log in with, or because each carries a
///   credential of another origin to the same host. Someone who registers by another's invitation is joined with
///   that session anyway.
///
/// A session that sends values of several people, such as a service that redeems everyone's codes over one connection,
/// is split: each of its exchanges goes where its value came from.
struct SessionJoining {
    /// The result of joining a recording's sessions.
    struct Result {
        /// The sessions after joining; joined ones have the number of the first.
        var sessions: [RecordedSession]
        /// The number of sessions that became part of another.
        var joined = 0
        /// Requests with values found only in responses of other sessions.
        var foreignRequests = 0
        /// The number of sessions with such requests.
        var foreignSessions = 0
        /// Hashes of those values' runs.
        var foreignRuns: Set<UInt64> = []
    }

    /// Recorded sessions, or single exchanges of one.
    private let parts: [RecordedSession]
    private let index: RunIndex
    private let uses: [RunIndex.Use]
    private let people: [Set<[UInt8]>]
    private var groups: SessionGroups
    /// What is known about each group, by its earliest part.
    private var facts: [Facts] = []
    /// Parts that send values of several people.
    private var mixed: Set<Int> = []
    /// Uses of values that a response to another part gave.
    private var foreign: [RunIndex.Use] = []

    /// The identity of a group as far as its requests show it.
    private struct Facts {
        /// The names it logs in with.
        var names: Set<[UInt8]>
        /// The credentials it carries, and the authorities they are sent to.
        var runs: Set<Int>
        var authorities: Set<UInt64>
    }

    /// Joins `sessions`.
    static func result(of sessions: [RecordedSession]) -> Result {
        guard sessions.count > 1 else { return Result(sessions: sessions) }
        var joining = SessionJoining(sessions)
        guard joining.mixed.isEmpty else { return separating(joining.mixed, of: sessions) }
        return joining.result(of: sessions.count)
    }

    /// The joined sessions without the counts.
    static func joined(_ sessions: [RecordedSession]) -> [RecordedSession] { result(of: sessions).sessions }

    private init(_ parts: [RecordedSession]) {
        self.parts = parts
        index = RunIndex(parts)
        uses = index.uses()
        let registrations = Registrations(parts)
        people = parts.indices.map { registrations.names[$0] ?? [] }
        groups = SessionGroups(parts.map(\.began))
        for part in parts.indices {
            let credentials = index.credentials[part].keys
            facts.append(
                Facts(
                    names: people[part], runs: Set(credentials.map(\.run)),
                    authorities: Set(credentials.map(\.authority))))
        }
        for pair in registrations.pairs { join(pair.earlier, pair.later) }
        joinByValues()
        joinBySharedTokens()
    }

    private static func separating(_ mixed: Set<Int>, of sessions: [RecordedSession]) -> Result {
        var parts: [RecordedSession] = []
        var origins: [Int: [Int]] = [:]
        for (number, session) in sessions.enumerated() {
            guard mixed.contains(number) else {
                parts.append(session)
                continue
            }
            for exchange in session.exchanges {
                origins[number, default: []].append(parts.count)
                parts.append(RecordedSession(number: session.number, exchanges: [exchange]))
            }
        }
        var joining = SessionJoining(parts)
        // Exchanges that nothing links to another session stay together.
        for parts in origins.values {
            let own = Set(parts)
            let left = parts.filter { part in
                joining.groups.members(of: joining.groups.group(of: part)).allSatisfy(own.contains)
            }
            for part in left.dropFirst() { joining.join(left[0], part) }
        }
        return joining.result(of: sessions.count)
    }
}

extension SessionJoining {
    /// Processes the uses in order of time; those of one request together.
    private mutating func joinByValues() {
        var start = 0
        while start < uses.count {
            var end = start + 1
            while end < uses.count, uses[end].session == uses[start].session,
                uses[end].exchange == uses[start].exchange
            { end += 1 }
            join(uses[start..<end])
            start = end
        }
    }

    private mutating func join(_ request: ArraySlice<RunIndex.Use>) {
        // A value that identifies a request's sender counts more than one that names its subject.
        for isCredential in [true, false] {
            for use in request where index.runs[use.run].isCredential == isCredential {
                let givers = givers(of: use)
                guard givers.count == 1, let giver = givers.first, giver != groups.group(of: use.session) else {
                    continue
                }
                let own = groups.members(of: groups.group(of: use.session))
                // A path proves nothing: anyone can request it, and credentials identify a client better.
                if index.runs[use.run].isPath, hasOtherCredentials(own, giver) { continue }
                if !areDifferent(own, giver, until: use.sentNs) || isInvited(use, own) {
                    join(giver, use.session)
                } else if own.count > 1, !areDifferent([use.session], giver, until: use.sentNs) {
                    // The parts it was joined to belong to someone else.
                    mixed.insert(use.session)
                }
            }
        }
        for use in request where !givers(of: use).contains(groups.group(of: use.session)) {
            if !index.runs[use.run].isPath { foreign.append(use) }
        }
    }

    /// Joins sessions by a token that a service gives to several clients alike, each on its own connection: the first
    /// sender is assigned to the first response with the token, and so on. Does nothing unless as many clients send the
    /// token as received it.
    private mutating func joinBySharedTokens() {
        var takers: [Int: [(group: Int, sentNs: Int64)]] = [:]
        for use in foreign where index.runs[use.run].isCredential {
            let group = groups.group(of: use.session)
            guard !givers(of: use).contains(group), takers[use.run]?.contains(where: { $0.group == group }) != true
            else {
                continue
            }
            takers[use.run, default: []].append((group, use.sentNs))
        }
        for (run, takers) in takers.sorted(by: { $0.key < $1.key }) {
            let givers = index.runs[run].givers.filter { giver in
                parts[giver.session].exchanges.count == 1
                    && groups.members(of: groups.group(of: giver.session)).count == 1
            }.sorted { $0.timeNs < $1.timeNs }
            guard givers.count > 1, givers.count == takers.count, Set(givers.map(\.session)).count == givers.count,
                zip(givers, takers).allSatisfy({ $0.timeNs <= $1.sentNs })
            else { continue }
            for (giver, taker) in zip(givers, takers)
            where !areDifferent(groups.members(of: taker.group), groups.group(of: giver.session), until: taker.sentNs) {
                join(giver.session, taker.group)
            }
        }
    }

    /// Whether a request registers a new user with a code that another user's session received: an invitation, which is
    /// useless without the session that creates it.
    private func isInvited(_ use: RunIndex.Use, _ own: [Int]) -> Bool {
        guard own == [use.session], use.exchange == 0, !index.runs[use.run].isCredential,
            case .success(let draft) = ParsedRequest.make(of: parts[use.session].exchanges[0], at: 0)
        else { return false }
        return !CredentialFinder.credentials(in: draft).isEmpty && index.runs[use.run].givers.count == 1
            && !Registration.isLogin(draft.target)
    }

    /// The groups whose responses gave a value before it was sent. If a response to the sender has it too, possibly one
    /// still on its way, only the sender's group.
    private func givers(of use: RunIndex.Use) -> Set<Int> {
        let own = groups.group(of: use.session)
        let givers = index.runs[use.run].givers
        if givers.contains(where: { groups.group(of: $0.session) == own }) { return [own] }
        return Set(givers.lazy.filter { $0.timeNs <= use.sentNs }.map { groups.group(of: $0.session) })
    }

    /// Merges the groups of two parts.
    private mutating func join(_ one: Int, _ other: Int) {
        let before = (groups.group(of: one), groups.group(of: other))
        guard before.0 != before.1 else { return }
        groups.join(one, other)
        let first = groups.group(of: one)
        let second = first == before.0 ? before.1 : before.0
        facts[first].names.formUnion(facts[second].names)
        facts[first].runs.formUnion(facts[second].runs)
        facts[first].authorities.formUnion(facts[second].authorities)
    }

    /// Whether the parts `own` carry credentials that the group `giver` does not.
    private func hasOtherCredentials(_ own: [Int], _ giver: Int) -> Bool {
        own.contains { part in index.credentials[part].keys.contains { !facts[giver].runs.contains($0.run) } }
    }

    /// Whether the parts `own` are known, at a given time, to belong to someone else than the group `giver`: by the
    /// names both log in with, else because they carry another credential to a host that it carries its own to.
    private func areDifferent(_ own: [Int], _ giver: Int, until timeNs: Int64) -> Bool {
        let theirs = facts[giver]
        if !theirs.names.isEmpty {
            let names = own.lazy.filter { !people[$0].isEmpty }
            if names.contains(where: { !people[$0].isDisjoint(with: theirs.names) }) { return false }
            if !names.isEmpty { return true }
        }
        return own.contains { part in
            index.credentials[part].contains { credential, sentNs in
                sentNs <= timeNs && theirs.authorities.contains(credential.authority)
                    && !theirs.runs.contains(credential.run)
                    && !index.runs[credential.run].givers.contains { groups.group(of: $0.session) == giver }
            }
        }
    }
}

extension SessionJoining {
    private mutating func result(of recorded: Int) -> Result {
        var result = Result(sessions: [])
        for part in parts.indices where groups.group(of: part) == part {
            let members = groups.members(of: part)
            result.sessions.append(
                members.count == 1
                    ? parts[part]
                    : RecordedSession(number: parts[part].number, exchanges: members.flatMap { parts[$0].exchanges }))
        }
        result.joined = max(0, recorded - result.sessions.count)
        addForeign(to: &result)
        return result
    }

    /// Counts the requests with values found only in responses of other sessions.
    private func addForeign(to result: inout Result) {
        let left = foreign.filter { !givers(of: $0).contains(groups.group(of: $0.session)) }
        guard !left.isEmpty else { return }
        var runs: [Int: Set<UInt64>] = [:]
        for use in left {
            runs[groups.group(of: use.session), default: []].insert(index.runs[use.run].hash)
            result.foreignRuns.insert(index.runs[use.run].hash)
        }
        result.foreignSessions = runs.count
        for (group, runs) in runs {
            for part in groups.members(of: group) {
                result.foreignRequests += parts[part].exchanges.count { exchange in
                    guard let request = exchange.request else { return false }
                    var isForeign = false
                    ExchangeRuns.each(of: request) { hash, _ in isForeign = isForeign || runs.contains(hash) }
                    return isForeign
                }
            }
        }
    }
}
