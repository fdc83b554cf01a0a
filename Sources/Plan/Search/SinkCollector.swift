import Formats

/// Finds the places in a session's requests that hold values; longer values come before the fragments inside them.
struct SinkCollector {
    /// The most places collected from one part of a request.
    static let partLimit = 4096
    /// The longest text that is split into fragments.
    static let textLimit = 256 << 10
    /// The most nested encodings that are decoded.
    static let depthLimit = 4

    /// The places, in the order of the requests and their parts.
    private(set) var sinks: [Sink] = []
    /// Their values.
    private(set) var values = WantedValues()
    /// Decoded fragments of the parts.
    private(set) var layers: [SinkLayer] = []
    /// The places of the last request.
    private var last: [CollectedPart] = []
    /// Hashes of the session's identities, which are kept regardless of length.
    private let names: Set<UInt64>
    /// Names that are searched for in longer texts, longest first.
    let words: [[UInt8]]
    /// The same with different capitals, as in identifiers.
    let nameForms: [NameInIdentifier.Form]
    /// Whether plain words are kept; only several sessions together can decide about them.
    let keepsWords: Bool
    /// Whether every whole field is kept because a rule of the user may name it.
    let keepsFields: Bool
    /// What follows the scheme in addresses of the service itself: `://authority`.
    let authorities: [[UInt8]]
    /// Places of such addresses in the current part; a binding of the whole value has priority.
    private var addresses: [Sink] = []
    private var request = 0
    private var part = 0
    private(set) var left = 0
    private(set) var layer: Int?
    private(set) var depth = 0
    private(set) var isLine = true
    /// Whether an Authorization field is being searched: there a name counts only as a whole.
    private(set) var isInCredentials = false
    /// Whether a text in base64 is being searched: a short id in it stands next to a key.
    private(set) var isDecoded = false
    /// The procedure that the current request calls; nil if none.
    private(set) var procedure: CalledProcedure?
    /// The index of the current parameter of the procedure.
    var position: Int?

    /// - Parameters:
    ///   - names: hashes of the person's own values.
    ///   - words: names of the person that are also replaced inside longer texts.
    ///   - keepsWords: whether there are enough sessions to decide which words belong together.
    ///   - keepsFields: whether every whole field is kept because a rule of the user may name it.
    ///   - authorities: the authorities of the service itself in lower case
    init(
        names: Set<UInt64>, words: [[UInt8]] = [], keepsWords: Bool = false, keepsFields: Bool = false,
        authorities: Set<String> = []
    ) {
        self.names = names
        self.authorities = authorities.sorted().map { Array("://\($0)".utf8) }
        self.keepsFields = keepsFields
        self.keepsWords = keepsWords
        self.words = words.sorted { $0.count > $1.count }
        nameForms = self.words.flatMap { NameInIdentifier.forms(of: $0) }
    }

    /// Returns the places and removes them from the collector.
    mutating func takeSinks() -> [Sink] {
        defer { sinks = [] }
        return sinks
    }

    /// Collects the places of `draft`, request `request` of the session. Requests come in order.
    mutating func collect(_ draft: ParsedRequest, request: Int) {
        self.request = request
        procedure = draft.procedure
        var collected: [CollectedPart] = []
        for (index, part) in draft.parts.enumerated() where !part.bytes.isEmpty && part.rule != .withoutValues {
            self.part = index
            let (firstSink, firstLayer) = (sinks.count, layers.count)
            // Most fields are the same in all requests of a session.
            if let same = last.first(where: { $0.has(part) }) {
                collectAgain(same)
            } else {
                collect(part)
            }
            collected.append(
                CollectedPart(part: part, sinks: firstSink..<sinks.count, layers: firstLayer..<layers.count))
        }
        last = collected
    }

    private mutating func collect(_ part: ParsedRequest.Part) {
        left = SinkCollector.partLimit
        isLine = true
        isInCredentials = part.rule == .credentials
        part.bytes.withUnsafeBufferPointer { bytes in
            switch part.kind {
            case .target: target(bytes)
            case .field(let name): field(name, part.rule, bytes)
            case .body(let kind):
                isLine = false
                body(kind, bytes)
            }
        }
        sinks += addresses
        addresses.removeAll(keepingCapacity: true)
    }

