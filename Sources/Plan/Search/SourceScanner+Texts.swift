import Credentials
import Formats

extension SourceScanner {
    mutating func search(_ body: UnsafeBufferPointer<UInt8>, as kind: ParsedRequest.BodyKind, _ origin: Origin) {
        switch kind {
        case .json:
            let texts = JSONTexts.ranges(in: body)
            for (line, range) in texts.enumerated() {
                let text = UnsafeBufferPointer(rebasing: body[range])
                guard texts.count == 1 else {
                    leaves(of: text, Traits(), origin, depth: 0) { .jsonLine(line, $0) }
                    continue
                }
                let mayNameIDs = leaves(of: text, Traits(), origin, depth: 0) { .json($0) }
                if mayNameIDs { names(of: text, origin) }
            }
        case .form: form(body, origin)
        case .html: html(body, origin)
        case .xml: xml(body, origin)
        case .text, .multipart: words(body, 0..<min(body.count, SinkCollector.textLimit), origin) { .body }
        case .protobuf: protobuf(body, 0..<body.count, ProtobufPath(frame: nil, steps: []), origin)
        case .framedProtobuf:
            guard let decoded = GRPCFrames.decoded(body) else {
                frames(body, origin)
                return
            }
            decoded.withUnsafeBufferPointer { frames($0, origin) }
        case .opaque: break
        }
    }

    /// The strings and numbers of a JSON text.
    ///
    /// - Returns: whether some of its names may be ids.
    @discardableResult
    private mutating func leaves(
        of text: UnsafeBufferPointer<UInt8>, _ traits: Traits, _ origin: Origin, depth: Int,
        locator: (JSONPath) -> ValueSource.Locator?
    ) -> Bool {
        var leaves = JSONLeaves(text)
        while let leaf = leaves.next() {
            guard leaf.isString || JSONLeaves.isNumber(text, leaf.range) else { continue }
            if depth == 0, origin.procedure?.isRemoteCall == true, leaves.isCallNumber(in: text[...]) { continue }
            var own = traits
            own.isInArray = traits.isInArray || leaves.isInArray
            own.isToken = false
            offer(
                text, leaf.range, leaf.hasEscapes ? .json : .raw, own, origin, depth: depth,
                isToken: { leaves.key.map { CallerName.isReturned(text[$0]) } ?? false },
                nouns: {
                    leaves.key.flatMap { key in
                        SourceScanner.identified(by: key, parent: leaves.parentKey, in: text, origin)
                            ?? origin.procedure?.nouns(ofResult: text[key])
                    }
                },
                locator: { locator(leaves.path) })
        }
        return leaves.mayNameIDs
    }

    /// The names of members that may be ids.
    private mutating func names(of text: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var names = JSONNames(text)
        var traits = Traits()
        traits.isInArray = true
        while let name = names.next() {
            let isNumber = JSONNames.endsInNumber(text, name.range)
            guard isNumber || JSONNames.mayBeID(text, name.range) else { continue }
            // The number in a name is searched for one level deeper.
            offer(
                text, name.range, name.hasEscapes ? .json : .raw, traits, origin,
                depth: SourceScanner.depthLimit - (isNumber ? 1 : 0),
                locator: { .jsonName(name.path, name.ordinal) })
        }
    }

    /// The messages of gRPC.
    private mutating func frames(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        for (index, frame) in GRPCFrames.ranges(in: body).enumerated() {
            protobuf(body, frame.message, ProtobufPath(frame: index, steps: []), origin)
        }
    }

    /// The texts and numbers of a protobuf message.
    private mutating func protobuf(
        _ body: UnsafeBufferPointer<UInt8>, _ message: Range<Int>, _ path: ProtobufPath, _ origin: Origin
    ) {
        guard path.steps.count < ProtobufFields.depthLimit else { return }
        var ordinals: [Int: Int] = [:]
        var fields = ProtobufFields(body, message)
        while let field = fields.next() {
            var own = path
            own.steps.append(ProtobufPath.Step(number: field.number, ordinal: ordinals[field.number, default: 0]))
            ordinals[field.number, default: 0] += 1
            switch field.kind {
            case .text: offer(body, field.content, .raw, Traits(), origin, depth: 0, locator: { .protobuf(own) })
            case .number(let form):
                offer(
                    body, field.content, .binary(form), Traits(), origin, depth: SourceScanner.depthLimit,
                    locator: { .protobuf(own) })
            case .message: protobuf(body, field.content, own, origin)
            }
        }
    }

    /// What a value under `key` identifies; nil when the name does not indicate an identifier.
    private static func identified(
        by key: Range<Int>, parent: Range<Int>?, in body: UnsafeBufferPointer<UInt8>, _ origin: Origin
    ) -> [String]? {
        guard IdentifierName.mayIdentify(body, key) else { return nil }
        let parents = parent.map { IdentifierName.nouns(ofParent: String(decoding: body[$0], as: UTF8.self)) } ?? []
        return IdentifierName.nouns(
            ofField: String(decoding: body[key], as: UTF8.self), parents: parents, resource: origin.resource)
    }

