import Formats
import Traffic

/// Decides for each place in a session's requests what stands there, and so fills the session's value table.
struct SessionValues {
    /// A value put into a part of a request.
    struct Edit {
        var range: Range<Int>
        /// Index into the value table; nil where a text with values of its own is put in.
        var value: Int?
        var encoding: ValueEncoding
    }

    /// A part of a request, or a layer of it.
    struct PartKey: Hashable {
        var request: Int
        var part: Int
        var layer: Int?
    }

    /// A use of a value, for the findings.
    struct Use {
        enum Origin {
            case bound(request: Int, ValueSource.Locator)
            case identity(Int)
            case minted(RecordedToken)
            case unsigned(RecordedToken, UnsignedReason)
            /// Equal, but not bound: sessions of different people share it.
            case shared(request: Int, ValueSource.Locator)
        }
        var origin: Origin
        var request: Int
        /// The place in the request, as a person reads it.
        var place: String
    }

    private(set) var recipes: [ValueRecipe] = []
    private(set) var recorded: [[UInt8]] = []
    /// What is put into each part, in the order in which it stands there.
    private(set) var edits: [PartKey: [Edit]] = [:]
    /// What is taken out of each request's response.
    private(set) var sources: [Int: [ValueSource]] = [:]
    private(set) var uses: [Use] = []
    /// Bearer tokens that are fetched, by what was recorded.
    private(set) var fetchedValues: [[UInt8]: Int] = [:]
    /// Names found in tokens that are signed anew, which are people of the session too.
    private(set) var namesInTokens: [(name: [UInt8], request: Int)] = []

    private let session: RecordedSession
    private let drafts: [RequestDraft]
    /// The bodies of the drafts' responses after content decoding.
    private let answers: [[UInt8]]
    private let options: PlanOptions
    private let identities: SessionIdentities
    private let names: Set<UInt64>
    private let knownNames: Set<[UInt8]>
    private let candidates: [UInt64: [SourceCandidate]]
    private let layers: [SinkLayer]
    /// What the requests send as cookies; nil when the session's client keeps none.
    private let cookies: [CookieHistory.Sent]?
    private let evidence: BindingEvidence
    private var rules: BindingRules { options.bindingRules }
    private var fixedValues: [IdentityTemplate: Int] = [:]
    private var askedValues: [String: Int] = [:]
    /// What of each part and layer has its edits, in the order in which it stands there.
    private var taken: [PartKey: TakenRanges] = [:]
    /// The layers with edits that stand in each part and layer.
    private var nested: [PartKey: [Int]] = [:]
    private var boundValues: [BoundKey: Int?] = [:]
    private var numbers = SmallNumbers()
    /// The places in the table of tokens from responses, by what was recorded.
    private var tokenValues: [[UInt8]: Int] = [:]
    private var identityValues: [Int: Int] = [:]
    private var tokens: [[UInt8]: PlannedToken] = [:]

    /// What becomes of a token that no response has.
    private enum PlannedToken {
        case noToken
        case minted(Int, RecordedToken)
        case unsigned(RecordedToken, UnsignedReason)
    }

    private struct BoundKey: Hashable {
        var request: Int
        var locator: ValueSource.Locator
    }

    /// - Parameters:
    ///   - answers: the bodies of the drafts' responses after content decoding.
    ///   - layers: what pieces of the requests are when decoded.
    ///   - knownNames: names that people log in by anywhere in the recording.
    init(
        session: RecordedSession, drafts: [RequestDraft], answers: [[UInt8]], candidates: [UInt64: [SourceCandidate]],
        layers: [SinkLayer], cookies: [CookieHistory.Sent]?, evidence: BindingEvidence, identities: SessionIdentities,
        knownNames: Set<[UInt8]>,
        options: PlanOptions
    ) {
        self.session = session
        self.drafts = drafts
        self.candidates = candidates
        self.answers = answers
        self.layers = layers
        self.cookies = cookies
        self.evidence = evidence
        self.identities = identities
        names = identities.hashes
        self.knownNames = knownNames
        self.options = options
    }

