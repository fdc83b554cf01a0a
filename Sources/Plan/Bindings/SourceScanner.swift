import Traffic

/// Finds in a session's responses the values that its requests use.
struct SourceScanner {
    /// The most places kept for one value.
    static let candidateLimit = 128
    /// The longest body that is searched.
    static let bodyLimit = 8 << 20

    /// The places, by the hash of their value, in the order in which their requests began.
    private(set) var candidates: [UInt64: [SourceCandidate]] = [:]
    /// Responses whose bodies are content-coded and were not searched.
    private(set) var codedBodies = 0
    private let wanted: Set<UInt64>
    private let firstSent: [UInt64: Int64]

    /// - Parameters:
    ///   - wanted: hashes of the values that are looked for.
    ///   - firstSent: when a request with each value was first sent, by its hash, in nanoseconds since the epoch.
    init(wanted: Set<UInt64>, firstSent: [UInt64: Int64]) {
        self.wanted = wanted
        self.firstSent = firstSent
    }

    /// Searches the response of `draft`, the session's request `request`.
    mutating func scan(_ exchange: Exchange, draft: RequestDraft, request: Int) {
        guard let response = exchange.response, !wanted.isEmpty else { return }
        let resource = draft.target.withUnsafeBufferPointer { IdentifierName.resource(ofTarget: $0) }
        let origin = Origin(
            request: request, beganNs: response.firstByte.nanoseconds, endedNs: exchange.ended.nanoseconds,
            resource: resource)
        response.head.withUnsafeBufferPointer { head in
            let content = Content(head)
            if content.isCoded {
                codedBodies += response.body.isEmpty ? 0 : 1
            } else if response.body.count <= SourceScanner.bodyLimit {
                response.body.withUnsafeBufferPointer { body in
                    switch content.kind(of: body) {
                    case .json: json(body, origin)
                    case .form: form(body, origin)
                    case .html: html(body, origin)
                    case .text, .opaque: break
                    }
                }
            }
            fields(head, origin)
        }
    }

    private struct Origin {
        var request: Int
        var beganNs: Int64
        var endedNs: Int64
        var resource: String?
    }

    private mutating func json(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var leaves = JSONLeaves(body)
        while let leaf = leaves.next() {
            guard leaf.isString || JSONLeaves.isNumber(body, leaf.range) else { continue }
            let coding: Sink.Coding = leaf.hasEscapes ? .json : .raw
            guard let hash = wantedHash(body, leaf.range, coding) else { continue }
            let isToken = leaves.key.map { IdentifierName.namesToken(body[$0]) } ?? false
            guard isToken || isServers(hash, origin) || RecordedToken.isLikely(body, leaf.range) else { continue }
            let nouns = leaves.key.flatMap { identified(by: $0, parent: leaves.parentKey, in: body, origin) }
            add(
                hash, origin, .json(leaves.path), coding.decoded(body, leaf.range), isToken: isToken,
                isInArray: leaves.isInArray, nouns: nouns)
        }
    }

    /// What a value under `key` identifies; nil when the name does not say that it identifies anything.
    private func identified(
        by key: Range<Int>, parent: Range<Int>?, in body: UnsafeBufferPointer<UInt8>, _ origin: Origin
    ) -> [String]? {
        guard IdentifierName.mayIdentify(body, key),
            let noun = IdentifierName.noun(String(decoding: body[key], as: UTF8.self))
        else { return nil }
        guard noun.isEmpty else { return [noun] }
        let parent = parent.map { IdentifierName.singular(String(decoding: body[$0], as: UTF8.self)) }
        return [parent, origin.resource].compactMap(\.self)
    }

    private mutating func form(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var pairs = ParameterList(body, 0..<body.count)
        while let pair = pairs.next() {
            guard let hash = wantedHash(body, pair.value, .form) else { continue }
            let name = String(decoding: Sink.Coding.form.decoded(body, pair.name), as: UTF8.self)
            add(
                hash, origin, .form(name), Sink.Coding.form.decoded(body, pair.value),
                isToken: IdentifierName.namesToken(name.utf8), nouns: nil)
        }
    }

