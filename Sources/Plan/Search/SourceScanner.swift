import Credentials
import Formats
import Traffic

/// Finds the values in a session's responses that its requests use.
struct SourceScanner {
    /// The most places kept for each value.
    static let candidateLimit = 128
    /// The same for places in longer texts, which contain many small numbers.
    static let looseLimit = 48
    /// The longest body that is searched.
    static let bodyLimit = 8 << 20
    /// The most nested encodings that are decoded.
    static let depthLimit = 3

    /// The places by the hash of their value, in the order in which their requests began.
    private(set) var candidates = HashTable<[SourceCandidate]>()
    /// Whether some responses have a value in another form than the requests.
    private(set) var hasOtherForms = false
    let values: WantedValues
    private let filters: WantedValues.Filters
    private let beganNs: [Int64]
    /// The values that are searched for anywhere in longer texts; nil while whole values are searched for.
    private(set) var embedded: EmbeddedValues?
    /// Which of these the current response contains.
    private var foundEmbedded: Set<UInt64> = []

    /// - Parameters:
    ///   - values: the wanted values
    ///   - beganNs: when the requests began, in nanoseconds since the epoch.
    init(_ values: WantedValues, beganNs: [Int64]) {
        self.values = values
        filters = values.filters
        self.beganNs = beganNs
    }

    /// Searches the response of `draft`, the session's request `request`, with the body `body` after content decoding.
    mutating func scan(_ exchange: Exchange, body: [UInt8], draft: ParsedRequest, request: Int) {
        guard let response = exchange.response, !values.isEmpty else { return }
        if let embedded {
            let isThere =
                body.withUnsafeBufferPointer(embedded.occur) || response.head.withUnsafeBufferPointer(embedded.occur)
                || response.trailers.withUnsafeBufferPointer(embedded.occur)
            guard isThere else { return }
            foundEmbedded.removeAll(keepingCapacity: true)
        }
        let resource =
            draft.procedure == nil
            ? draft.target.withUnsafeBufferPointer { IdentifierName.resource(ofTarget: $0) } : draft.resource
        let origin = Origin(
            request: request, beganNs: response.firstByte.nanoseconds, endedNs: exchange.ended.nanoseconds,
            resource: resource, endpoint: draft.endpointHash, procedure: draft.procedure)
        let kind = response.head.withUnsafeBufferPointer { head in
            let kind = body.withUnsafeBufferPointer { body in
                let kind = Content.kind(of: body, head: head)
                search(body, as: kind, origin)
                return kind
            }
            fields(HeadFields(head), origin, areTrailers: false)
            return kind
        }
        response.trailers.withUnsafeBufferPointer {
            fields(HeadFields(trailers: $0), origin, areTrailers: true)
        }
        // No known structure: the body is one text.
        guard let embedded, kind != .opaque else { return }
        body.withUnsafeBufferPointer { body in
            embedded.each(in: body, 0..<body.count) { place, value in
                add(embedded: value, at: place, in: body, Traits(), origin) { .body }
            }
        }
    }

    /// From now on searches for `values` anywhere in longer texts.
    mutating func seek(_ values: EmbeddedValues) { embedded = values }

    /// Where the searched text comes from.
    struct Origin {
        var request: Int
        var beganNs: Int64
        var endedNs: Int64
        var resource: String?
        /// Hash of the endpoint.
        var endpoint: UInt64
        /// The procedure that the request calls; nil if none.
        var procedure: CalledProcedure?
    }

    /// What is known about a text in addition to its bytes.
    struct Traits {
        var isToken = false
        var isInArray = false
        /// Whether it was found by its surroundings instead of by a name.
        var isLoose = false
        /// Whether it is made to be sent back in one kind of place.
        var isReturned = false
        /// Whether the client had sent it before.
        var isEcho = false
        /// The option of a page that it is; nil if it is not an option.
        var choice: Choice?
    }

    /// Searches the fields of a head or of a trailer section; trailers cannot set cookies.
    private mutating func fields(_ fields: HeadFields, _ origin: Origin, areTrailers: Bool) {
        var fields = fields
        let head = fields.head
        while let field = fields.next() {
            guard !SourceScanner.isWithoutValues(head, field.name) else { continue }
            if fields.isNamed(field, "set-cookie") {
                if !areTrailers { cookie(head, field.value, origin) }
                continue
            }
            let name = String(decoding: head[field.name], as: UTF8.self)
            let place = areTrailers ? ValueSource.Locator.trailer(name) : .header(name)
            let isValidator = fields.isNamed(field, "etag") || fields.isNamed(field, "last-modified")
            let traits = Traits(isToken: CallerName.isReturned(head[field.name]), isReturned: isValidator)
            offer(head, field.value, .raw, traits, origin, depth: 0) { place }
            guard !fields.isNamed(field, "last-modified"), embedded == nil else { continue }
            let value = UnsafeBufferPointer(rebasing: head[field.value])
            words(value, 0..<value.count, origin, isKnown: true) { place }
        }
    }

