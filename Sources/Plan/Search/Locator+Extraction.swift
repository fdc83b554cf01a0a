import Formats

/// A response that values are extracted from; its owner keeps the memory valid.
struct ResponseBytes {
    /// Start line and header section.
    var head: UnsafeBufferPointer<UInt8>
    /// The trailer section, without a start line.
    var trailers: UnsafeBufferPointer<UInt8>
    /// After transfer and content decoding.
    var body: UnsafeBufferPointer<UInt8>
    /// The clone's values, which some places depend on; nil to use the recorded ones.
    var values: CloneValues?
}

extension ValueSource.Locator {
    /// The value at this place of a response; nil if there is none.
    func value(in response: ResponseBytes) -> [UInt8]? {
        let (head, body) = (response.head, response.body)
        return switch self {
        case .json(let path):
            path.value(in: UnsafeBufferPointer(rebasing: body[JSONTexts.prefixCount(of: body)...]))
        case .jsonLine(let line, let path):
            JSONTexts.text(ofLine: line, in: body).flatMap { path.value(in: $0) }
        case .jsonName(let path, let ordinal):
            JSONNames.name(
                at: path, ordinal: ordinal,
                in: UnsafeBufferPointer(rebasing: body[JSONTexts.prefixCount(of: body)...]))
        case .protobuf(let path): path.value(in: body)
        case .header(let name): field(name, of: HeadFields(head))
        case .trailer(let name):
            field(name, of: HeadFields(trailers: response.trailers)) ?? field(name, of: HeadFields(head))
        case .cookie(let name):
            cookie(name, head) ?? response.values?.jar.alias(of: name).flatMap { cookie($0, head) }
        case .form(let name): ParameterList.value(of: name, in: body, 0..<body.count)
        case .html(let name, let ordinal):
            item(ordinal, body) { item in
                guard case .field(let found, let value) = item, body[found].elementsEqual(name.utf8) else { return nil }
                return value
            }
        case .option(let name, let ordinal):
            item(ordinal, body) { item in
                guard case .option(let found, let value, _) = item, body[found].elementsEqual(name.utf8) else {
                    return nil
                }
                return value
            }
        case .choice(let name, let text): text.value(ofSelect: name, in: body, values: response.values)
        case .link(let pattern, let ordinal): link(pattern, ordinal, body)
        case .xml(let path): path.value(in: body)
        case .body: Array(body)
        case .challenge: DigestChallenge.text(in: head)
        case .inside(.body, let derivation): derivation.value(in: body)
        case .inside(let outer, let derivation):
            outer.value(in: response)
                .flatMap { text in text.withUnsafeBufferPointer { derivation.value(in: $0) } }
        }
    }

    /// The value of a page's item, by its index among the items with a value; a negative index counts from the end.
    private func item(
        _ ordinal: Int, _ body: UnsafeBufferPointer<UInt8>, value: (HTMLFields.Item) -> Range<Int>?
    ) -> [UInt8]? {
        var left = ordinal
        if ordinal < 0 {
            var all = HTMLFields(body)
            while let item = all.next() { if value(item) != nil { left += 1 } }
            guard left >= 0 else { return nil }
        }
        var fields = HTMLFields(body)
        while let item = fields.next() {
            guard let value = value(item) else { continue }
            if left == 0 { return MarkupText.unescaped(body, value) }
            left -= 1
        }
        return nil
    }

    /// The link with that pattern and index; the last one where there are fewer, because the lengths of lists differ
    /// from run to run.
    private func link(_ pattern: LinkPattern, _ ordinal: Int, _ body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var left = ordinal
        var last: Range<Int>?
        var fields = HTMLFields(body)
        while let item = fields.next(), left >= 0 {
            guard case .link(let link) = item, pattern.matches(body, link) else { continue }
            last = link
            left -= 1
        }
        return last.map { MarkupText.unescaped(body, $0) }
    }

    private func field(_ name: String, of fields: HeadFields) -> [UInt8]? {
        var fields = fields
        while let field = fields.next() {
            if fields.isNamed(field, name) { return Array(fields.head[field.value]) }
        }
        return nil
    }

    private func cookie(_ name: String, _ head: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var found: Range<Int>?
        var fields = HeadFields(head)
        while let field = fields.next() {
            guard fields.isNamed(field, "set-cookie") else { continue }
            var pairs = ParameterList(head, field.value, separator: UInt8(ascii: ";"))
            if let pair = pairs.next(), head[pair.name].elementsEqual(name.utf8) { found = pair.value }
        }
        return found.map { Array(head[$0]) }
    }
}
