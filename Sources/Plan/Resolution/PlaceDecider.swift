import Traffic

/// Decides for each place in a session's requests what happens to it. The questions are asked in the order of
/// ``questions``, and the first that has an answer decides.
struct PlaceDecider {
    let reading: SessionReading
    let search: SessionSearch
    let identities: SessionIdentities
    let evidence: BindingEvidence
    let options: PlanOptions
    /// The small numbers that the client sent and responses repeat, by the names of their fields.
    private let numbers: SmallNumbers
    /// For texts with a short value between other values: where responses give the long ones.
    private let keys: [Resolution.PartKey: Set<KeySource>]
    private var rules: BindingRules { options.bindingRules }

    init(
        reading: SessionReading, search: SessionSearch, identities: SessionIdentities, evidence: BindingEvidence,
        options: PlanOptions
    ) {
        self.reading = reading
        self.search = search
        self.identities = identities
        self.evidence = evidence
        self.options = options
        var numbers = SmallNumbers()
        for sink in search.sinks where search.candidates[sink.hash]?.contains(where: \.isEcho) == true {
            let request = reading.requests[sink.request]
            let names = search.bytes(around: sink, of: reading).withUnsafeBufferPointer {
                PlaceContext(sink, of: request, in: $0, isLabelled: false).nouns
            }
            for name in names ?? [] { numbers.note(sink.hash, name, request: sink.request) }
        }
        self.numbers = numbers
        keys = PlaceDecider.keys(in: search)
    }

    /// An object or a list in a response.
    private struct KeySource: Hashable {
        var request: Int
        var container: ValueSource.Locator
    }

    /// Where responses give the long values of the texts in which a short value is a part.
    private static func keys(in search: SessionSearch) -> [Resolution.PartKey: Set<KeySource>] {
        var keys: [Resolution.PartKey: Set<KeySource>] = [:]
        for sink in search.sinks where sink.isShortPart { keys[Resolution.PartKey(textOf: sink)] = [] }
        guard !keys.isEmpty else { return [:] }
        for sink in search.sinks where sink.distinctiveness == .strong {
            let text = Resolution.PartKey(textOf: sink)
            guard keys[text] != nil else { continue }
            for candidate in search.candidates[sink.hash] ?? [] {
                guard let container = candidate.locator.container else { continue }
                keys[text]?.insert(KeySource(request: candidate.request, container: container))
            }
        }
        return keys
    }

    /// The one place that gives a short value together with the key next to it: the number of a user in
    /// `name:number:key`, where a response has `[number, key]`. Nil if there is none, or several.
    private func besideKey(_ place: PlaceContext, _ found: [SourceCandidate]) -> ValueSource.Locator? {
        guard place.sink.isShortPart, let keys = keys[Resolution.PartKey(textOf: place.sink)], !keys.isEmpty else {
            return nil
        }
        let beside = found.filter { candidate in
            candidate.locator.container.map { keys.contains(KeySource(request: candidate.request, container: $0)) }
                ?? false
        }
        let named = beside.filter { candidate in
            candidate.locator.lastName.map { name in
                IdentifierName.noun(name) != nil || IdentityFieldName.isName(name) || name.lowercased() == "uid"
            } ?? false
        }
        let best = named.isEmpty ? beside : named
        return Set(best.map(\.locator)).count == 1 ? best[0].locator : nil
    }

    /// The decision on `place`.
    ///
    /// - Parameter isThere: whether extracting a candidate's value gives it again.
    func decision(on place: PlaceContext, isThere: (SourceCandidate) -> Bool) -> PlaceDecision {
        if let own = text(at: place) ?? command(at: place) { return own }
        if case .origin(let isPath) = place.sink.place { return .origin(isPath: isPath) }
        let response = response(for: place, isThere: isThere)
        // A value that is searched for in another form can only be a value of a response, or a name.
        if place.sink.other != nil, place.sink.distinctiveness != .never { return response }
        if let person = person(at: place), !isGiven(person, response) { return .person(person) }
        switch response {
        case .bound: return response
        case .constant, .recorded:
            let other = named(at: place) ?? fetched(at: place)
            if let other { return other }
            if RecordedToken.isLikely(place.bytes, place.sink.range) { return .token }
            return response
        default: return response
        }
    }

    // MARK: The user's rules