    private mutating func html(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var fields = HTMLFields(body)
        while let field = fields.next() {
            guard let hash = wantedHash(body, field.value, .raw) else { continue }
            let name = String(decoding: body[field.name], as: UTF8.self)
            add(
                hash, origin, .html(name), Array(body[field.value]), isToken: IdentifierName.namesToken(name.utf8),
                nouns: IdentifierName.noun(name).map { $0.isEmpty ? [origin.resource].compactMap(\.self) : [$0] })
        }
    }

    private mutating func fields(_ head: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var fields = HeadFields(head)
        while let field = fields.next() {
            let name = String(decoding: head[field.name], as: UTF8.self)
            switch name.lowercased() {
            case "set-cookie": cookie(head, field.value, origin)
            case "location", "content-location":
                location(head, field.value, name, origin)
            case let lower where SourceScanner.fieldsWithoutValues.contains(lower): break
            case let lower:
                guard let hash = wantedHash(head, field.value, .raw) else { continue }
                add(
                    hash, origin, .header(name), Array(head[field.value]),
                    isToken: IdentifierName.namesToken(lower.utf8),
                    nouns: nil)
            }
        }
    }

    private mutating func cookie(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ origin: Origin) {
        var pairs = ParameterList(head, range, separator: UInt8(ascii: ";"))
        guard let pair = pairs.next(), let hash = wantedHash(head, pair.value, .raw) else { return }
        let name = String(decoding: head[pair.name], as: UTF8.self)
        add(hash, origin, .cookie(name), Array(head[pair.value]), isToken: true, nouns: nil)
    }

    private mutating func location(
        _ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ name: String, _ origin: Origin
    ) {
        let url = URLParts(head, range)
        let segments = url.segments(head)
        for (index, segment) in segments.enumerated() {
            guard let hash = wantedHash(head, segment, .percent) else { continue }
            let noun =
                index > 0 ? IdentifierName.singular(String(decoding: head[segments[index - 1]], as: UTF8.self)) : nil
            add(
                hash, origin, .headerPath(name, segment: index), Sink.Coding.percent.decoded(head, segment),
                isToken: false, nouns: noun.map { [$0] })
        }
        var pairs = ParameterList(head, url.query)
        while let pair = pairs.next() {
            guard let hash = wantedHash(head, pair.value, .form) else { continue }
            let parameter = String(decoding: Sink.Coding.form.decoded(head, pair.name), as: UTF8.self)
            add(
                hash, origin, .headerQuery(name, parameter: parameter), Sink.Coding.form.decoded(head, pair.value),
                isToken: IdentifierName.namesToken(parameter.utf8), nouns: nil)
        }
    }

    /// The hash of the value in `range`, if some request has it.
    private func wantedHash(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding
    ) -> UInt64? {
        guard !range.isEmpty, range.count <= Distinctiveness.countLimit * 3 else { return nil }
        let hash =
            coding.isPlain(bytes, range) ? ValueHash.of(bytes, range) : ValueHash.of(coding.decoded(bytes, range))
        return wanted.contains(hash) ? hash : nil
    }

    /// Whether no request had the value before this response; what the client sent before is the client's own.
    private func isServers(_ hash: UInt64, _ origin: Origin) -> Bool {
        firstSent[hash].map { $0 >= origin.beganNs } ?? true
    }

    private mutating func add(
        _ hash: UInt64, _ origin: Origin, _ locator: ValueSource.Locator, _ value: [UInt8], isToken: Bool,
        isInArray: Bool = false, nouns: [String]?
    ) {
        let isToken = isToken || value.withUnsafeBufferPointer { RecordedToken.isLikely($0, 0..<$0.count) }
        guard isToken || isServers(hash, origin) else { return }
        guard candidates[hash, default: []].count < SourceScanner.candidateLimit else { return }
        candidates[hash, default: []].append(
            SourceCandidate(
                request: origin.request, endedNs: origin.endedNs, locator: locator, value: value, isToken: isToken,
                isInArray: isInArray, nouns: nouns))
    }

    private static let fieldsWithoutValues: Set<String> = [
        "date", "server", "connection", "keep-alive", "content-type", "content-length", "content-encoding",
        "content-language", "cache-control", "expires", "last-modified", "vary", "transfer-encoding", "accept-ranges",
        "age", "via", "allow", "access-control-allow-origin", "strict-transport-security",
    ]
}