    private mutating func cookie(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ origin: Origin) {
        var pairs = ParameterList(head, range, separator: UInt8(ascii: ";"))
        guard let pair = pairs.next() else { return }
        offer(head, pair.value, .raw, Traits(isToken: true), origin, depth: 0) {
            .cookie(String(decoding: head[pair.name], as: UTF8.self))
        }
    }

    /// Keeps `range` as a candidate if a request uses its value, and searches its decoded content.
    mutating func offer(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, _ traits: Traits,
        _ origin: Origin, depth: Int, isToken: () -> Bool = { false }, nouns: () -> [String]? = { nil },
        locator: () -> ValueSource.Locator?
    ) {
        guard !range.isEmpty, range.count <= Distinctiveness.countLimit * 3 else { return }
        if coding.isPlain(bytes, range) {
            let text = UnsafeBufferPointer(rebasing: bytes[range])
            offer(text: text, traits, origin, depth: depth, isToken: isToken, nouns: nouns, locator: locator)
        } else {
            coding.decoded(bytes, range).withUnsafeBufferPointer { text in
                offer(text: text, traits, origin, depth: depth, isToken: isToken, nouns: nouns, locator: locator)
            }
        }
    }

    private mutating func offer(
        text: UnsafeBufferPointer<UInt8>, _ traits: Traits, _ origin: Origin, depth: Int, isToken: () -> Bool,
        nouns: () -> [String]?, locator: () -> ValueSource.Locator?
    ) {
        let isUUID = ClientMade.isUUID(text, 0..<text.count)
        if embedded == nil, let known = known(text, isUUID: isUUID, isInText: traits.isLoose) {
            let isReturned = traits.isToken || isToken() || RecordedToken.isLikely(text, 0..<text.count)
            let isServers = isServers(known.firstRequest, origin)
            // The client may have sent the same small number with another meaning: page 1 is not item 1.
            let names =
                isReturned || isServers || traits.isReturned || text.count <= SourceCandidate.smallNumberCount
                ? nouns() : nil
            // All sessions together decide whether a number that the client sent before has another meaning here.
            let isNumber = text.count <= SourceScanner.echoedDigits && text.allSatisfy(ASCII.isDigit)
            if isReturned || isServers || traits.isReturned || isNumber || names?.isEmpty == false {
                var traits = traits
                traits.isToken = isReturned
                traits.isEcho = !isReturned && !isServers
                add(known.hash, Array(text), traits, origin, nouns: names, locator: locator)
            }
        }
        if embedded != nil {
            search(embeddedIn: text, 0..<text.count, traits, origin, of: locator)
        } else if values.hasShortValues, depth < SourceScanner.depthLimit, !isUUID {
            numbers(in: text, traits, origin, of: locator)
        }
        if depth < SourceScanner.depthLimit, text.count >= Base64.shortestText, !isUUID {
            inside(text, traits, origin, depth: depth + 1, isToken: isToken, locator: locator)
        }
    }

    /// Records the wanted values that occur anywhere in `range` of `text`, the text that `outer` finds.
    mutating func search(
        embeddedIn text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ traits: Traits, _ origin: Origin,
        of outer: () -> ValueSource.Locator?
    ) {
        guard let embedded else { return }
        embedded.each(in: text, range) { place, value in
            add(embedded: value, at: place, in: text, traits, origin, of: outer)
        }
    }

    private mutating func add(
        embedded value: [UInt8], at place: Range<Int>, in text: UnsafeBufferPointer<UInt8>, _ traits: Traits,
        _ origin: Origin, of outer: () -> ValueSource.Locator?
    ) {
        let hash = ValueHash.of(value)
        let isKnown = foundEmbedded.contains(hash)
        let forms = value.withUnsafeBufferPointer { bytes in
            let whole = 0..<bytes.count
            return Writing.commonHash(bytes, whole, isUUID: ClientMade.isUUID(bytes, whole))
        }
        let first = forms.flatMap(values.firstRequest(ofForms:)) ?? values.firstRequests[hash]
        guard isServers(first, origin), place.count < text.count, let outer = outer() else {
            return
        }
        if case .body = outer, isKnown { return }
        guard let derivation = Derivation.slice(at: place, in: text) else { return }
        foundEmbedded.insert(hash)
        var traits = traits
        (traits.isToken, traits.isEcho, traits.isLoose) = (false, false, true)
        add(hash, value, traits, origin, nouns: nil) { .inside(outer, derivation) }
    }

