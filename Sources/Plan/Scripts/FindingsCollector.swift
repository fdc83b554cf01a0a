import Formats
import Traffic

/// Collects the findings of all sessions.
struct FindingsCollector {
    private struct Source: Hashable {
        var endpoint: Int
        var place: String
    }
    private struct Place: Hashable {
        var endpoint: Int
        var place: String
    }
    private struct TokenKind: Hashable {
        var endpoint: Int
        var place: String
        var algorithm: String?
        var lifetimeSeconds: Int64?
        var sentAsRecorded: UnsignedReason?
        var isForeign: Bool
    }

    private struct LoginKind: Hashable {
        var endpoint: Int?
        var refresh: Int?
        var steps: Int
    }

    private let rules: BindingRules
    private let foreignRuns: Set<UInt64>
    private var findings = PlanFindings()
    private var leftOut: [ExclusionReason: Int] = [:]
    /// How often, and in how many sessions.
    private struct Tally {
        var count = 0
        var sessions = 0
        private var lastSession: Int?

        mutating func add(session: Int) {
            count += 1
            guard lastSession != session else { return }
            lastSession = session
            sessions += 1
        }
    }
    private struct BoundUses {
        var tally = Tally()
        var hashes: Set<UInt64> = []

        mutating func add(_ hash: UInt64, session: Int) {
            tally.add(session: session)
            if hash != 0, hashes.count < PlanFindings.rowLimit { hashes.insert(hash) }
        }
    }
    private struct BoundPlaces {
        var all = Tally()
        var sinks: [Place: BoundUses] = [:]

        mutating func add(_ hash: UInt64, at place: Place, session: Int) {
            all.add(session: session)
            sinks[place, default: BoundUses()].add(hash, session: session)
        }
    }

    private var bindings: [Source: BoundPlaces] = [:]
    private var shared: [Source: BoundPlaces] = [:]
    private var identities: [Place: (names: Int, places: Int, becomes: String?)] = [:]
    private var tokens: [TokenKind: Int] = [:]
    private var logins: [LoginKind: Tally] = [:]
    /// What happens to each request of the session being added.
    private var fates: [Prelude.Fate]?
    /// Counts of prelude requests, by endpoint.
    private var prelude: [Int: Int] = [:]

    private struct MadePlace {
        var kind: PlanFindings.ClientMade.Kind
        var all = Tally()
        var values: Set<UInt64> = []
        var isReused = false
        var changedRequests = 0

        mutating func add(_ value: UInt64, session: Int, isReused: Bool, isChanged: Bool) {
            all.add(session: session)
            if values.count < PlanFindings.rowLimit { values.insert(value) }
            if isReused { self.isReused = true }
            if isChanged { changedRequests += 1 }
        }
    }

    private var clientMade: [Place: MadePlace] = [:]
    /// Hashes of values that the client generated and sent in several requests of the session being added.
    private var reused: Set<UInt64> = []
    /// Places with a decision in some session, with counts.
    private var decided: [UInt64: Tally] = [:]
    private var ruleEffects: RuleEffects

    /// - Parameters:
    ///   - rules: the user's decisions, and the names of bindings.
    ///   - foreignRuns: hashes of values from responses of other sessions.
    init(rules: BindingRules, foreignRuns: Set<UInt64> = []) {
        self.rules = rules
        self.foreignRuns = foreignRuns
        ruleEffects = RuleEffects(rules)
    }

