import Formats
import Traffic

/// Applies the decisions on a session's places, longer values before the fragments inside them, and builds the table of
/// values.
struct BindingResolver {
    let reading: SessionReading
    let search: SessionSearch
    let identities: SessionIdentities
    let options: PlanOptions
    var result: Resolution
    /// The ranges of each part and layer that already have edits.
    private var occupied: [Resolution.PartKey: OccupiedRanges] = [:]
    /// The table indices of values added so far.
    private var boundValues: [BoundKey: Int] = [:]
    /// Whether extracting a value from the recorded response gives the value seen there.
    private var verified: [BoundKey: Bool] = [:]
    private var tokenValues: [[UInt8]: Int] = [:]
    var identityValues: [Int: Int] = [:]
    var textValues: [TextKey: Int] = [:]
    private var askedValues: [String: Int] = [:]
    private var originValues: [RecordedOrigin: Int] = [:]
    /// What happens to tokens, by their hashes.
    private var tokens: [UInt64: (value: [UInt8], planned: PlannedToken)] = [:]

    private struct BoundKey: Hashable {
        var request: Int
        var locator: ValueSource.Locator
    }

    struct TextKey: Hashable {
        var template: IdentityTemplate
        /// Nil if all requests share the value.
        var request: Int?
    }

    /// What happens to a token that no response gave.
    private enum PlannedToken {
        case noToken
        case minted(Int, RecordedToken)
        case unsigned(RecordedToken, UnsignedReason)
    }

    private init(
        _ reading: SessionReading, _ search: SessionSearch, _ identities: SessionIdentities, _ options: PlanOptions
    ) {
        self.reading = reading
        self.search = search
        self.identities = identities
        self.options = options
        result = Resolution(layers: search.layers)
    }

    /// Decides and resolves the places that `search` found.
    static func resolve(
        _ reading: SessionReading, _ search: SessionSearch, identities: SessionIdentities, evidence: BindingEvidence,
        options: PlanOptions
    ) -> Resolution {
        var resolver = BindingResolver(reading, search, identities, options)
        resolver.signRequests()
        resolver.answerChallenges()
        let decider = PlaceDecider(
            reading: reading, search: search, identities: identities, evidence: evidence, options: options)
        for sink in search.sinks { resolver.resolve(sink, decider) }
        resolver.writeSecrets()
        return resolver.result
    }

    private mutating func resolve(_ sink: Sink, _ decider: PlaceDecider) {
        guard isFree(sink) else { return }
        let key = Resolution.PartKey(textOf: sink)
        let request = reading.requests[sink.request]
        let part = request.parts[sink.part]
        if part.rule == .cookie, sink.layer == nil, let jar = reading.cookies.sent?[sink.request],
            let cookie = noteCookie(sink, part.bytes, jar)
        {
            occupied[key, default: OccupiedRanges()].insert(cookie)
            return
        }
        let isLine = isInLine(sink)
        let edit = search.bytes(around: sink, of: reading).withUnsafeBufferPointer { bytes -> Resolution.Edit? in
            let place = PlaceContext(sink, of: request, in: bytes, isLabelled: !options.bindingRules.isEmpty)
            guard let encoding = ValueEncoding.reproducing(sink, in: bytes, isLine: isLine) else { return nil }
            noteRules(place)
            let decision = decider.decision(on: place) { isThere($0) }
            return apply(decision, to: place).map { Resolution.Edit(range: sink.range, value: $0, encoding: encoding) }
        }
        if let edit { put(edit, at: sink) }
    }

    /// Whether no edit has changed a place or the text around it.
    func isFree(_ sink: Sink) -> Bool {
        occupied[Resolution.PartKey(textOf: sink)]?.overlaps(sink.range) != true && isReachable(sink)
    }

    /// Whether a line end at a place would end a header line.
    func isInLine(_ sink: Sink) -> Bool {
        if let layer = sink.layer { return search.layers[layer].isLine }
        if case .body = reading.requests[sink.request].parts[sink.part].kind { return false }
        return true
    }

