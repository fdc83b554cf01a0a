/// A client's style of escaping text in XML: what it escapes in addition to `&` and `<`.
public struct MarkupStyle: Hashable, Sendable {
    /// Whether `>` is written `&gt;`.
    public var escapesGreater: Bool
    /// Whether `"` is written `&quot;`.
    public var escapesQuote: Bool
    /// Whether `'` is written `&apos;`.
    public var escapesApostrophe: Bool

    /// A style; without arguments, the usual one.
    public init(escapesGreater: Bool = true, escapesQuote: Bool = true, escapesApostrophe: Bool = false) {
        self.escapesGreater = escapesGreater
        self.escapesQuote = escapesQuote
        self.escapesApostrophe = escapesApostrophe
    }

    /// Appends `value` escaped as text or attribute value.
    public func append(_ value: [UInt8], to output: inout [UInt8]) {
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

    /// All styles, the usual one first.
    public static let all: [MarkupStyle] = [true, false].flatMap { greater in
        [true, false].flatMap { quote in
            [false, true].map {
                MarkupStyle(escapesGreater: greater, escapesQuote: quote, escapesApostrophe: $0)
            }
        }
    }
}