    private mutating func form(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var pairs = ParameterList(body, 0..<body.count)
        while let pair = pairs.next() {
            let traits = Traits(isToken: CallerName.isReturned(body[pair.name]))
            offer(body, pair.value, .form, traits, origin, depth: 0) {
                .form(String(decoding: Sink.Coding.form.decoded(body, pair.name), as: UTF8.self))
            }
        }
    }

    private mutating func html(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var ordinals: [UInt64: Int] = [:]
        var links: [Range<Int>] = []
        var options: [UInt64: [(name: Range<Int>, value: Range<Int>, text: Range<Int>)]] = [:]
        var fields = HTMLFields(body)
        while let item = fields.next() {
            switch item {
            case .field(let name, let value):
                let ordinal = ordinals[ValueHash.of(body, name), default: 0]
                ordinals[ValueHash.of(body, name)] = ordinal + 1
                let traits = Traits(
                    isToken: CallerName.isReturned(body[name]), isInArray: ordinal > 0, isReturned: true)
                offer(
                    body, value, .markup, traits, origin, depth: 0,
                    nouns: { SourceScanner.identified(by: name, parent: nil, in: body, origin) },
                    locator: { .html(String(decoding: body[name], as: UTF8.self), ordinal: ordinal) })
            case .option(let name, let value, let text):
                options[ValueHash.of(body, name), default: []].append((name, value, text))
            case .link(let range):
                link(range, before: links, in: body, origin)
                if links.count < 4096 { links.append(range) }
            case .text(let range):
                if range.count <= SinkCollector.textLimit { words(body, range, origin) { .body } }
            }
        }
        for options in options.values.sorted(by: { $0[0].value.lowerBound < $1[0].value.lowerBound }) {
            choices(options, in: body, origin)
        }
    }

    /// The options of one `select` element that are not selected.
    private mutating func choices(
        _ options: [(name: Range<Int>, value: Range<Int>, text: Range<Int>)], in body: UnsafeBufferPointer<UInt8>,
        _ origin: Origin
    ) {
        for (ordinal, option) in options.enumerated() {
            guard values.lengths.mayContain(option.value.count) || !Sink.Coding.markup.isPlain(body, option.value)
            else { continue }
            let name = String(decoding: body[option.name], as: UTF8.self)
            var traits = Traits(isInArray: true)
            traits.choice = Choice(
                name: name, ordinal: ordinal, ordinalFromEnd: ordinal - options.count,
                text: Choice.text(body, option.text))
            offer(
                body, option.value, .markup, traits, origin, depth: SourceScanner.depthLimit,
                nouns: { SourceScanner.identified(by: option.name, parent: nil, in: body, origin) },
                locator: { .option(name, ordinal: ordinal) })
        }
    }

    private mutating func link(
        _ range: Range<Int>, before links: [Range<Int>], in body: UnsafeBufferPointer<UInt8>, _ origin: Origin
    ) {
        let text = Sink.Coding.markup.decoded(body, range)
        text.withUnsafeBufferPointer { text in
            url(text, Traits(isInArray: true), origin, depth: 0) { open, parameter in
                let pattern = LinkPattern(text, 0..<text.count, open: open, parameter: parameter)
                return .link(pattern, ordinal: links.count { pattern.matches(body, $0) })
            }
        }
    }

    /// The segments and parameters of a URL.
    private mutating func url(
        _ text: UnsafeBufferPointer<UInt8>, _ traits: Traits, _ origin: Origin, depth: Int,
        locator: (_ open: Int?, _ parameter: String?) -> ValueSource.Locator?
    ) {
        let url = URLParts(text, 0..<text.count)
        let segments = url.segments(text)
        var own = traits
        own.isToken = false
        for (index, segment) in segments.enumerated() {
            offer(
                text, segment, .percent, own, origin, depth: depth,
                nouns: {
                    index > 0
                        ? [IdentifierName.singular(String(decoding: text[segments[index - 1]], as: UTF8.self))] : nil
                },
                locator: { locator(index, nil).map { .inside($0, .pathSegment(index)) } })
            guard let designator = Designator(text, segment) else { continue }
            offer(
                text, designator.digits, .raw, own, origin, depth: SourceScanner.depthLimit,
                nouns: { [IdentifierName.singular(String(decoding: text[designator.letters], as: UTF8.self))] },
                locator: {
                    locator(index, nil).map { .inside(.inside($0, .pathSegment(index)), .trailingDigits) }
                })
        }
        parameters(text, url.fragment, own, origin, depth: depth) { name in
            name.isEmpty ? nil : locator(nil, nil).map { .inside($0, .fragmentParameter(name)) }
        }
        parameters(text, url.query, own, origin, depth: depth) { name in
            locator(nil, name).map { .inside($0, .queryParameter(name)) }
        }
    }