    /// Adds the places of a part that is the same as in the last request.
    private mutating func collectAgain(_ same: CollectedPart) {
        let moved = layers.count - same.layers.lowerBound
        for index in same.layers {
            var layer = layers[index]
            layer.parent = layer.parent.map { $0 + moved }
            layers.append(layer)
        }
        for index in same.sinks {
            var sink = sinks[index]
            (sink.request, sink.part) = (request, part)
            sink.layer = sink.layer.map { $0 + moved }
            sinks.append(sink)
        }
    }

    private mutating func target(_ bytes: UnsafeBufferPointer<UInt8>) {
        let url = URLParts(bytes, 0..<bytes.count)
        var previous: Range<Int>?
        for (index, segment) in url.segments(bytes).enumerated() {
            add(bytes, segment, .percent, .path(index: index, previous: previous))
            inside(bytes, segment, .percent)
            if let designator = Designator(bytes, segment) {
                add(bytes, designator.digits, .raw, .path(index: index, previous: designator.letters))
            }
            pieces(bytes, segment, .percent, marks: SinkCollector.endsSegmentPiece)
            innerValues(bytes, segment, .percent)
            if Sink.Coding.percent.isPlain(bytes, segment) { numbers(inside: bytes, segment) }
            previous = segment
        }
        pairs(bytes, url.query, isForm: false)
    }

    private mutating func field(
        _ name: String, _ rule: ParsedRequest.FieldRule, _ bytes: UnsafeBufferPointer<UInt8>
    ) {
        switch rule {
        case .withoutValues: break
        case .cookie: cookies(bytes)
        case .condition:
            add(bytes, 0..<bytes.count, .raw, .condition)
            validators(bytes)
            words(bytes, 0..<bytes.count)
        case .credentials, .any:
            add(bytes, 0..<bytes.count, .raw, .header)
            inside(bytes, 0..<bytes.count, .raw)
            words(bytes, 0..<bytes.count)
            if rule == .any { numbers(inside: bytes, 0..<bytes.count) }
            guard !authorities.isEmpty, !AnyCaseWords.soapAction.occur(in: name.utf8) else { return }
            // The start of such a field follows the targets in any case.
            let own = WireHead.origin(inField: name, Array(bytes))?.count ?? 0
            addresses(inside: bytes, own..<bytes.count)
        }
    }