    /// Decides what stands at `sinks`, longer ones before their pieces.
    mutating func resolve(_ sinks: [Sink]) {
        signRequests()
        for sink in sinks where candidates[sink.hash]?.contains(where: \.isEcho) == true {
            for name in names(around: sink) ?? [] { numbers.note(sink.hash, name, request: sink.request) }
        }
        for sink in sinks {
            let key = PartKey(request: sink.request, part: sink.part, layer: sink.layer)
            guard taken[key]?.overlaps(sink.range) != true, isReachable(sink) else { continue }
            let part = drafts[sink.request].parts[sink.part]
            let bytes = sink.layer.map { layers[$0].bytes } ?? part.bytes
            if part.rule == .cookie, sink.layer == nil, let jar = cookies?[sink.request] {
                if let cookie = noteCookie(sink, part.bytes, jar) {
                    taken[key, default: TakenRanges()].insert(cookie)
                    continue
                }
            }
            guard let edit = bytes.withUnsafeBufferPointer({ placed(sink, of: part.kind, $0) }) else { continue }
            edits[key, default: []].append(edit)
            taken[key, default: TakenRanges()].insert(edit.range)
            takeAround(sink)
        }
    }

    /// What `sink` identifies, as far as the names around it say.
    private func names(around sink: Sink) -> [String]? {
        let draft = drafts[sink.request]
        let part = draft.parts[sink.part]
        var fieldName: String?
        if case .field(let name) = part.kind { fieldName = name }
        return (sink.layer.map { layers[$0].bytes } ?? part.bytes).withUnsafeBufferPointer {
            sink.nouns(in: $0, fieldName: fieldName, resource: draft.resource)
        }
    }

    /// Fills the fields of AWS signatures, whatever else may stand in them.
    private mutating func signRequests() {
        guard let keys = options.awsKeys else { return }
        for (request, draft) in drafts.enumerated() {
            let parts = AWSPart.parts(of: draft, hasSessionToken: keys.sessionToken != nil)
            for (part, recipe) in parts {
                let key = PartKey(request: request, part: part, layer: nil)
                let bytes = draft.parts[part].bytes
                let index = append(.aws(recipe), recorded: bytes)
                edits[key] = [Edit(range: 0..<bytes.count, value: index, encoding: .line)]
                taken[key, default: TakenRanges()].insert(0..<bytes.count)
            }
        }
    }

    /// Notes the use of a cookie that the jar sends.
    ///
    /// - Returns: where the cookie's value stands; nil when `sink` is none of the jar's.
    private mutating func noteCookie(_ sink: Sink, _ bytes: [UInt8], _ jar: CookieHistory.Sent) -> Range<Int>? {
        bytes.withUnsafeBufferPointer { bytes in
            var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
            while let cookie = cookies.next() {
                guard cookie.value.contains(sink.range.lowerBound) else { continue }
                guard jar.fromJar[Array(bytes[cookie.name])] != nil else { return nil }
                let locator = ValueSource.Locator.cookie(String(decoding: bytes[cookie.name], as: UTF8.self))
                let beganNs = session.exchanges[drafts[sink.request].exchange].began.nanoseconds
                let source = candidates[sink.hash]?.last { $0.locator == locator && $0.endedNs <= beganNs }
                if let source { uses.append(use(.bound(request: source.request, locator), sink, in: bytes)) }
                return cookie.value
            }
            return nil
        }
    }

    /// Whether nothing else was put where the layer of `sink` stands.
    private func isReachable(_ sink: Sink) -> Bool {
        var layer = sink.layer
        while let index = layer {
            let key = PartKey(request: sink.request, part: sink.part, layer: index)
            // A layer with edits stands already.
            if edits[key] != nil || nested[key] != nil { return true }
            layer = layers[index].parent
            let outer = PartKey(request: sink.request, part: sink.part, layer: layer)
            if taken[outer]?.overlaps(layers[index].range) == true { return false }
        }
        return true
    }