    /// Offers the values of a query, or of a fragment in query form.
    private mutating func parameters(
        _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ traits: Traits, _ origin: Origin, depth: Int,
        locator: (_ name: String) -> ValueSource.Locator?
    ) {
        var own = traits
        var pairs = ParameterList(text, range)
        while let pair = pairs.next() {
            own.isToken = CallerName.isReturned(text[pair.name])
            offer(
                text, pair.value, .form, own, origin, depth: depth,
                nouns: { SourceScanner.identified(by: pair.name, parent: nil, in: text, origin) },
                locator: { locator(String(decoding: Sink.Coding.form.decoded(text, pair.name), as: UTF8.self)) })
        }
    }

    private mutating func xml(_ body: UnsafeBufferPointer<UInt8>, _ origin: Origin) {
        var leaves = XMLLeaves(body)
        while let leaf = leaves.next() {
            let name = leaf.attribute ?? leaves.element
            let parent = leaf.attribute == nil ? leaves.parent : leaves.element
            let traits = Traits(isToken: name.map { CallerName.isReturned(body[$0]) } ?? false)
            offer(
                body, leaf.range, leaf.isLiteral ? .raw : .markup, traits, origin, depth: 0,
                nouns: { name.flatMap { SourceScanner.identified(by: $0, parent: parent, in: body, origin) } },
                locator: { .xml(leaves.path(attribute: leaf.attribute)) })
        }
    }

    /// The decoded content of `text`: JSON, a token's claims, base64, a URL, percent-encoding.
    mutating func inside(
        _ text: UnsafeBufferPointer<UInt8>, _ traits: Traits, _ origin: Origin, depth: Int, isToken: () -> Bool,
        locator: () -> ValueSource.Locator?
    ) {
        func derived(_ derivation: Derivation) -> ValueSource.Locator? { locator().map { .inside($0, derivation) } }
        var traits = traits
        traits.isReturned = false
        if JSONText.isLikely(text, 0..<text.count) {
            leaves(of: text, traits, origin, depth: depth) { derived(.json($0)) }
        } else if RecordedToken.isLikely(text, 0..<text.count) {
            RecordedToken.payload(of: text)?.withUnsafeBufferPointer { payload in
                _ = leaves(of: payload, traits, origin, depth: depth) { derived(.claim($0)) }
            }
        } else if let (decoded, _) = Base64.text(text, 0..<text.count) {
            decoded.withUnsafeBufferPointer { decoded in
                offer(
                    decoded, 0..<decoded.count, .raw, traits, origin, depth: depth, isToken: isToken,
                    locator: { derived(.base64) })
            }
        } else if SourceScanner.isURL(text) {
            url(text, traits, origin, depth: depth) { _, _ in locator() }
        } else if text.contains(UInt8(ascii: "%")) {
            let decoded = PercentText.decoded(text, 0..<text.count, plusIsSpace: false)
            guard decoded.count < text.count else { return }
            decoded.withUnsafeBufferPointer { decoded in
                offer(
                    decoded, 0..<decoded.count, .raw, traits, origin, depth: depth, isToken: isToken,
                    locator: { derived(.percentDecoded) })
            }
        } else if !traits.isLoose, text.count <= SourceScanner.sentenceLimit, SourceScanner.hasWords(text) {
            words(text, 0..<text.count, origin) { locator() }
        }
    }

    /// The longest text that is split into words: `Bearer …`, `17:…`.
    private static let sentenceLimit = 128

    /// Whether a text consists of several words, one of which may be a code.
    private static func hasWords(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let hasMarks =
            text.contains { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "|") }
            || text.lastIndex(of: UInt8(ascii: ":")).map { text.count - $0 > Base64.shortestText } ?? false
        // After the last colon of a time there are only two digits.
        return hasMarks && DistinctiveRuns.hasWord(text, count: shortestCode, longCount: longWord)
    }

    /// The shortest word considered.
    static let shortestCode = 6
    /// Words of only letters count as codes only above this length.
    private static let longWord = 16

    private static func isURL(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count <= 8192, !text.contains(where: { $0 <= 0x20 }) else { return false }
        return text.first == UInt8(ascii: "/") || text.starts(with: "http".utf8) || hasScheme(text)
            || text.contains(UInt8(ascii: "?")) && text.contains(UInt8(ascii: "="))
    }

    /// Whether a text begins with a scheme, such as `mxc://`.
    private static func hasScheme(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let colon = text.prefix(schemeLimit).firstIndex(of: UInt8(ascii: ":")), colon + 2 < text.count else {
            return false
        }
        return text[colon + 1] == UInt8(ascii: "/") && text[colon + 2] == UInt8(ascii: "/")
    }

    /// The longest URL scheme including the colon.
    private static let schemeLimit = 16
}
