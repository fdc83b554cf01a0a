import ContentCodings

extension Template {
    /// `bytes` with places for values where the `edits` are, which are in order.
    init(_ bytes: [UInt8], edits: [Resolution.Edit]) {
        guard !edits.isEmpty else {
            self.init(bytes)
            return
        }
        self.init()
        append(bytes, 0..<bytes.count, edits: edits)
    }

    /// `content` with its values, compressed by a body's Content-Encoding.
    init(_ content: Template, in coding: ContentCoding) {
        let encoding = ValueEncoding.nested(content, .compressed(coding))
        self.init(literal: [], places: [Place(offset: 0, value: 0, encoding: encoding)])
    }

    /// A request's cookies and nothing else.
    init(cookies: CookieField) {
        self.init(literal: [], places: [Place(offset: 0, value: 0, encoding: .cookies(cookies))])
    }

    /// Appends the bytes of `range` with places for values where the `edits` are, which are in order.
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>, edits: [Resolution.Edit]) {
        var start = range.lowerBound
        for edit in edits {
            literal += bytes[start..<edit.range.lowerBound]
            places.append(
                Place(offset: UInt32(literal.count), value: UInt32(edit.value ?? 0), encoding: edit.encoding))
            start = edit.range.upperBound
        }
        literal += bytes[start..<range.upperBound]
    }

    /// Whether it is the response to a challenge, so that it holds no credential by itself.
    var answersChallenge: Bool {
        places.contains { if case .digestAuthorization = $0.encoding { true } else { false } }
    }

    /// The values that the places need.
    var values: [Int] { places.flatMap { $0.encoding.values(value: Int($0.value)) } }
}