    /// Adds a session.
    ///
    /// - Parameters:
    ///   - planned: the script of the whole session.
    ///   - fates: what a filter does with its requests; nil without a filter.
    mutating func add(
        _ reading: SessionReading, _ identities: SessionIdentities, _ resolution: Resolution,
        _ planned: SessionPlanner.Planned?, fates: [Prelude.Fate]? = nil
    ) {
        findings.recordedSessions += 1
        self.fates = fates
        findings.recordedExchanges += reading.session.exchanges.count
        findings.codedBodies += reading.unreadableBodies
        findings.droppedCookies += planned?.droppedCookies ?? 0
        leftOut.merge(reading.excluded, uniquingKeysWith: +)
        guard let planned else {
            findings.emptySessions += 1
            return
        }
        ruleEffects.add(reading, identities, resolution)
        findings.ownAddresses += resolution.ownAddresses
        guard fates?.contains(.kept) ?? true else {
            findings.filteredSessions += 1
            return
        }
        let script = planned.script
        findings.requests += fates.map { $0.count { $0 != .leftOut } } ?? script.requests.count
        for (request, fate) in zip(script.requests, fates ?? []) where fate == .prelude {
            prelude[request.endpoint, default: 0] += 1
        }
        addIdentities(identities, reading, script)
        reused = FindingsCollector.reused(in: resolution)
        for use in resolution.uses where isSent(use.request) { add(use, identities, script) }
        for (request, field) in planned.staleDigests where isSent(request) {
            add(
                nil, nil, [], at: Place(endpoint: script.requests[request].endpoint, place: "field \(field)"),
                sentAsRecorded: .digestForm)
        }
        addOpaqueTokens(script)
        for grant in script.grants { add(grant, of: script) }
    }

    /// Hashes of values that the client of a session generated and sent in several requests.
    private static func reused(in resolution: Resolution) -> Set<UInt64> {
        var requests: [UInt64: Int] = [:]
        var reused: Set<UInt64> = []
        for use in resolution.uses {
            guard case .clientMade(let value, _) = use.origin else { continue }
            if requests.updateValue(use.request, forKey: value).map({ $0 != use.request }) == true {
                reused.insert(value)
            }
        }
        return reused
    }

    /// Whether a request of the session being added is sent.
    private func isSent(_ request: Int) -> Bool { fates.map { $0[request] != .leftOut } ?? true }

    private mutating func add(_ grant: Grant, of script: SessionScript) {
        guard grant.isFetched || grant.renewers.contains(where: isSent) else { return }
        let refresh = grant.refresh.first.map { script.renewalRequests[$0].endpoint }
        let kind = LoginKind(
            endpoint: grant.renewers.first.map { script.requests[$0].endpoint },
            refresh: grant.isFetched ? nil : refresh, steps: grant.login.count)
        guard has(room: logins[kind] != nil, logins.count) else { return }
        logins[kind, default: Tally()].add(session: findings.recordedSessions)
    }

    /// The findings.
    ///
    /// - Parameter evidence: evidence from all sessions.
    func finish(endpoints: [Endpoint], evidence: BindingEvidence) -> PlanFindings {
        var findings = findings
        findings.leftOut = leftOut
        findings.prelude = prelude.map { PlanFindings.PreludeRequests(endpoint: endpoints[$0].label, count: $1) }
            .sorted { ($1.count, $0.endpoint) < ($0.count, $1.endpoint) }
        findings.bindings = rows(bindings, endpoints, evidence)
        findings.constants = rows(shared, endpoints, evidence)
        findings.clientMade = clientMade.compactMap { place, found in
            // A single value everywhere is a constant of the client, unless it is the signature of a single request.
            guard found.values.count > 1 || found.kind == .signature && found.all.count == 1 else { return nil }
            return PlanFindings.ClientMade(
                endpoint: endpoints[place.endpoint].label, place: place.place, count: found.all.count,
                values: found.values.count, sessions: found.all.sessions, kind: found.kind, isReused: found.isReused,
                changedRequests: found.changedRequests)
        }
        .sorted { ($1.count, $0.endpoint, $0.place) < ($0.count, $1.endpoint, $1.place) }
        findings.rules = ruleEffects.finish(bindings: findings.bindings)
        findings.identities = identities.map { place, counts in
            PlanFindings.Identity(
                endpoint: endpoints[place.endpoint].label, field: place.place, names: counts.names,
                places: counts.places, becomes: counts.becomes)
        }
        .sorted { ($1.names, $0.endpoint, $0.field) < ($0.names, $1.endpoint, $1.field) }
        findings.tokens = tokens.map { kind, count in
            PlanFindings.Token(
                endpoint: endpoints[kind.endpoint].label, place: kind.place, algorithm: kind.algorithm,
                lifetimeSeconds: kind.lifetimeSeconds, sentAsRecorded: kind.sentAsRecorded,
                isOfAnotherSession: kind.isForeign, count: count)
        }
        .sorted { ($1.count, $0.endpoint, $0.place) < ($0.count, $1.endpoint, $1.place) }
        findings.logins = logins.map { kind, tally in
            PlanFindings.Login(
                endpoint: kind.endpoint.map { endpoints[$0].label }, refresh: kind.refresh.map { endpoints[$0].label },
                steps: kind.steps, sessions: tally.sessions)
        }
        .sorted { ($1.sessions, $0.endpoint ?? "") < ($0.sessions, $1.endpoint ?? "") }
        return findings
    }