    /// A text of the user for every clone.
    private func text(at place: PlaceContext) -> PlaceDecision? {
        guard !rules.isEmpty, let found = rules.template(at: place.label, of: place.request, options.feeds),
            found.template.hasBlanks || !place.isSchemeAndToken
        else { return nil }
        return .text(found.template, rule: found.rule)
    }

    /// A value that the user's command makes. A signature fills the whole Authorization field, a value only the token.
    private func command(at place: PlaceContext) -> PlaceDecision? {
        guard !rules.isEmpty, let asked = rules.asked(at: place.label, of: place.request),
            asked.isSignature || !place.isSchemeAndToken
        else { return nil }
        return .command(asked.name, isSignature: asked.isSignature, rule: asked.rule)
    }

    /// A value that the user's rule takes from an earlier response, whatever was recorded there.
    private func named(at place: PlaceContext) -> PlaceDecision? {
        guard !rules.isEmpty, !place.isWholeAuthorization else { return nil }
        let beganNs = reading.beganNs(place.sink.request)
        let sources = rules.sources(for: place.label, of: place.request)
        guard !sources.isEmpty, isOnlyOne(place) else { return nil }
        for (rule, source) in sources {
            guard let locator = ValueSource.Locator(text: source.place) else { continue }
            let earlier = reading.requests.indices.last { index in
                reading.exchange(index).ended.nanoseconds <= beganNs && source.matches(reading.requests[index])
                    && reading.value(at: locator, of: index) != nil
            }
            if let earlier { return .named(request: earlier, locator, rule: rule) }
        }
        return nil
    }

    /// Whether the label of a place is unique in its request: parts of one text share a label.
    private func isOnlyOne(_ place: PlaceContext) -> Bool {
        switch place.sink.place {
        case .path, .query, .header, .condition, .cookie, .json, .form, .xml, .protobuf, .origin: return true
        case .name, .piece, .part, .number: break
        }
        if place.part.rule == .credentials { return true }
        return search.sinks.count { sink in
            guard sink.request == place.sink.request, sink.part == place.sink.part else { return false }
            return search.bytes(around: sink, of: reading).withUnsafeBufferPointer {
                sink.label(of: place.part.kind, in: $0) == place.label
            }
        } == 1
    }

    // MARK: People

    /// The index of the person's value that this is; nil if it is not one.
    private func person(at place: PlaceContext) -> Int? {
        let isBasic = place.part.rule == .credentials
        guard
            let identity = identities.index(of: place.value, at: place.sink, in: place.bytes, isBasic: isBasic),
            identities.identities[identity].template != nil
        else { return nil }
        if case .path = place.sink.place, !identities.identities[identity].isDistinctive,
            evidence.isCommonSegment(place.sink.hash)
        {
            return nil
        }
        return identity
    }

    /// Whether a response gave a value before the session used it as a name: an identifier of a client is not a
    /// person's name, unless the user supplies the clones' identities.
    private func isGiven(_ person: Int, _ response: PlaceDecision) -> Bool {
        guard case .bound(let candidate, _) = response, !candidate.isEcho else { return false }
        let identity = identities.identities[person]
        return identity.template?.hasColumns != true && identity.kind == .name && !identity.isNamedByUser
            && candidate.endedNs <= reading.beganNs(identity.firstRequest)
    }

    // MARK: Responses