    /// Puts the layers around `sink` where they stand.
    private mutating func takeAround(_ sink: Sink) {
        var layer = sink.layer
        while let index = layer {
            let outer = PartKey(request: sink.request, part: sink.part, layer: layers[index].parent)
            let range = layers[index].range
            if taken[outer]?.overlaps(range) == true { return }
            taken[outer, default: TakenRanges()].insert(range)
            nested[outer, default: []].append(index)
            layer = layers[index].parent
        }
    }

    /// What is put into a part, in the order in which it stands there: values, and texts with values of their own.
    func edits(request: Int, part: Int) -> [Edit] { allEdits(PartKey(request: request, part: part)) }

    private func allEdits(_ key: PartKey) -> [Edit] {
        var edits = edits[key] ?? []
        for index in nested[key] ?? [] {
            let inner = Template(
                layers[index].bytes, edits: allEdits(PartKey(request: key.request, part: key.part, layer: index)))
            edits.append(Edit(range: layers[index].range, value: nil, encoding: .nested(inner, layers[index].encoding)))
        }
        if edits.count > 1 { edits.sort { $0.range.lowerBound < $1.range.lowerBound } }
        return edits
    }

    private mutating func placed(
        _ sink: Sink, of kind: RequestDraft.Part.Kind, _ part: UnsafeBufferPointer<UInt8>
    ) -> Edit? {
        let place = rules.isEmpty ? "" : sink.label(of: kind, in: part)
        guard
            names.contains(sink.hash) || candidates[sink.hash] != nil || RecordedToken.isLikely(part, sink.range)
                || !rules.isEmpty && rules.names(sink: place, of: drafts[sink.request])
                || isFetched(sink, in: part)
        else { return nil }
        var isLine = true
        if case .body = kind { isLine = false }
        if let layer = sink.layer { isLine = layers[layer].isLine }
        let value = sink.value(in: part)
        guard
            let encoding = ValueEncoding.reproducing(
                part, sink.range, value: value, coding: sink.coding, isLine: isLine)
        else { return nil }
        let index =
            fixedValue(value, at: sink, place) ?? askedValue(value, at: sink, place) ?? identityValue(
                value, at: sink, in: part) ?? boundValue(
                value, at: sink, of: kind, in: part)
            ?? wantedValue(value, at: sink, place, in: part) ?? fetchedValue(value, at: sink, in: part)
            ?? tokenValue(value, at: sink, in: part)
        return index.map { Edit(range: sink.range, value: $0, encoding: encoding) }
    }

    private func use(_ origin: Use.Origin, _ sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Use {
        Use(
            origin: origin, request: sink.request,
            place: sink.label(of: drafts[sink.request].parts[sink.part].kind, in: part))
    }

    private mutating func append(_ recipe: ValueRecipe, recorded value: [UInt8]) -> Int {
        recipes.append(recipe)
        recorded.append(value)
        return recipes.count - 1
    }
}

extension SessionValues {
    private mutating func identityValue(
        _ value: [UInt8], at sink: Sink, in part: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        let isBasic = drafts[sink.request].parts[sink.part].rule == .credentials
        guard let identity = identities.index(of: value, at: sink, in: part, isBasic: isBasic),
            let template = identities.identities[identity].template
        else { return nil }
        if case .path = sink.place, !identities.identities[identity].isDistinctive,
            evidence.isCommonSegment(sink.hash)
        {
            return nil
        }
        let index = identityValues[identity] ?? append(.identity(template), recorded: value)
        identityValues[identity] = index
        uses.append(use(.identity(identity), sink, in: part))
        return index
    }

