import Formats

extension SinkCollector {
    mutating func body(_ kind: ParsedRequest.BodyKind, _ bytes: UnsafeBufferPointer<UInt8>) {
        switch kind {
        case .json: json(bytes)
        case .form: pairs(bytes, 0..<bytes.count, isForm: true)
        case .xml: xml(bytes)
        case .multipart: multipart(bytes)
        case .protobuf: protobuf(bytes, 0..<bytes.count, [])
        case .framedProtobuf:
            guard GRPCFrames.decoded(bytes) != nil, let form = Base64.detected(bytes, 0..<bytes.count),
                let decoded = form.decoded(bytes)
            else {
                frames(bytes)
                return
            }
            layered(decoded, at: 0..<bytes.count, as: .base64(form)) { $0.frames($1) }
        case .text, .html:
            guard bytes.count <= SinkCollector.textLimit else { return }
            if GraphQLText.isLikely(bytes, 0..<bytes.count) { graphQL(bytes) }
            words(bytes, 0..<bytes.count)
            names(inside: bytes, 0..<bytes.count, .raw)
            addresses(inside: bytes, 0..<bytes.count)
            numbers(inside: bytes, 0..<bytes.count)
        case .opaque: break
        }
    }

    /// The messages of gRPC.
    private mutating func frames(_ bytes: UnsafeBufferPointer<UInt8>) {
        for frame in GRPCFrames.ranges(in: bytes) {
            layered(Array(bytes[frame.message]), at: frame.entry, as: .prefixed(.fourBytes)) { collector, message in
                collector.protobuf(message, 0..<message.count, [])
            }
        }
    }

    mutating func pairs(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isForm: Bool) {
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next() {
            let place: Sink.Place = isForm ? .form(name: pair.name) : .query(name: pair.name)
            add(bytes, pair.value, .form, place)
            if bytes[pair.value].contains(UInt8(ascii: "+")) { add(bytes, pair.value, .percent, place) }
            if JSONNames.mayBeID(bytes, pair.name) {
                add(bytes, pair.name, .form, .name)
                inside(bytes, pair.name, .form)
                pieces(bytes, pair.name, .form)
                numbers(inside: bytes, pair.name, isName: true)
            } else if bytes[pair.name].contains(where: ASCII.isDigit) {
                numbers(ofName: pair.name, in: bytes, .form)
            }
            // In percent-encoded text, digits of escapes are not numbers: the decoded value is searched.
            if Sink.Coding.form.isPlain(bytes, pair.value) { numbers(inside: bytes, pair.value, name: pair.name) }
            guard pair.value.count >= SinkCollector.shortestCoded else { continue }
            inside(bytes, pair.value, .form)
            parts(of: bytes, pair.value, .form)
        }
    }

    mutating func json(_ bytes: UnsafeBufferPointer<UInt8>) {
        for text in JSONTexts.ranges(in: bytes) { json(bytes, text) }
    }

    private mutating func json(_ bytes: UnsafeBufferPointer<UInt8>, _ text: Range<Int>) {
        let start = text.lowerBound
        func moved(_ range: Range<Int>) -> Range<Int> { range.lowerBound + start..<range.upperBound + start }
        var leaves = JSONLeaves(UnsafeBufferPointer(rebasing: bytes[text]))
        while let leaf = leaves.next() {
            let range = moved(leaf.range)
            let key = leaves.key.map(moved)
            let parent = leaves.parentKey.map(moved)
            let isNumber = !leaf.isString && JSONLeaves.isNumber(bytes, range)
            guard leaf.isString || isNumber else { continue }
            if let procedure, layer == nil {
                // The number of a call is the client's own.
                if procedure.isRemoteCall, leaf.range.count < SinkCollector.shortestRest, !keepsFields,
                    leaves.isCallNumber(in: bytes[text])
                {
                    continue
                }
                position = key.flatMap { CalledProcedure.isParameterList(bytes[$0]) ? leaves.position : nil }
            }
            defer { position = nil }
            add(bytes, range, leaf.isString ? .json : .raw, .json(name: key, parent: parent))
            guard leaf.isString else { continue }
            inside(bytes, range, .json)
            guard !leaf.hasEscapes else { continue }
            words(bytes, range, .json)
            numbers(inside: bytes, range, name: key)
        }
        guard JSONNames.mayHoldIDs(UnsafeBufferPointer(rebasing: bytes[text])) else { return }
        var names = JSONNames(UnsafeBufferPointer(rebasing: bytes[text]))
        while let name = names.next() {
            let range = moved(name.range)
            if JSONNames.mayBeID(bytes, range) {
                add(bytes, range, .json, .name)
                numbers(inside: bytes, range, isName: true)
            } else if JSONNames.endsInNumber(bytes, range) {
                numbers(ofName: range, in: bytes, .json)
            }
        }
    }