    /// The decision to take the value from a response, if one has it.
    private func response(for place: PlaceContext, isThere: (SourceCandidate) -> Bool) -> PlaceDecision {
        guard let found = search.candidates[place.sink.hash] else { return .recorded }
        let beganNs = reading.beganNs(place.sink.request)
        let isStrong = place.sink.distinctiveness == .strong
        lazy var nouns = place.nouns
        let name =
            found.count > 1 || !isStrong ? place.sink.plainName(of: place.request, in: place.bytes) : nil
        let isAmount = !isStrong && name.map(IdentifierName.namesAmount) == true
        let besideKey = besideKey(place, found)
        var choice = SourceChoice()
        for seen in found where seen.endedNs <= beganNs && seen.value == place.value {
            var candidate = seen
            let ruling =
                rules.isEmpty
                ? nil
                : rules.ruling(
                    candidate.locator, of: reading.requests[candidate.request], at: place.label, of: place.request)?
                    .ruling
            if ruling == .dropped { continue }
            if let choice = seen.choice, !settle(choice, of: &candidate, for: place), ruling == nil { continue }
            let fit = candidate.fit(
                place.sink, in: place.bytes,
                verdict: evidence.verdict(.init(source: candidate.source, sink: place.sink.placeHash)),
                name: found.count > 1 ? name : nil, nouns: nouns,
                isClients: { numbers.wasSent(place.sink.hash, $0, upTo: candidate.request) })
            // An amount equals an id only by chance, however often it does.
            if isAmount, ruling == nil, let name,
                candidate.locator.lastName.map({ IdentifierName.isAmount(name, of: $0) }) != true
            {
                continue
            }
            let isBeside = candidate.locator == besideKey
            guard
                let fit = ruling == .pinned
                    ? SourceChoice.pinned : fit ?? (isBeside ? 1 : ruling == .wanted ? 0 : nil),
                isThere(candidate)
            else {
                continue
            }
            // A validator or token belongs to the clone's own copy, even if many hold the same value.
            var isOwn =
                candidate.isToken || isBeside || ruling != nil || candidate.isMade(for: place.sink, in: place.bytes)
            if case .condition = place.sink.place { isOwn = true }
            let key =
                isStrong
                ? place.sink.hash : BindingEvidence.key(value: place.sink.hash, source: candidate.source)
            if isOwn || !evidence.isShared(key) {
                choice.add(candidate, fit: fit)
            } else {
                choice.shared = candidate
            }
        }
        return choice.decision
    }

    /// Determines which option of a page is meant: the one with a text that the client wrote before, else the one at
    /// the same position in all sessions.
    ///
    /// - Returns: false if this cannot be determined.
    private func settle(_ choice: Choice, of candidate: inout SourceCandidate, for place: PlaceContext) -> Bool {
        if let first = search.firstRequests[ValueHash.of(choice.text)], first <= candidate.request {
            candidate.isChosenByText = true
            return true
        }
        if identities.words.contains(where: { WordEnds.contains($0, in: choice.text) }) {
            candidate.isChosenByText = true
            return true
        }
        let pair = BindingEvidence.Pair(source: candidate.source, sink: place.sink.placeHash)
        guard let ordinal = evidence.ordinal(pair) else { return false }
        candidate.locator = .option(choice.name, ordinal: ordinal)
        return true
    }

    // MARK: Tokens

    /// A bearer token (RFC 6750 section 2.1) that is fetched because no response gave it.
    private func fetched(at place: PlaceContext) -> PlaceDecision? {
        guard options.tokenEndpoint != nil, place.sink.layer == nil, place.part.rule == .credentials,
            place.sink.isBearerToken(in: place.bytes)
        else { return nil }
        return .fetched
    }
}

/// Selects the best of the response places that explain a value.
struct SourceChoice {
    /// The fit of a place that the user pinned.
    static let pinned = Int.max

    private var best: (fit: Int, candidate: SourceCandidate)?
    private var tokens: [(fit: Int, candidate: SourceCandidate)] = []
    /// A place that explains the value but gives the same one to many people.
    var shared: SourceCandidate?

    /// Adds a place with the fit `fit`.
    mutating func add(_ candidate: SourceCandidate, fit: Int) {
        if candidate.isToken { tokens.append((fit, candidate)) }
        guard let current = best else {
            best = (fit, candidate)
            return
        }
        // The latest token counts: it supersedes earlier ones.
        let isLater = candidate.endedNs > current.candidate.endedNs
        let isBetter = fit > current.fit || fit == current.fit && isLater
        let areTokens = candidate.isToken && current.candidate.isToken
        let isPinned = max(fit, current.fit) == SourceChoice.pinned
        if areTokens && !isPinned ? isLater : isBetter { best = (fit, candidate) }
    }

    /// The resulting decision.
    var decision: PlaceDecision {
        guard let (fit, candidate) = best else { return shared.map { .constant($0) } ?? .recorded }
        guard candidate.isToken else { return .bound(from: candidate, sources: [candidate]) }
        // A token repeated by several responses is taken from the last one received; the others serve when one fails.
        let alike = tokens.filter { ($0.fit == SourceChoice.pinned) == (fit == SourceChoice.pinned) }
        return .bound(from: candidate, sources: alike.map(\.candidate))
    }
}
