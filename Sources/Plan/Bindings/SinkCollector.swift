/// Finds the places in a session's requests where values stand, those of longer values before those of their pieces.
struct SinkCollector {
    /// The most places looked at in one part of a request.
    static let partLimit = 4096
    /// The longest text that is taken apart into pieces.
    static let textLimit = 256 << 10

    /// The places, in the order of the requests and of their parts.
    private(set) var sinks: [Sink] = []
    /// The first request with each value, whether it can be bound or not, by the value's hash.
    private(set) var firstRequests: [UInt64: Int] = [:]
    /// Hashes of the session's identities, which are kept however short they are.
    private let names: Set<UInt64>
    private var request = 0
    private var part = 0
    private var left = 0

    init(names: Set<UInt64>) { self.names = names }

    mutating func collect(_ draft: RequestDraft, request: Int) {
        self.request = request
        for (index, part) in draft.parts.enumerated() where !part.bytes.isEmpty {
            self.part = index
            left = SinkCollector.partLimit
            part.bytes.withUnsafeBufferPointer { bytes in
                switch part.kind {
                case .target: target(bytes)
                case .field(let name): field(name.lowercased(), bytes)
                case .body(.json): json(bytes)
                case .body(.form): pairs(bytes, 0..<bytes.count, isForm: true)
                case .body(.text), .body(.html):
                    if bytes.count <= SinkCollector.textLimit { words(bytes, 0..<bytes.count) }
                case .body(.opaque): break
                }
            }
        }
    }

    private mutating func target(_ bytes: UnsafeBufferPointer<UInt8>) {
        let url = URLParts(bytes, 0..<bytes.count)
        var previous: Range<Int>?
        for segment in url.segments(bytes) {
            add(bytes, segment, .percent, .path(previous: previous))
            previous = segment
        }
        pairs(bytes, url.query, isForm: false)
    }

    private mutating func pairs(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isForm: Bool) {
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next() {
            let place: Sink.Place = isForm ? .form(name: pair.name) : .query(name: pair.name)
            add(bytes, pair.value, .form, place)
            if bytes[pair.value].contains(UInt8(ascii: "+")) { add(bytes, pair.value, .percent, place) }
            pieces(bytes, pair.value)
        }
    }

    private mutating func field(_ name: String, _ bytes: UnsafeBufferPointer<UInt8>) {
        if SinkCollector.fieldsWithoutValues.contains(name) || name.hasPrefix("sec-") { return }
        guard name == "cookie" else {
            if name == "authorization", !names.isEmpty { credentials(bytes) }
            add(bytes, 0..<bytes.count, .raw, .header)
            words(bytes, 0..<bytes.count)
            return
        }
        var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
        while let cookie = cookies.next() {
            add(bytes, cookie.value, .raw, .cookie(name: cookie.name))
            if bytes[cookie.value].contains(UInt8(ascii: "%")) {
                add(bytes, cookie.value, .percent, .cookie(name: cookie.name))
            }
        }
    }

    /// Who logs in by HTTP Basic is looked for among the session's people only.
    private mutating func credentials(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let blank = bytes.firstIndex(of: 0x20), blank == 5,
            bytes[..<blank].elementsEqual("basic".utf8, by: { HeadFields.lowercase($0) == $1 }),
            Sink.Coding.credentials(bytes, blank + 1..<bytes.count) != nil
        else { return }
        add(bytes, blank + 1..<bytes.count, .basic, .header)
    }

    private mutating func json(_ bytes: UnsafeBufferPointer<UInt8>) {
        var leaves = JSONLeaves(bytes)
        while let leaf = leaves.next(), left > 0 {
            let isNumber = !leaf.isString && JSONLeaves.isNumber(bytes, leaf.range)
            guard leaf.isString || isNumber else { continue }
            let place = Sink.Place.json(name: leaves.key, parent: leaves.parentKey)
            add(bytes, leaf.range, leaf.isString ? .json : .raw, place)
            if leaf.isString, !leaf.hasEscapes { words(bytes, leaf.range, .json) }
        }
    }

    /// What stands between blanks and quotes, and the pieces of that.
    private mutating func words(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding = .raw
    ) {
        var start = range.lowerBound
        while start < range.upperBound, left > 0 {
            let end = bytes[start..<range.upperBound].firstIndex(where: SinkCollector.endsWord) ?? range.upperBound
            let word = start..<end
            start = end + 1
            guard word.count >= 6 else { continue }
            if word != range { add(bytes, word, coding, .piece) }
            if let equals = bytes[word].firstIndex(of: UInt8(ascii: "=")), equals + 1 < end {
                add(bytes, equals + 1..<end, coding, .piece)
            }
            pieces(bytes, word)
        }
    }

    /// What stands between the marks that part a URL.
    private mutating func pieces(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        guard bytes[range].contains(where: SinkCollector.endsPiece) else { return }
        var start = range.lowerBound
        while start < range.upperBound, left > 0 {
            let end = bytes[start..<range.upperBound].firstIndex(where: SinkCollector.endsPiece) ?? range.upperBound
            if end - start >= 6 { add(bytes, start..<end, .percent, .piece) }
            start = end + 1
        }
    }

    private mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, _ place: Sink.Place
    ) {
        guard !range.isEmpty, range.count <= Distinctiveness.countLimit * 3, left > 0 else { return }
        let hash: UInt64
        let distinctiveness: Distinctiveness
        if coding.isPlain(bytes, range) {
            hash = ValueHash.of(bytes, range)
            distinctiveness = Distinctiveness(bytes, range)
        } else {
            let value = coding.decoded(bytes, range)
            hash = ValueHash.of(value)
            distinctiveness = value.withUnsafeBufferPointer { Distinctiveness($0, 0..<$0.count) }
        }
        if distinctiveness != .never, firstRequests[hash] == nil { firstRequests[hash] = request }
        guard canBeMeant(distinctiveness, count: range.count, at: place, bytes) || names.contains(hash) else { return }
        left -= 1
        sinks.append(
            Sink(
                request: request, part: part, range: range, coding: coding, place: place, hash: hash,
                distinctiveness: distinctiveness))
    }

    /// Whether a value of `count` bytes may be bound at `place`; a weak one only where the name says that it identifies
    /// something or is a token, or where it is long enough for a token.
    private func canBeMeant(
        _ distinctiveness: Distinctiveness, count: Int, at place: Sink.Place, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        switch (distinctiveness, place) {
        case (.strong, _), (_, .cookie), (.weak, .path), (.weak, .header): true
        case (.weak, .query(let name)), (.weak, .form(let name)), (.weak, .json(let name?, _)):
            IdentifierName.mayIdentify(bytes, name) || IdentifierName.namesToken(bytes[name])
        case (.weak, .piece): count >= SourceCandidate.shortestTokenCount
        case (.weak, .json(nil, _)), (.never, _): false
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    private static func endsPiece(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "#"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// Fields that say what the client is and can do.
    private static let fieldsWithoutValues: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "user-agent", "content-type",
        "content-encoding", "content-language", "cache-control", "pragma", "date", "dnt", "priority", "range",
        "upgrade-insecure-requests", "x-requested-with", "via", "x-forwarded-for", "x-forwarded-proto",
    ]
}