    /// Adds an edit at a place.
    mutating func put(_ edit: Resolution.Edit, at sink: Sink) {
        let key = Resolution.PartKey(textOf: sink)
        result.edits[key, default: []].append(edit)
        occupied[key, default: OccupiedRanges()].insert(edit.range)
        occupyAround(sink)
    }

    /// Whether extracting a value from the recorded response gives the value seen there.
    private mutating func isThere(_ candidate: SourceCandidate) -> Bool {
        let key = BoundKey(request: candidate.request, locator: candidate.locator)
        if let known = verified[key] { return known }
        let isThere = reading.value(at: candidate.locator, of: candidate.request) == candidate.value
        verified[key] = isThere
        return isThere
    }

    /// Whether the layer of `sink` was not replaced by another edit.
    private func isReachable(_ sink: Sink) -> Bool {
        var layer = sink.layer
        while let index = layer {
            let key = Resolution.PartKey(request: sink.request, part: sink.part, layer: index)
            // A layer with edits is already in place.
            if result.edits[key] != nil || result.nested[key] != nil { return true }
            layer = search.layers[index].parent
            let outer = Resolution.PartKey(request: sink.request, part: sink.part, layer: layer)
            if occupied[outer]?.overlaps(search.layers[index].range) == true { return false }
        }
        return true
    }

    /// Marks the layers around `sink` as occupied.
    private mutating func occupyAround(_ sink: Sink) {
        var layer = sink.layer
        while let index = layer {
            let outer = Resolution.PartKey(
                request: sink.request, part: sink.part, layer: search.layers[index].parent)
            let range = search.layers[index].range
            if occupied[outer]?.overlaps(range) == true { return }
            occupied[outer, default: OccupiedRanges()].insert(range)
            result.nested[outer, default: []].append(index)
            layer = search.layers[index].parent
        }
    }
}

extension BindingResolver {
    /// Applies a decision.
    ///
    /// - Returns: the index of the value that is put at the place; nil if it is sent as recorded.
    private mutating func apply(_ decision: PlaceDecision, to place: PlaceContext) -> Int? {
        switch decision {
        case .recorded:
            let kind = ClientMade.kind(
                of: place.sink, in: place.request, place.bytes, beganNs: reading.beganNs(place.sink.request))
            if let kind { note(.clientMade(place.sink.hash, kind), place) }
            return nil
        case .constant(let candidate):
            note(.shared(request: candidate.request, candidate.locator), place)
            return nil
        case .bound(let candidate, let sources):
            let indices = sources.map { addSource($0) }
            note(.bound(request: candidate.request, candidate.locator), place)
            return indices.first
        case .named(let request, let locator, let rule):
            let index = source(of: place.value, at: locator, request: request)
            note(.bound(request: request, locator), place)
            note(.rule(rule), place)
            return index
        case .person(let identity):
            guard let template = identities.identities[identity].template else { return nil }
            let index = identityValues[identity] ?? result.append(.identity(template), recorded: place.value)
            identityValues[identity] = index
            note(.identity(identity), place)
            return index
        case .text(let template, let rule):
            note(.rule(rule), place)
            return textValue(template, rule: rule, place)
        case .command(let name, let isSignature, let rule):
            note(.rule(rule), place)
            guard !isSignature else { return result.append(.signature(name: name), recorded: place.value) }
            let index = askedValues[name] ?? result.append(.asked(name: name), recorded: place.value)
            askedValues[name] = index
            return index
        case .fetched:
            let index = result.fetchedValues[place.value] ?? result.append(.bound, recorded: place.value)
            result.fetchedValues[place.value] = index
            return index
        case .token: return tokenValue(place)
        case .origin(let isPath):
            let origin = RecordedOrigin(bytes: place.value, isPath: isPath)
            let index = originValues[origin] ?? result.append(.origin(origin), recorded: place.value)
            originValues[origin] = index
            result.ownAddresses += 1
            return index
        }
    }

    private mutating func note(_ origin: Resolution.Use.Origin, _ place: PlaceContext) {
        let label = place.label.isEmpty ? place.sink.label(of: place.part.kind, in: place.bytes) : place.label
        result.uses.append(
            Resolution.Use(
                origin: origin, request: place.sink.request, place: label,
                placeHash: place.sink.placeHash))
    }