    private func rows(
        _ places: [Source: BoundPlaces], _ endpoints: [Endpoint], _ evidence: BindingEvidence
    ) -> [PlanFindings.Binding] {
        places.map { source, bound in
            let rows = bound.sinks.map { sink, uses in
                let others = uses.hashes.reduce(0) { sum, hash in
                    sum + max(0, evidence.sessions(withPlace: hash) - (decided[hash]?.sessions ?? 0))
                }
                return PlanFindings.Sink(
                    endpoint: endpoints[sink.endpoint].label, place: sink.place, count: uses.tally.count,
                    sessions: uses.tally.sessions, recordedSessions: others)
            }
            return PlanFindings.Binding(
                name: name(source.place, endpoints[source.endpoint].label),
                sourceEndpoint: endpoints[source.endpoint].label, source: source.place,
                sinks: rows.sorted { ($1.count, $0.endpoint, $0.place) < ($0.count, $1.endpoint, $1.place) },
                sessions: bound.all.sessions)
        }
        .sorted { ($1.count, $0.sourceEndpoint, $0.source) < ($0.count, $1.sourceEndpoint, $1.source) }
    }

    private mutating func add(
        _ use: Resolution.Use, at place: Place, of source: Source,
        to places: WritableKeyPath<FindingsCollector, [Source: BoundPlaces]>
    ) {
        let known = self[keyPath: places][source].map { (hasPlace: $0.sinks[place] != nil, count: $0.sinks.count) }
        guard has(room: known != nil, self[keyPath: places].count),
            has(room: known?.hasPlace == true, known?.count ?? 0)
        else { return }
        let session = findings.recordedSessions
        // In place: a copy would copy everything known about the source.
        self[keyPath: places][source, default: BoundPlaces()].add(use.placeHash, at: place, session: session)
    }

    private func name(_ place: String, _ endpoint: String) -> String {
        let named = rules.rules.last { rule in
            rule.name != nil && rule.source?.place == place && rule.source?.endpoint == endpoint
        }
        if let name = named?.name { return name }
        let last = place.split { " .[]/\"".contains($0) }.last { Int($0) == nil && $0 != "*" }
        return last.map(String.init) ?? place
    }

    private mutating func addIdentities(
        _ identities: SessionIdentities, _ reading: SessionReading, _ script: SessionScript
    ) {
        findings.peoplePerSession = max(findings.peoplePerSession, identities.peopleCount)
        var people: Set<Int> = []
        for identity in identities.identities where isSent(identity.firstRequest) {
            let request = script.requests[identity.firstRequest]
            let place = Place(endpoint: request.endpoint, place: identity.field)
            if has(room: self.identities[place] != nil, self.identities.count) {
                self.identities[place, default: (0, 0, identity.becomes)].names += 1
            }
            // People from a file are either known to the target or register.
            guard identity.field != IdentityFieldName.tokenSubject, identity.kind == .name,
                identity.template?.hasColumns != true, people.insert(identity.person).inserted
            else { continue }
            if !Registration.isMade(by: reading.requests[identity.firstRequest], status: request.expectedStatus) {
                findings.loginsWithoutRegistration += 1
            }
        }
    }