    /// The validators of a list (RFC 9110 section 13.1.1): `"a", W/"b"`.
    private mutating func validators(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.contains(UInt8(ascii: ",")), bytes.contains(UInt8(ascii: "\"")) else { return }
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.count
            if let first = bytes[start..<end].firstIndex(where: { !ASCII.isBlank($0) }),
                let last = bytes[start..<end].lastIndex(where: { !ASCII.isBlank($0) })
            {
                add(bytes, first..<last + 1, .raw, .condition)
            }
            start = end + 1
        }
    }

    private mutating func cookies(_ bytes: UnsafeBufferPointer<UInt8>) {
        var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
        while let cookie = cookies.next() {
            add(bytes, cookie.value, .raw, .cookie(name: cookie.name))
            let isEncoded = bytes[cookie.value].contains(UInt8(ascii: "%"))
            if isEncoded { add(bytes, cookie.value, .percent, .cookie(name: cookie.name)) }
            inside(bytes, cookie.value, isEncoded ? .percent : .raw)
            parts(of: bytes, cookie.value, .raw)
            if !isEncoded { numbers(inside: bytes, cookie.value, name: cookie.name) }
        }
    }

    /// Notes the value of `range`, and adds the place if the value may be bound there.
    mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, _ place: Sink.Place
    ) {
        guard !range.isEmpty, range.count <= Distinctiveness.countLimit * 3, left > 0 else { return }
        let seen: SeenValue
        if coding.isPlain(bytes, range) {
            seen = SeenValue(bytes, range)
        } else {
            seen = coding.decoded(bytes, range).withUnsafeBufferPointer { SeenValue($0, 0..<$0.count) }
        }
        let distinctiveness = seen.distinctiveness
        if distinctiveness == .weak, place.isNumberInText {
            values.noteInText(seen.hash, request: request)
        } else if distinctiveness != .never {
            values.note(
                seen.hash, commonHash: seen.commonHash, beginning: seen.beginning, count: seen.count, request: request)
        }
        if mayBeBound(distinctiveness, count: range.count, at: place) || names.contains(seen.hash) {
            left -= 1
            let sink = Sink(
                request: request, part: part, layer: layer, range: range, coding: coding, place: place,
                position: position, hash: seen.hash, distinctiveness: distinctiveness)
            if distinctiveness != .never || sink.isReturned {
                values.want(seen.hash, beginning: seen.beginning, count: seen.count)
            }
            if seen.count < Distinctiveness.longNumberCount { values.noteShortValue() }
            sinks.append(sink)
        }
        switch place {
        case .piece, .part, .number, .origin: break
        case .json(let name?, _), .form(let name), .query(let name):
            names(inside: bytes, range, coding, field: name)
            addresses(inside: bytes, range, field: name)
        case .header, .condition: names(inside: bytes, range, coding)
        case .xml(let name, _):
            names(inside: bytes, range, coding)
            addresses(inside: bytes, range, field: name)
        default:
            names(inside: bytes, range, coding)
            addresses(inside: bytes, range)
        }
    }

    /// Adds the place of an address of the service itself.
    mutating func add(address range: Range<Int>, isPath: Bool) {
        left -= 1
        addresses.append(
            Sink(
                request: request, part: part, layer: layer, range: range, coding: .raw,
                place: .origin(isPath: isPath), hash: 0, distinctiveness: .never))
    }

    /// Adds the place of a name of the person.
    mutating func add(nameHash: UInt64, at range: Range<Int>, _ coding: Sink.Coding, _ other: Sink.Other?) {
        left -= 1
        sinks.append(
            Sink(
                request: request, part: part, layer: layer, range: range, coding: coding, place: .piece,
                hash: nameHash, distinctiveness: .never, other: other))
    }

    /// Whether a value of `count` bytes may be bound at `place`. For weak values the surrounding names decide later, or
    /// other sessions with other values at the same two places.
    private func mayBeBound(_ distinctiveness: Distinctiveness, count: Int, at place: Sink.Place) -> Bool {
        if keepsFields, SinkCollector.isWholeField(place) { return true }
        return switch (distinctiveness, place) {
        case (.strong, _), (_, .cookie), (_, .condition): true
        case (.weak, .name): keepsWords
        case (.weak, .number(_, let word, _)): keepsWords || word != nil
        case (.faint, .json(_?, _)), (.faint, .form), (.faint, .query), (.faint, .xml(_?, _)), (.faint, .protobuf):
            keepsWords
        case (.faint, .path(let index, _)): keepsWords && index > 0
        case (.weak, .part): keepsWords || isDecoded || isInCredentials
        case (.faint, .part): keepsWords
        case (.faint, _): false
        case (.weak, .piece): count >= SourceCandidate.shortestTokenCount
        case (.weak, .json(nil, _)), (.weak, .xml(nil, _)), (.never, _): false
        case (.weak, _): true
        }
    }

    private static func isWholeField(_ place: Sink.Place) -> Bool {
        switch place {
        case .json(_?, _), .xml(_?, _), .form, .query, .header, .path, .cookie, .protobuf: true
        case .json, .xml, .condition, .name, .piece, .part, .number, .origin: false
        }
    }

    /// Searches `text`, which is the decoded content of `range` in `encoding`.
    mutating func layered(
        _ text: [UInt8], at range: Range<Int>, as encoding: ValueEncoding,
        look: (inout SinkCollector, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let (outer, wasLine, wasDecoded) = (layer, isLine, isDecoded)
        switch encoding {
        case .raw, .line: break
        case .base64: (isLine, isDecoded) = (false, true)
        default: isLine = false
        }
        layers.append(SinkLayer(parent: outer, range: range, encoding: encoding, bytes: text, isLine: isLine))
        layer = layers.count - 1
        text.withUnsafeBufferPointer { look(&self, $0) }
        (layer, isLine, isDecoded) = (outer, wasLine, wasDecoded)
    }

    mutating func descend(into text: [UInt8], at range: Range<Int>, as encoding: ValueEncoding) {
        depth += 1
        layered(text, at: range, as: encoding) { $0.text($1) }
        depth -= 1
    }
}

extension AnyCaseWords {
    /// A field whose value is a name, though it looks like an address.
    fileprivate static let soapAction = AnyCaseWords("soapaction")
}