    /// Notes the user's rules that apply to response values at a place.
    private mutating func noteRules(_ place: PlaceContext) {
        guard !options.bindingRules.isEmpty else { return }
        let beganNs = reading.beganNs(place.sink.request)
        var noted: Set<Int> = []
        for candidate in search.candidates[place.sink.hash] ?? [] where candidate.endedNs <= beganNs {
            let found = options.bindingRules.ruling(
                candidate.locator, of: reading.requests[candidate.request], at: place.label, of: place.request)
            if let rule = found?.rule, noted.insert(rule).inserted { note(.rule(rule), place) }
        }
    }

    /// A text of the user. One with `{uuid}` is new in each request, unless the user wants one for the whole clone.
    private mutating func textValue(_ template: IdentityTemplate, rule: Int, _ place: PlaceContext) -> Int {
        let isFresh = template.hasUUID && !options.bindingRules.rules[rule].isForClone
        let request = isFresh ? place.sink.request : nil
        let key = TextKey(template: template, request: request)
        let own = request.map { template.salted(by: $0 + 1) } ?? template
        let index = textValues[key] ?? result.append(.identity(own), recorded: place.value)
        textValues[key] = index
        return index
    }

    /// Notes the use of a value at a place.
    mutating func note(_ origin: Resolution.Use.Origin, at sink: Sink) {
        search.bytes(around: sink, of: reading).withUnsafeBufferPointer { bytes in
            note(origin, PlaceContext(sink, of: reading.requests[sink.request], in: bytes, isLabelled: true))
        }
    }

    /// The table index of the value at `locator` in the response to request `request`.
    mutating func source(of value: [UInt8], at locator: ValueSource.Locator, request: Int) -> Int {
        let key = BoundKey(request: request, locator: locator)
        if let known = boundValues[key] { return known }
        let index = result.append(.bound, recorded: value)
        result.sources[request, default: []].append(ValueSource(value: index, locator: locator))
        boundValues[key] = index
        return index
    }

    /// The value's index in the table.
    private mutating func addSource(_ candidate: SourceCandidate) -> Int {
        let locator = locator(of: candidate)
        let key = BoundKey(request: candidate.request, locator: locator)
        if let known = boundValues[key] { return known }
        let known = candidate.isToken ? tokenValues[candidate.value] : nil
        let index = known ?? result.append(.bound, recorded: candidate.value)
        if candidate.isToken { tokenValues[candidate.value] = index }
        result.sources[candidate.request, default: []].append(ValueSource(value: index, locator: locator))
        boundValues[key] = index
        return index
    }

    /// Where a value is in live responses. An option identified by its text is the one with the clone's own text.
    private mutating func locator(of candidate: SourceCandidate) -> ValueSource.Locator {
        guard candidate.isChosenByText, let choice = candidate.choice else { return candidate.locator }
        var edits: [Resolution.Edit] = []
        for (index, identity) in identities.identities.enumerated()
        where identity.kind == .name && identity.template != nil && identities.words.contains(identity.name) {
            for range in WordEnds.ranges(of: identity.name, in: choice.text)
            where !edits.contains(where: { $0.range.overlaps(range) }) {
                edits.append(Resolution.Edit(range: range, value: identityValue(index), encoding: .raw))
            }
        }
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        return .choice(choice.name, ChoiceText(recorded: choice.text, template: Template(choice.text, edits: edits)))
    }

    /// The table index of a person's value that is replaced; nil for one sent as recorded.
    private mutating func identityValue(_ identity: Int) -> Int? {
        if let known = identityValues[identity] { return known }
        guard let template = identities.identities[identity].template else { return nil }
        let index = result.append(.identity(template), recorded: identities.identities[identity].name)
        identityValues[identity] = index
        return index
    }
}

