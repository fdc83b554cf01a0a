import Formats

/// Values inside longer texts: encoded contents, numbers, names and the addresses of the service itself.
extension SinkCollector {
    /// The shortest percent-encoded text that is decoded and searched: `id%3D7`.
    static let shortestCoded = 6

    /// Searches the decoded content of `range`: another encoding, or a structured text.
    mutating func inside(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding) {
        guard depth < SinkCollector.depthLimit, range.count >= SinkCollector.shortestCoded,
            range.count <= SinkCollector.textLimit, left > 0
        else { return }
        if !coding.isPlain(bytes, range) {
            let text = coding.decoded(bytes, range)
            let encoding = ValueEncoding.reproducing(bytes, range, value: text, coding: coding, isLine: isLine)
            guard let encoding else { return }
            descend(into: text, at: range, as: encoding)
        } else if range.count < Base64.shortestText {
            return
        } else if let (text, form) = Base64.text(bytes, range) {
            descend(into: text, at: range, as: .base64(form))
        } else if JSONText.isLikely(bytes, range) || GraphQLText.isLikely(bytes, range) {
            let encoding: ValueEncoding = coding == .json ? .json(JSONStyle()) : isLine ? .line : .raw
            descend(into: Array(bytes[range]), at: range, as: encoding)
        }
    }

    /// Searches the decoded content of a fragment.
    mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
        if JSONText.isLikely(text, 0..<text.count), !GraphQLText.isLikely(text, 0..<text.count) {
            json(text)
        } else if GraphQLText.isLikely(text, 0..<text.count) {
            graphQL(text)
            names(inside: text, 0..<text.count, .raw)
            addresses(inside: text, 0..<text.count)
            words(text, 0..<text.count)
        } else {
            if let colon = text.firstIndex(of: UInt8(ascii: ":")), text.count <= 512 {
                // `name:password` (RFC 7617 section 2): the name may be short.
                add(text, 0..<colon, .raw, .part(0))
                add(text, colon + 1..<text.count, .raw, .part(1))
            }
            add(text, 0..<text.count, .raw, .piece)
            names(inside: text, 0..<text.count, .raw)
            addresses(inside: text, 0..<text.count)
            inside(text, 0..<text.count, .raw)
            words(text, 0..<text.count)
            numbers(inside: text, 0..<text.count)
        }
    }

    /// The addresses of the service itself in a longer text.
    ///
    /// - Parameter field: the name of the field that contains it; namespaces are not addresses
    mutating func addresses(
        inside bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, field: Range<Int>? = nil
    ) {
        guard !authorities.isEmpty, range.count > OwnAddress.shortest else { return }
        for authority in authorities {
            var position = range.lowerBound
            while left > 0,
                let found = OwnAddress.next(authority, in: bytes, position..<range.upperBound)
            {
                position = found.upperBound
                if let field, OwnAddress.isNamespace(String(decoding: bytes[field], as: UTF8.self)) { return }
                let isPath = position < range.upperBound && bytes[position] == UInt8(ascii: "/")
                add(address: found, isPath: isPath)
            }
        }
    }

    /// The numbers in a longer text, except those in dates and times.
    ///
    /// - Parameters:
    ///   - name: the name of the field that contains the text
    ///   - isName: whether the text is itself a name, in which a number is usually an index, unless sessions show that
    ///     it is an id
    mutating func numbers(
        inside bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, name: Range<Int>? = nil, isName: Bool = false
    ) {
        var numbers = NumbersInText(bytes, range, mayBeList: true)
        while let number = numbers.next() {
            if let name, number.ordinal == 0,
                IdentityFieldName.isPassword(String(decoding: bytes[name].prefix(64), as: UTF8.self))
            {
                return
            }
            add(
                bytes, number.digits, .raw,
                .number(name: name, word: isName ? nil : number.word, ordinal: number.ordinal))
        }
    }

    /// The names that occur in a longer text as words, except in passwords. Names with different capitals count if they
    /// are a word of an identifier: `PageAnna` for `anna`.
    mutating func names(
        inside bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, field: Range<Int>? = nil
    ) {
        guard !words.isEmpty, !isInCredentials else { return }
        for word in words where word.count < range.count {
            for place in WordEnds.ranges(of: word, in: bytes, range) {
                guard add(name: word, at: place, coding, nil, in: bytes, field) else { return }
            }
        }
        guard !nameForms.isEmpty, NameInIdentifier.mayBe(in: bytes, range) else { return }
        for form in nameForms where form.text.count <= range.count {
            for place in NameInIdentifier.ranges(of: form.text, in: bytes, range) {
                let other = Sink.Other(writing: form.writing, value: form.name)
                guard add(name: form.name, at: place, coding, other, in: bytes, field) else { return }
            }
        }
    }

    /// - Returns: false if no name is expected in this field
    private mutating func add(
        name: [UInt8], at place: Range<Int>, _ coding: Sink.Coding, _ other: Sink.Other?,
        in bytes: UnsafeBufferPointer<UInt8>, _ field: Range<Int>?
    ) -> Bool {
        guard left > 0 else { return false }
        if let field, IdentityFieldName.isPassword(String(decoding: bytes[field], as: UTF8.self)) { return false }
        add(nameHash: ValueHash.of(name), at: place, coding, other)
        return true
    }
}
