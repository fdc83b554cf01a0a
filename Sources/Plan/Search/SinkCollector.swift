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
    /// The lengths of their values.
    private(set) var lengths = LengthFilter()
    /// Decoded fragments of the parts.
    private(set) var layers: [SinkLayer] = []
    /// The first request with each value, bindable or not, by the value's hash.
    private(set) var firstRequests = HashTable<Int>()
    /// Hashes of the session's identities, which are kept regardless of length.
    private let names: Set<UInt64>
    /// Names that are searched for in longer texts, longest first.
    private let words: [[UInt8]]
    /// Whether plain words are kept; only several sessions together can decide about them.
    private let keepsWords: Bool
    /// Whether every whole field is kept because a rule of the user may name it.
    private let keepsFields: Bool
    private var request = 0
    private var part = 0
    private(set) var left = 0
    private var layer: Int?
    private var depth = 0
    private(set) var isLine = true
    /// Whether an Authorization field is being searched: there a name counts only as a whole.
    private var isInCredentials = false

    /// - Parameters:
    ///   - names: hashes of the person's own values.
    ///   - words: names of the person that are also replaced inside longer texts.
    ///   - keepsWords: whether there are enough sessions to decide which words belong together.
    ///   - keepsFields: whether every whole field is kept because a rule of the user may name it.
    init(names: Set<UInt64>, words: [[UInt8]] = [], keepsWords: Bool = false, keepsFields: Bool = false) {
        self.names = names
        self.keepsFields = keepsFields
        self.keepsWords = keepsWords
        self.words = words.sorted { $0.count > $1.count }
    }

    /// Returns the places and removes them from the collector.
    mutating func takeSinks() -> [Sink] {
        defer { sinks = [] }
        return sinks
    }

    mutating func collect(_ draft: ParsedRequest, request: Int) {
        self.request = request
        for (index, part) in draft.parts.enumerated() where !part.bytes.isEmpty {
            self.part = index
            left = SinkCollector.partLimit
            isLine = true
            isInCredentials = part.rule == .credentials
            part.bytes.withUnsafeBufferPointer { bytes in
                switch part.kind {
                case .target: target(bytes)
                case .field: field(part.rule, bytes)
                case .body(let kind):
                    isLine = false
                    body(kind, bytes)
                }
            }
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
            previous = segment
        }
        pairs(bytes, url.query, isForm: false)
    }

    private mutating func field(_ rule: ParsedRequest.FieldRule, _ bytes: UnsafeBufferPointer<UInt8>) {
        switch rule {
        case .withoutValues: break
        case .cookie: cookies(bytes)
        case .condition:
            add(bytes, 0..<bytes.count, .raw, .condition)
            words(bytes, 0..<bytes.count)
        case .credentials, .any:
            add(bytes, 0..<bytes.count, .raw, .header)
            inside(bytes, 0..<bytes.count, .raw)
            words(bytes, 0..<bytes.count)
        }
    }

    private mutating func cookies(_ bytes: UnsafeBufferPointer<UInt8>) {
        var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
        while let cookie = cookies.next() {
            add(bytes, cookie.value, .raw, .cookie(name: cookie.name))
            let isEncoded = bytes[cookie.value].contains(UInt8(ascii: "%"))
            if isEncoded { add(bytes, cookie.value, .percent, .cookie(name: cookie.name)) }
            inside(bytes, cookie.value, isEncoded ? .percent : .raw)
            pieces(bytes, cookie.value, .raw)
            dottedPieces(bytes, cookie.value, .raw)
            innerValues(bytes, cookie.value, .raw)
        }
    }

    mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, _ place: Sink.Place
    ) {
        guard !range.isEmpty, range.count <= Distinctiveness.countLimit * 3, left > 0 else { return }
        let hash: UInt64
        let distinctiveness: Distinctiveness
        var count = range.count
        if coding.isPlain(bytes, range) {
            hash = ValueHash.of(bytes, range)
            distinctiveness = Distinctiveness(bytes, range)
        } else {
            let value = coding.decoded(bytes, range)
            count = value.count
            hash = ValueHash.of(value)
            distinctiveness = value.withUnsafeBufferPointer { Distinctiveness($0, 0..<$0.count) }
        }
        if distinctiveness != .never { noteFirst(hash) }
        defer { if distinctiveness == .strong { addRecased(bytes, range, coding, place) } }
        if canBeMeant(distinctiveness, count: range.count, at: place) || names.contains(hash) {
            left -= 1
            lengths.insert(count)
            sinks.append(
                Sink(
                    request: request, part: part, layer: layer, range: range, coding: coding, place: place, hash: hash,
                    distinctiveness: distinctiveness))
        }
        switch place {
        case .piece, .part: break
        case .json(let name?, _), .form(let name), .query(let name): names(inside: bytes, range, coding, field: name)
        default: names(inside: bytes, range, coding)
        }
    }

    /// Records a value of the current request. Requests come in order, and the first one with a value is kept.
    private mutating func noteFirst(_ hash: UInt64) { firstRequests.insert(request, for: hash) }

    /// Adds the same place for its digits in the other letter case, in case a response has them so.
    private mutating func addRecased(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, _ place: Sink.Place
    ) {
        guard let isUppercase = LetterCase.ofHex(bytes, range) else { return }
        let hash = ValueHash.of(LetterCase.recased(Array(bytes[range]), isUppercase: !isUppercase))
        noteFirst(hash)
        guard left > 0 else { return }
        left -= 1
        lengths.insert(range.count)
        sinks.append(
            Sink(
                request: request, part: part, layer: layer, range: range, coding: coding, place: place, hash: hash,
                distinctiveness: .strong, isUppercase: isUppercase))
    }

    /// Finds names as whole words in a longer text, except in a password.
    mutating func names(
        inside bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, field: Range<Int>? = nil
    ) {
        guard !words.isEmpty, !isInCredentials else { return }
        for word in words where word.count < range.count {
            let text = UnsafeBufferPointer(rebasing: bytes[..<range.upperBound])
            var position = range.lowerBound
            while left > 0, let end = ByteSearch.end(of: word, in: text, from: position) {
                let start = end - word.count
                position = end
                guard WordEnds.isApart(start..<end, in: bytes, range) else { continue }
                if let field, IdentityFieldName.isPassword(String(decoding: bytes[field], as: UTF8.self)) { return }
                left -= 1
                sinks.append(
                    Sink(
                        request: request, part: part, layer: layer, range: start..<end, coding: coding, place: .piece,
                        hash: ValueHash.of(word), distinctiveness: .never))
            }
        }
    }

    /// Whether a value of `count` bytes may be bound at `place`. For weak values the surrounding names decide later, or
    /// other sessions with other values at the same two places.
    private func canBeMeant(_ distinctiveness: Distinctiveness, count: Int, at place: Sink.Place) -> Bool {
        if keepsFields, SinkCollector.isWholeField(place) { return true }
        return switch (distinctiveness, place) {
        case (.strong, _), (_, .cookie), (_, .condition): true
        case (.weak, .name): false
        case (.faint, .json(_?, _)), (.faint, .form), (.faint, .query), (.faint, .xml(_?, _)), (.faint, .protobuf):
            keepsWords
        case (.faint, .path(let index, _)): keepsWords && index > 0
        case (.faint, .part), (.weak, .part): keepsWords
        case (.faint, _): false
        case (.weak, .piece): count >= SourceCandidate.shortestTokenCount
        case (.weak, .json(nil, _)), (.weak, .xml(nil, _)), (.never, _): false
        case (.weak, _): true
        }
    }

    private static func isWholeField(_ place: Sink.Place) -> Bool {
        switch place {
        case .json(_?, _), .xml(_?, _), .form, .query, .header, .path, .cookie, .protobuf: true
        case .json, .xml, .condition, .name, .piece, .part: false
        }
    }

    /// Searches the decoded content of `range`: another encoding, or a structured text.
    mutating func inside(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding) {
        guard depth < SinkCollector.depthLimit, range.count >= Base64.shortestText,
            range.count <= SinkCollector.textLimit, left > 0
        else { return }
        if !coding.isPlain(bytes, range) {
            let text = coding.decoded(bytes, range)
            let encoding = ValueEncoding.reproducing(bytes, range, value: text, coding: coding, isLine: isLine)
            guard let encoding else { return }
            descend(into: text, at: range, as: encoding)
        } else if let (text, form) = Base64.text(bytes, range) {
            descend(into: text, at: range, as: .base64(form))
        } else if JSONText.isLikely(bytes, range) || GraphQLText.isLikely(bytes, range) {
            let encoding: ValueEncoding = coding == .json ? .json(JSONStyle()) : isLine ? .line : .raw
            descend(into: Array(bytes[range]), at: range, as: encoding)
        }
    }

    /// Searches `text`, which is the decoded content of `range` in `encoding`.
    mutating func layered(
        _ text: [UInt8], at range: Range<Int>, as encoding: ValueEncoding,
        look: (inout SinkCollector, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let (outer, wasLine) = (layer, isLine)
        switch encoding {
        case .raw, .line: break
        default: isLine = false
        }
        layers.append(SinkLayer(parent: outer, range: range, encoding: encoding, bytes: text, isLine: isLine))
        layer = layers.count - 1
        text.withUnsafeBufferPointer { look(&self, $0) }
        (layer, isLine) = (outer, wasLine)
    }

    private mutating func descend(into text: [UInt8], at range: Range<Int>, as encoding: ValueEncoding) {
        depth += 1
        layered(text, at: range, as: encoding) { $0.text($1) }
        depth -= 1
    }

    /// Searches the decoded content of a fragment.
    private mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
        if JSONText.isLikely(text, 0..<text.count), !GraphQLText.isLikely(text, 0..<text.count) {
            json(text)
        } else if GraphQLText.isLikely(text, 0..<text.count) {
            graphQL(text)
            names(inside: text, 0..<text.count, .raw)
            words(text, 0..<text.count)
        } else {
            if let colon = text.firstIndex(of: UInt8(ascii: ":")), text.count <= 512 {
                // `name:password` (RFC 7617 section 2): the name may be short.
                add(text, 0..<colon, .raw, .part(0))
                add(text, colon + 1..<text.count, .raw, .part(1))
            }
            add(text, 0..<text.count, .raw, .piece)
            names(inside: text, 0..<text.count, .raw)
            inside(text, 0..<text.count, .raw)
            words(text, 0..<text.count)
        }
    }
}