extension BindingResolver {
    /// Fills the fields of AWS signatures before anything else can occupy them.
    private mutating func signRequests() {
        guard let keys = options.awsKeys else { return }
        for (request, parsed) in reading.requests.enumerated() {
            for (part, recipe) in AWSPart.parts(of: parsed, hasSessionToken: keys.sessionToken != nil) {
                let bytes = parsed.parts[part].bytes
                let index = result.append(.aws(recipe), recorded: bytes)
                occupy(request, part, Resolution.Edit(range: 0..<bytes.count, value: index, encoding: .line))
            }
        }
    }

    /// Puts an edit in place of a whole part, or keeps the part as recorded.
    mutating func occupy(_ request: Int, _ part: Int, _ edit: Resolution.Edit?) {
        let key = Resolution.PartKey(request: request, part: part, layer: nil)
        if let edit { result.edits[key] = [edit] }
        occupied[key, default: OccupiedRanges()].insert(0..<reading.requests[request].parts[part].bytes.count)
    }

    /// Notes the use of a cookie that the jar sends.
    ///
    /// - Returns: the range of the cookie's value; nil when `sink` is not in a cookie of the jar.
    private mutating func noteCookie(_ sink: Sink, _ bytes: [UInt8], _ jar: CookieHistory.Sent) -> Range<Int>? {
        bytes.withUnsafeBufferPointer { bytes in
            var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
            while let cookie = cookies.next() {
                guard cookie.value.contains(sink.range.lowerBound) else { continue }
                guard jar.fromJar[Array(bytes[cookie.name])] != nil else { return nil }
                let locator = ValueSource.Locator.cookie(String(decoding: bytes[cookie.name], as: UTF8.self))
                let beganNs = reading.beganNs(sink.request)
                let source = search.candidates[sink.hash]?.last { $0.locator == locator && $0.endedNs <= beganNs }
                if let source {
                    let place = PlaceContext(sink, of: reading.requests[sink.request], in: bytes, isLabelled: true)
                    note(.bound(request: source.request, locator), place)
                }
                return cookie.value
            }
            return nil
        }
    }
}

extension BindingResolver {
    private mutating func tokenValue(_ place: PlaceContext) -> Int? {
        switch knownToken(place) {
        case .noToken: return nil
        case .minted(let index, let token):
            note(BindingResolver.use(of: token, sentAsRecorded: nil), place)
            return index
        case .unsigned(let token, let reason):
            note(BindingResolver.use(of: token, sentAsRecorded: reason), place)
            return nil
        }
    }

    private mutating func knownToken(_ place: PlaceContext) -> PlannedToken {
        if let known = tokens[place.sink.hash], known.value == place.value { return known.planned }
        let planned = plannedToken(place.value, request: place.sink.request)
        tokens[place.sink.hash] = (place.value, planned)
        return planned
    }

    private static func use(of token: RecordedToken, sentAsRecorded: UnsignedReason?) -> Resolution.Use.Origin {
        .token(
            algorithm: token.algorithm, lifetimeSeconds: token.lifetimeSeconds, run: token.run,
            sentAsRecorded: sentAsRecorded)
    }

    private mutating func plannedToken(_ value: [UInt8], request: Int) -> PlannedToken {
        guard let token = RecordedToken(value) else { return .noToken }
        guard let keys = options.mintKeys else { return .unsigned(token, .noKey) }
        var names: [[UInt8]: IdentityTemplate] = [:]
        for identity in identities.identities where identity.kind != .password {
            names[identity.name] = identity.template
        }
        do throws(TokenRecipe.Impossible) {
            let recipe = try TokenRecipe(
                token: token, recordedSeconds: reading.exchange(request).began.second, identities: names,
                claims: options.claims, keys: keys, feeds: options.feeds)
            return .minted(result.append(.minted(recipe), recorded: value), token)
        } catch {
            switch error {
            case .algorithm: return .unsigned(token, .algorithm)
            case .key: return .unsigned(token, .otherKey)
            }
        }
    }
}

extension RecordedToken {
    /// Its lifetime by its own claims, in seconds; nil if they do not give one.
    var lifetimeSeconds: Int64? {
        guard let issued = seconds("iat"), let expires = seconds("exp") else { return nil }
        return expires - issued
    }
}
