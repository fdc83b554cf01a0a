/// One client's habit of escaping text in XML: what it escapes beyond `&` and `<`.
struct MarkupStyle: Hashable, Sendable {
    /// Whether `>` is written `&gt;`.
    var escapesGreater = true
    /// Whether `"` is written `&quot;`.
    var escapesQuote = true
    /// Whether `'` is written `&apos;`.
    var escapesApostrophe = false

    func append(_ value: [UInt8], to output: inout [UInt8]) {
        for byte in value {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">") where escapesGreater: output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\"") where escapesQuote: output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'") where escapesApostrophe: output.append(contentsOf: "&apos;".utf8)
            default: output.append(byte)
            }
        }
    }

    /// Every habit there is, the usual one first.
    static let all: [MarkupStyle] = [true, false].flatMap { greater in
        [true, false].flatMap { quote in
            [false, true].map {
                MarkupStyle(escapesGreater: greater, escapesQuote: quote, escapesApostrophe: $0)
            }
        }
    }
}
