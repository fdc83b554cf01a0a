extension ValueSource.Locator {
    /// What stands here in a response; nil when nothing does.
    func value(head: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        switch self {
        case .json(let path): path.value(in: body)
        case .header(let name): field(name, of: head).map { Array(head[$0]) }
        case .headerPath(let name, let segment): pathSegment(segment, of: name, head)
        case .headerQuery(let name, let parameter):
            field(name, of: head).flatMap { value(of: parameter, in: head, URLParts(head, $0).query) }
        case .cookie(let name): cookie(name, head)
        case .form(let name): value(of: name, in: body, 0..<body.count)
        case .html(let name): htmlField(name, body)
        }
    }

    private func htmlField(_ name: String, _ body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var fields = HTMLFields(body)
        while let field = fields.next() {
            if body[field.name].elementsEqual(name.utf8) { return Array(body[field.value]) }
        }
        return nil
    }

    private func field(_ name: String, of head: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var fields = HeadFields(head)
        while let field = fields.next() {
            if fields.isNamed(field, name) { return field.value }
        }
        return nil
    }

    private func pathSegment(_ segment: Int, of name: String, _ head: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let field = field(name, of: head) else { return nil }
        let segments = URLParts(head, field).segments(head)
        guard segment < segments.count else { return nil }
        return PercentDecoding.value(head, segments[segment], plusIsSpace: false)
    }

    private func value(of name: String, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next() {
            let isNamed =
                bytes[pair.name].elementsEqual(name.utf8)
                || PercentDecoding.value(bytes, pair.name, plusIsSpace: true).elementsEqual(name.utf8)
            if isNamed { return PercentDecoding.value(bytes, pair.value, plusIsSpace: true) }
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
