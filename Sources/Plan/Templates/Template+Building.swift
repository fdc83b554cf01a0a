import ContentCodings

extension Template {
    /// `bytes` with places where the `edits`, which stand in it in this order, put values.
    init(_ bytes: [UInt8], edits: [SessionValues.Edit]) {
        guard !edits.isEmpty else {
            self.init(bytes)
            return
        }
        self.init()
        append(bytes, 0..<bytes.count, edits: edits)
    }

    /// `content`, with values in it, compressed as a body's Content-Encoding says.
    init(_ content: Template, in coding: ContentCoding) {
        let encoding = ValueEncoding.nested(content, .compressed(coding))
        self.init(literal: [], places: [Place(offset: 0, value: 0, encoding: encoding)])
    }

    /// Nothing but a request's cookies.
    init(cookies: CookieField) {
        self.init(literal: [], places: [Place(offset: 0, value: 0, encoding: .cookies(cookies))])
    }

    /// Appends the bytes of `range` with places where the `edits`, which stand in it in this order, put values.
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>, edits: [SessionValues.Edit]) {
        var start = range.lowerBound
        for edit in edits {
            literal += bytes[start..<edit.range.lowerBound]
            places.append(
                Place(offset: UInt32(literal.count), value: UInt32(edit.value ?? 0), encoding: edit.encoding))
            start = edit.range.upperBound
        }
        literal += bytes[start..<range.upperBound]
    }

    /// The values that the places need.
    var values: [Int] {
        places.flatMap { place in
            switch place.encoding {
            case .nested(let inner, _): inner.values
            case .cookies(let field): field.own.values
            default: [Int(place.value)]
            }
        }
    }
}