    private mutating func add(_ use: Resolution.Use, _ identities: SessionIdentities, _ script: SessionScript) {
        let place = Place(endpoint: script.requests[use.request].endpoint, place: use.place)
        func source(_ request: Int, _ locator: ValueSource.Locator) -> Source {
            Source(endpoint: script.requests[request].endpoint, place: locator.labelWithoutPositions)
        }
        switch use.origin {
        case .bound(let request, let locator): add(use, at: place, of: source(request, locator), to: \.bindings)
        case .shared(let request, let locator):
            add(use, at: place, of: source(request, locator), to: \.shared)
            return
        case .identity(let index):
            let identity = identities.identities[index]
            let first = Place(endpoint: script.requests[identity.firstRequest].endpoint, place: identity.field)
            self.identities[first]?.places += 1
        case .token(let algorithm, let lifetime, let run, let reason):
            add(algorithm, lifetime, run.map { [$0] } ?? [], at: place, sentAsRecorded: reason)
            if reason != nil { return }
        case .rule: break
        case .clientMade(let value, let kind):
            guard has(room: clientMade[place] != nil, clientMade.count) else { return }
            clientMade[place, default: MadePlace(kind: kind)].add(
                value, session: findings.recordedSessions, isReused: reused.contains(value),
                isChanged: !script.requests[use.request].neededValues.isEmpty)
            return
        }
        if use.placeHash != 0 { decided[use.placeHash, default: Tally()].add(session: findings.recordedSessions) }
    }

    private mutating func add(
        _ algorithm: String?, _ lifetimeSeconds: Int64?, _ runs: [UInt64], at place: Place,
        sentAsRecorded: UnsignedReason?
    ) {
        let kind = TokenKind(
            endpoint: place.endpoint, place: place.place, algorithm: algorithm, lifetimeSeconds: lifetimeSeconds,
            sentAsRecorded: sentAsRecorded, isForeign: runs.contains(where: foreignRuns.contains))
        if has(room: tokens[kind] != nil, tokens.count) { tokens[kind, default: 0] += 1 }
    }

    private mutating func addOpaqueTokens(_ script: SessionScript) {
        // Requests of a session repeat the same credentials.
        var last: (credentials: [UInt8], isOpaque: Bool)?
        for (index, request) in script.requests.enumerated() where isSent(index) {
            for field in request.fields where field.value.isLiteral && FindingsCollector.isAuthorization(field.name) {
                let credentials = field.value.literal
                let isOpaque =
                    last?.credentials == credentials
                    ? last?.isOpaque == true : FindingsCollector.isOpaqueToken(credentials)
                last = (credentials, isOpaque)
                guard isOpaque else { continue }
                add(
                    nil, nil, foreignRuns.isEmpty ? [] : DistinctiveRuns.hashes(of: credentials),
                    at: Place(endpoint: request.endpoint, place: "field \(field.name)"),
                    sentAsRecorded: .opaque)
            }
        }
    }

    private static func isAuthorization(_ name: String) -> Bool { ASCII.isEqual(name.utf8, "authorization".utf8) }

    /// Whether the value of Authorization is an opaque bearer token (RFC 6750).
    private static func isOpaqueToken(_ credentials: [UInt8]) -> Bool {
        guard let space = credentials.firstIndex(of: 0x20) else { return false }
        return String(decoding: credentials[..<space], as: UTF8.self).lowercased() == "bearer"
            && !RecordedToken.isToken(credentials[(space + 1)...])
    }

    private mutating func has(room isKnown: Bool, _ count: Int) -> Bool {
        if isKnown || count < PlanFindings.rowLimit { return true }
        findings.rowsNotShown += 1
        return false
    }
}
