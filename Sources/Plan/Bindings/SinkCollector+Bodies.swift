import Formats

extension SinkCollector {
    mutating func body(_ kind: RequestDraft.BodyKind, _ bytes: UnsafeBufferPointer<UInt8>) {
        switch kind {
        case .json: json(bytes)
        case .form: pairs(bytes, 0..<bytes.count, isForm: true)
        case .xml: xml(bytes)
        case .multipart: multipart(bytes)
        case .text, .html:
            guard bytes.count <= SinkCollector.textLimit else { return }
            words(bytes, 0..<bytes.count)
            names(inside: bytes, 0..<bytes.count, .raw)
        case .opaque: break
        }
    }

    mutating func pairs(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isForm: Bool) {
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next() {
            let place: Sink.Place = isForm ? .form(name: pair.name) : .query(name: pair.name)
            add(bytes, pair.value, .form, place)
            if bytes[pair.value].contains(UInt8(ascii: "+")) { add(bytes, pair.value, .percent, place) }
            inside(bytes, pair.value, .form)
            pieces(bytes, pair.value)
        }
    }

    mutating func json(_ bytes: UnsafeBufferPointer<UInt8>) {
        var leaves = JSONLeaves(bytes)
        while let leaf = leaves.next() {
            let isNumber = !leaf.isString && JSONLeaves.isNumber(bytes, leaf.range)
            guard leaf.isString || isNumber else { continue }
            let place = Sink.Place.json(name: leaves.key, parent: leaves.parentKey)
            add(bytes, leaf.range, leaf.isString ? .json : .raw, place)
            guard leaf.isString else { continue }
            inside(bytes, leaf.range, .json)
            if !leaf.hasEscapes { words(bytes, leaf.range, .json) }
        }
    }

    private mutating func xml(_ bytes: UnsafeBufferPointer<UInt8>) {
        var leaves = XMLLeaves(bytes)
        while let leaf = leaves.next() {
            let place = Sink.Place.xml(
                name: leaf.attribute ?? leaves.element, parent: leaf.attribute == nil ? leaves.parent : leaves.element)
            add(bytes, leaf.range, leaf.isLiteral ? .raw : .markup, place)
            inside(bytes, leaf.range, leaf.isLiteral ? .raw : .markup)
            if leaf.isLiteral || !bytes[leaf.range].contains(UInt8(ascii: "&")) { words(bytes, leaf.range) }
        }
    }

    private mutating func multipart(_ bytes: UnsafeBufferPointer<UInt8>) {
        var parts = MultipartParts(bytes)
        while let part = parts.next() {
            guard part.content.count <= SinkCollector.textLimit else { continue }
            if let name = part.name { add(bytes, part.content, .raw, .form(name: name)) }
            inside(bytes, part.content, .raw)
            if !part.isFile { words(bytes, part.content) }
        }
    }

    /// What stands between blanks and quotes, and the pieces of that.
    mutating func words(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding = .raw
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes[start..<range.upperBound].firstIndex(where: WordEnds.endsWord) ?? range.upperBound
            if end - start >= 6 {
                if start..<end != range { add(bytes, start..<end, coding, .piece) }
                if coding == .raw { inside(bytes, start..<end, .percent) }
                pieces(bytes, start..<end)
            }
            start = end + 1
        }
    }

    /// What stands between the marks of a URL.
    mutating func pieces(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        marks: (UInt8) -> Bool = SinkCollector.endsPiece
    ) {
        guard range.count <= SinkCollector.textLimit else { return }
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes[start..<range.upperBound].firstIndex(where: marks) ?? range.upperBound
            if end - start >= 6, start..<end != range {
                add(bytes, start..<end, .percent, .piece)
                inside(bytes, start..<end, .percent)
            }
            start = end + 1
        }
    }

    static func endsPiece(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "#"),
            UInt8(ascii: ":"):
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