    private mutating func boundValue(
        _ value: [UInt8], at sink: Sink, of kind: RequestDraft.Part.Kind, in part: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard let found = candidates[sink.hash] else { return nil }
        let draft = drafts[sink.request]
        let beganNs = session.exchanges[draft.exchange].began.nanoseconds
        lazy var nouns = names(around: sink)
        var best: (fit: Int, candidate: SourceCandidate)?
        var tokens: [SourceCandidate] = []
        let isStrong = sink.distinctiveness == .strong
        let placeHash = isStrong ? 0 : sink.placeHash(in: draft, part)
        var shared: SourceCandidate?
        for candidate in found where candidate.endedNs <= beganNs && candidate.value == value {
            let fit = candidate.fit(
                sink, in: part, verdict: evidence.verdict(.init(source: candidate.source, sink: placeHash)),
                nouns: nouns,
                isClients: { numbers.wasSent(sink.hash, $0, upTo: candidate.request) })
            let ruling =
                rules.isEmpty
                ? nil
                : rules.ruling(
                    candidate.locator, of: drafts[candidate.request], at: sink.label(of: kind, in: part), of: draft)
            if ruling == .dropped { continue }
            if ruling == .pinned {
                best = (.max, candidate)
                break
            }
            guard let fit = fit ?? (ruling == .wanted ? 0 : nil) else { continue }
            let key = isStrong ? sink.hash : BindingEvidence.key(value: sink.hash, source: candidate.source)
            var isOwn = candidate.isToken || ruling != nil
            // What a clone holds is as old as its own copy, however many hold the same.
            if case .condition = sink.place { isOwn = true }
            guard isOwn || !evidence.isShared(key) else {
                shared = candidate
                continue
            }
            if candidate.isToken { tokens.append(candidate) }
            guard let current = best else {
                best = (fit, candidate)
                continue
            }
            // Of tokens the latest counts: it supersedes those before it.
            let isLater = candidate.endedNs > current.candidate.endedNs
            let isBetter = fit > current.fit || fit == current.fit && isLater
            if candidate.isToken && current.candidate.isToken ? isLater : isBetter { best = (fit, candidate) }
        }
        guard let candidate = best?.candidate else {
            if let shared { uses.append(use(.shared(request: shared.request, shared.locator), sink, in: part)) }
            return nil
        }
        // A token that several responses repeat is whichever of them came last, and still there when one of them fails.
        let sources = candidate.isToken ? tokens : [candidate]
        let indices = sources.compactMap { addSource($0) }
        guard let index = indices.first else { return nil }
        uses.append(use(.bound(request: candidate.request, candidate.locator), sink, in: part))
        return index
    }

    /// A text of the user's for every clone.
    private mutating func fixedValue(_ value: [UInt8], at sink: Sink, _ place: String) -> Int? {
        let draft = drafts[sink.request]
        guard !rules.isEmpty, let template = rules.template(at: place, of: draft, options.feeds) else { return nil }
        // In `Authorization: Bearer …` the token is meant, not the scheme, unless the text has a scheme of its own.
        if draft.parts[sink.part].rule == .credentials, case .header = sink.place, !template.hasBlanks,
            value.contains(0x20)
        {
            return nil
        }
        let index = fixedValues[template] ?? append(.identity(template), recorded: value)
        fixedValues[template] = index
        return index
    }

    /// A value that the user's command makes.
    private mutating func askedValue(_ value: [UInt8], at sink: Sink, _ place: String) -> Int? {
        let draft = drafts[sink.request]
        guard !rules.isEmpty, let asked = rules.asked(at: place, of: draft) else { return nil }
        // In `Authorization: Bearer …` a value is the token, but a signature is all that stands there.
        if draft.parts[sink.part].rule == .credentials, case .header = sink.place, !asked.isSignature,
            value.contains(0x20)
        {
            return nil
        }
        guard !asked.isSignature else { return append(.signature(name: asked.name), recorded: value) }
        let index = askedValues[asked.name] ?? append(.asked(name: asked.name), recorded: value)
        askedValues[asked.name] = index
        return index
    }