    /// The numbers in the text that `outer` finds.
    private mutating func numbers(
        in text: UnsafeBufferPointer<UInt8>, _ traits: Traits, _ origin: Origin, of outer: () -> ValueSource.Locator?
    ) {
        var own = Traits()
        (own.isInArray, own.isLoose) = (traits.isInArray, true)
        var numbers = NumbersInText(text, 0..<text.count)
        while let number = numbers.next() {
            offer(
                text, number.digits, .raw, own, origin, depth: SourceScanner.depthLimit,
                nouns: { SourceScanner.nouns(of: number, in: text, origin) },
                locator: { outer().map { .inside($0, .number(number.ordinal)) } })
        }
    }

    /// The kind of thing that a number in a longer text identifies, according to the word before it.
    static func nouns(
        of number: NumbersInText.Number, in text: UnsafeBufferPointer<UInt8>, _ origin: Origin
    ) -> [String]? {
        guard let word = number.word else { return nil }
        let name = String(decoding: text[word], as: UTF8.self)
        guard let noun = IdentifierName.noun(name) else { return [IdentifierName.singular(name)] }
        return noun.isEmpty ? [origin.resource].compactMap(\.self) : [noun]
    }

    /// A value of a response that requests send.
    private struct KnownValue {
        var hash: UInt64
        /// The first request with it, in any form.
        var firstRequest: Int?
    }

    /// The request value that `text` is; nil if no request sends it.
    ///
    /// - Parameter isInText: whether the response has it in a longer text.
    private mutating func known(
        _ text: UnsafeBufferPointer<UInt8>, isUUID: Bool, isInText: Bool
    ) -> KnownValue? {
        guard values.lengths.mayContain(text.count),
            WantedValues.beginning(of: text).map(filters.beginnings.mayContain) ?? true
        else { return nil }
        let whole = 0..<text.count
        if let forms = Writing.commonHash(text, whole, isUUID: isUUID) {
            guard filters.forms.mayContain(forms), let first = values.firstRequest(ofForms: forms) else { return nil }
            let hash = ValueHash.of(text, whole)
            hasOtherForms = hasOtherForms || !values.isWanted(hash)
            return KnownValue(hash: hash, firstRequest: first)
        }
        let hash = ValueHash.of(text, whole)
        guard filters.own.mayContain(hash), values.isWanted(hash) else { return nil }
        let first = isInText ? values.firstRequest(inTextOrWhole: hash) : values.firstRequests[hash]
        return KnownValue(hash: hash, firstRequest: first)
    }

    /// The longest number kept even though the client sent it before.
    private static let echoedDigits = 6

    /// Whether no request had a value before this response, which request `first` has first. A value sent before is
    /// the client's own.
    private func isServers(_ first: Int?, _ origin: Origin) -> Bool {
        first.map { beganNs[$0] >= origin.beganNs } ?? true
    }

    /// Whether a place is found by a name that requests send as a value: a live response has another name there.
    private func isNamedByValue(_ locator: ValueSource.Locator) -> Bool {
        locator.givenNames.contains { values.isWanted(ValueHash.of($0)) && !DistinctiveRuns.hashes(of: $0).isEmpty }
    }

    private mutating func add(
        _ hash: UInt64, _ value: [UInt8], _ traits: Traits, _ origin: Origin, nouns: [String]?,
        locator: () -> ValueSource.Locator?
    ) {
        let limit = traits.isLoose ? SourceScanner.looseLimit : SourceScanner.candidateLimit
        guard candidates[hash]?.count ?? 0 < limit, let locator = locator(), !isNamedByValue(locator) else { return }
        var source = origin.endpoint
        ValueHash.mix(&source, locator.labelWithoutPositions.utf8)
        candidates[hash, default: []].append(
            SourceCandidate(
                request: origin.request, endedNs: origin.endedNs, locator: locator, source: source, value: value,
                isToken: traits.isToken, isInArray: traits.isInArray, isLoose: traits.isLoose,
                choice: traits.choice, isEcho: traits.isEcho,
                nouns: nouns))
    }

    /// Whether a response field of this name describes the message and holds nothing to send back.
    static func isWithoutValues(_ head: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Bool {
        fieldsWithoutValues.contain(head, name)
    }

    private static let fieldsWithoutValues = FieldNames([
        "date", "server", "connection", "keep-alive", "content-type", "content-length", "content-encoding",
        "content-language", "cache-control", "expires", "vary", "transfer-encoding",
        "accept-ranges", "age", "via", "allow", "access-control-allow-origin", "strict-transport-security",
    ])
}