    /// The numbers in the name of a member, a field or a parameter, which may be ids: `qty[17]`.
    private mutating func numbers(
        ofName name: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>, _ coding: Sink.Coding
    ) {
        if bytes[name].allSatisfy(ASCII.isDigit) {
            add(bytes, name, coding, .name)
        } else if coding == .form, !coding.isPlain(bytes, name) {
            inside(bytes, name, coding)
        } else {
            numbers(inside: bytes, name, isName: true)
        }
    }

    /// The arguments of a GraphQL document.
    mutating func graphQL(_ text: UnsafeBufferPointer<UInt8>) {
        var arguments = GraphQLText(text)
        while let argument = arguments.next() {
            let place = Sink.Place.json(name: argument.name, parent: argument.field)
            add(text, argument.value, argument.isString ? .json : .raw, place)
            if argument.isString { inside(text, argument.value, .json) }
        }
    }

    /// The texts and numbers of a protobuf message.
    private mutating func protobuf(_ bytes: UnsafeBufferPointer<UInt8>, _ message: Range<Int>, _ path: [Int]) {
        guard path.count < ProtobufFields.depthLimit else { return }
        var fields = ProtobufFields(bytes, message)
        while left > 0, let field = fields.next() {
            let own = path + [field.number]
            if case .number(let form) = field.kind {
                add(bytes, field.content, .binary(form), .protobuf(own))
                continue
            }
            layered(Array(bytes[field.content]), at: field.entry, as: .prefixed(.varint)) { collector, content in
                guard field.kind == .text else {
                    collector.protobuf(content, 0..<content.count, own)
                    return
                }
                collector.add(content, 0..<content.count, .raw, .protobuf(own))
                collector.inside(content, 0..<content.count, .raw)
                collector.words(content, 0..<content.count)
                collector.numbers(inside: content, 0..<content.count)
            }
        }
    }

    private mutating func xml(_ bytes: UnsafeBufferPointer<UInt8>) {
        var leaves = XMLLeaves(bytes)
        while let leaf = leaves.next() {
            let place = Sink.Place.xml(
                name: leaf.attribute ?? leaves.element, parent: leaf.attribute == nil ? leaves.parent : leaves.element)
            add(bytes, leaf.range, leaf.isLiteral ? .raw : .markup, place)
            inside(bytes, leaf.range, leaf.isLiteral ? .raw : .markup)
            if leaf.isLiteral || !bytes[leaf.range].contains(UInt8(ascii: "&")) {
                words(bytes, leaf.range, leaf.isLiteral ? .raw : .markup)
                numbers(inside: bytes, leaf.range, name: leaf.attribute ?? leaves.element)
            }
        }
    }