    /// A value that the user says comes from an earlier response, whatever was recorded there.
    private mutating func wantedValue(
        _ value: [UInt8], at sink: Sink, _ place: String, in part: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard !rules.isEmpty else { return nil }
        let draft = drafts[sink.request]
        // In `Authorization: Bearer …` the token is meant, not the scheme.
        if draft.parts[sink.part].rule == .credentials, case .header = sink.place { return nil }
        let beganNs = session.exchanges[draft.exchange].began.nanoseconds
        for rule in rules.sources(for: place, of: draft) {
            guard let source = rule.source, let locator = ValueSource.Locator(text: source.place) else { continue }
            let earlier = drafts.indices.last { index in
                let exchange = session.exchanges[drafts[index].exchange]
                return exchange.ended.nanoseconds <= beganNs && source.means(drafts[index])
                    && exchange.response.flatMap {
                        ValueSource(value: 0, locator: locator).value(head: $0.head, body: answers[index])
                    } != nil
            }
            guard let earlier else { continue }
            let key = BoundKey(request: earlier, locator: locator)
            let index = (boundValues[key] ?? nil) ?? append(.bound, recorded: value)
            if boundValues[key] == nil {
                sources[earlier, default: []].append(ValueSource(value: index, locator: locator))
                boundValues[key] = index
            }
            uses.append(use(.bound(request: earlier, locator), sink, in: part))
            return index
        }
        return nil
    }

    /// The value's place in the table; nil when taking it out of the recorded response gives something else.
    private mutating func addSource(_ candidate: SourceCandidate) -> Int? {
        let key = BoundKey(request: candidate.request, locator: candidate.locator)
        if let known = boundValues[key] { return known }
        let known = candidate.isToken ? tokenValues[candidate.value] : nil
        let source = ValueSource(value: known ?? recipes.count, locator: candidate.locator)
        guard let response = session.exchanges[drafts[candidate.request].exchange].response,
            source.value(head: response.head, body: answers[candidate.request]) == candidate.value
        else {
            boundValues[key] = .some(nil)
            return nil
        }
        let index = known ?? append(.bound, recorded: candidate.value)
        if candidate.isToken { tokenValues[candidate.value] = index }
        sources[candidate.request, default: []].append(source)
        boundValues[key] = index
        return index
    }

    /// Whether `sink` is a bearer token (RFC 6750 section 2.1) that may be fetched.
    private func isFetched(_ sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard options.tokenEndpoint != nil, sink.layer == nil else { return false }
        return drafts[sink.request].parts[sink.part].rule == .credentials && sink.isBearerToken(in: part)
    }

    private mutating func fetchedValue(_ value: [UInt8], at sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Int? {
        guard isFetched(sink, in: part) else { return nil }
        let index = fetchedValues[value] ?? append(.bound, recorded: value)
        fetchedValues[value] = index
        return index
    }

    private mutating func tokenValue(_ value: [UInt8], at sink: Sink, in part: UnsafeBufferPointer<UInt8>) -> Int? {
        guard RecordedToken.isLikely(part, sink.range) else { return nil }
        let known: PlannedToken
        if let planned = tokens[value] {
            known = planned
        } else {
            known = plannedToken(value, request: sink.request)
            tokens[value] = known
        }
        switch known {
        case .noToken: return nil
        case .minted(let index, let token):
            uses.append(use(.minted(token), sink, in: part))
            return index
        case .unsigned(let token, let reason):
            uses.append(use(.unsigned(token, reason), sink, in: part))
            return nil
        }
    }

    private mutating func plannedToken(_ value: [UInt8], request: Int) -> PlannedToken {
        guard let token = RecordedToken(value) else { return .noToken }
        guard let keys = options.mintKeys else { return .unsigned(token, .noKey) }
        let began = session.exchanges[drafts[request].exchange].began
        do throws(TokenRecipe.Impossible) {
            let recipe = try TokenRecipe(
                token: token, recordedSeconds: began.second, identities: names(for: token, request: request),
                claims: options.claims, keys: keys, feeds: options.feeds)
            return .minted(append(.minted(recipe), recorded: value), token)
        } catch {
            switch error {
            case .algorithm: return .unsigned(token, .algorithm)
            case .key: return .unsigned(token, .otherKey)
            }
        }
    }

    /// The names that a token's claims may hold, and what they become.
    private mutating func names(for token: RecordedToken, request: Int) -> [[UInt8]: IdentityTemplate] {
        if let name = TokenRecipe.person(of: token, knownNames: knownNames), identities.index(ofName: name) == nil {
            namesInTokens.append((name, request))
        }
        var names: [[UInt8]: IdentityTemplate] = [:]
        for identity in identities.identities where identity.kind != .password {
            names[identity.name] = identity.template
        }
        return names
    }
}