    private mutating func multipart(_ bytes: UnsafeBufferPointer<UInt8>) {
        var parts = MultipartParts(bytes)
        while let part = parts.next() {
            guard part.content.count <= SinkCollector.textLimit else { continue }
            if let name = part.name {
                add(bytes, part.content, .raw, .form(name: name))
                numbers(inside: bytes, part.content, name: name)
                if JSONNames.mayBeID(bytes, name) {
                    add(bytes, name, .raw, .name)
                    pieces(bytes, name, .raw)
                } else {
                    numbers(ofName: name, in: bytes, .raw)
                }
            }
            if let name = part.fileName {
                add(bytes, name, .raw, .piece)
                pieces(bytes, name, .raw) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }
                names(inside: bytes, name, .raw)
                numbers(inside: bytes, name)
            }
            inside(bytes, part.content, .raw)
            if part.name == nil, !part.isFile { message(bytes, part.content) }
            if !part.isFile || ParsedRequest.BodyKind.isPrintable(bytes, part.content) { words(bytes, part.content) }
        }
    }

    /// A request in a part of a batch (RFC 9112 section 10.1, `application/http`): the numbers of its target, which
    /// need not begin with a slash, and its body.
    private mutating func message(_ bytes: UnsafeBufferPointer<UInt8>, _ content: Range<Int>) {
        guard let line = ByteSearch.index(of: ASCII.lineFeed, in: bytes, content),
            let space = ByteSearch.index(of: ASCII.space, in: bytes, content.lowerBound..<line),
            let end = bytes[space + 1..<line].lastIndex(of: ASCII.space),
            bytes[end + 1..<line].starts(with: "HTTP/".utf8)
        else { return }
        numbers(inside: bytes, space + 1..<end)
        let rest = UnsafeBufferPointer(rebasing: bytes[..<content.upperBound])
        for blank in ["\r\n\r\n", "\n\n"] {
            guard let body = ByteSearch.end(of: Array(blank.utf8), in: rest, from: content.lowerBound) else { continue }
            inside(bytes, body..<content.upperBound, .raw)
            return
        }
    }

    /// Adds the parts of a value: those between separators, and embedded values. A value of letters and digits only has
    /// no parts.
    mutating func parts(of bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding) {
        var hasHyphens = false
        var hasMarks = false
        for index in range where !ASCII.isAlphanumeric(bytes[index]) {
            hasHyphens = true
            guard bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "_") else {
                hasMarks = true
                break
            }
        }
        if hasMarks {
            pieces(bytes, range, coding)
            dottedPieces(bytes, range, coding)
        }
        if hasHyphens { innerValues(bytes, range, coding) }
    }

    /// The words between blanks and quotes, and the fragments of those.
    mutating func words(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding = .raw
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes[start..<range.upperBound].firstIndex(where: WordEnds.endsWord) ?? range.upperBound
            if end - start >= 6 {
                if start..<end != range { add(bytes, start..<end, coding, .piece) }
                if coding == .raw { inside(bytes, start..<end, .percent) }
                let isURL = SinkCollector.isURL(bytes, start..<end)
                parts(of: bytes, start..<end, isURL ? .percent : coding)
                if isURL, keepsWords, !isLine { segments(ofURL: start..<end, in: bytes) }
            }
            start = end + 1
        }
    }

    /// The segments of a URL's path in a body: a short one may be a word, and sessions decide together whether it is an
    /// id. Long ones belong to the same places.
    private mutating func segments(ofURL url: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) {
        for (index, segment) in URLParts(bytes, url).segments(bytes).enumerated()
        where segment.count <= SinkCollector.longestSegment && bytes[segment].contains(where: ASCII.isLetter) {
            add(bytes, segment, .percent, .part(index))
        }
    }

    /// The longest of them.
    private static let longestSegment = 40

    /// The fragments between the separators of a URL or a list.
    ///
    /// - Parameter coding: how a fragment is encoded: percent-encoded only in URLs and forms, unless it was recorded
    ///   so.
    mutating func pieces(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, shortest: Int = 6,
        marks: (UInt8) -> Bool = SinkCollector.endsPiece
    ) {
        guard range.count <= SinkCollector.textLimit else { return }
        rests(bytes, range, coding)
        var start = range.lowerBound
        var number = 0
        while start < range.upperBound {
            let end = bytes[start..<range.upperBound].firstIndex(where: marks) ?? range.upperBound
            let piece = start..<end
            start = end + 1
            guard piece != range, !piece.isEmpty else { continue }
            let isEncoded = coding != .form && bytes[piece].contains(UInt8(ascii: "%"))
            if piece.count >= shortest {
                add(bytes, piece, isEncoded ? .percent : coding, .piece)
                inside(bytes, piece, .percent)
                innerValues(bytes, piece, isEncoded ? .percent : coding)
            } else if isLine || isDecoded, range.count >= SinkCollector.shortestRest {
                // A short id next to a key: several sessions decide whether it is one.
                add(bytes, piece, isEncoded ? .percent : coding, .part(number))
            }
            number += 1
        }
    }

    /// The long values of a dot-separated list; shorter values and tokens contain dots themselves.
    mutating func dottedPieces(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding) {
        guard range.count > 32, bytes[range].contains(UInt8(ascii: ".")), !RecordedToken.isLikely(bytes, range) else {
            return
        }
        pieces(bytes, range, coding, shortest: 16) { $0 == UInt8(ascii: ".") }
    }

    /// Whether a word is a URL, or a path with a query.
    private static func isURL(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        if bytes[range.lowerBound] == UInt8(ascii: "/") { return true }
        guard let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")), colon > range.lowerBound,
            colon + 2 < range.upperBound
        else { return false }
        return bytes[colon + 1] == UInt8(ascii: "/") && bytes[colon + 2] == UInt8(ascii: "/")
    }

    static func endsPiece(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "#"),
            UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: "~"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    static func endsSegmentPiece(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "="),
            UInt8(ascii: "@"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
