import Formats

/// A place in a request where a value may stand that differs from clone to clone.
struct Sink {
    /// How the value is written there.
    enum Coding: Hashable {
        case raw, percent, form, json, markup
    }

    /// What surrounds the value.
    enum Place: Hashable {
        /// A path segment, counted from 0, after the one at `previous`.
        case path(index: Int, previous: Range<Int>?)
        /// A query parameter.
        case query(name: Range<Int>)
        /// A whole field value.
        case header
        /// The whole value of a field that holds a validator.
        case condition
        /// A cookie.
        case cookie(name: Range<Int>)
        /// A JSON string or number, and the name of its member and of its object's.
        case json(name: Range<Int>?, parent: Range<Int>?)
        /// A form field.
        case form(name: Range<Int>)
        /// A text or an attribute of an XML body, and the name of its element or attribute and of the element around.
        case xml(name: Range<Int>?, parent: Range<Int>?)
        /// A piece of something longer.
        case piece
    }

    /// Index into the session's drafts.
    var request: Int
    /// Index into the draft's parts.
    var part: Int
    /// The layer that it stands in: an index into ``SinkCollector/layers``; nil for the part itself.
    var layer: Int?
    /// Where in the bytes of the part or the layer.
    var range: Range<Int>
    var coding: Coding
    var place: Place
    /// Hash of the decoded value.
    var hash: UInt64
    var distinctiveness: Distinctiveness

    /// The decoded value.
    func value(in part: UnsafeBufferPointer<UInt8>) -> [UInt8] { coding.decoded(part, range) }
}

/// What a piece of a part, or of another layer, is when decoded: base64, JSON in a string, a URL in a parameter.
struct SinkLayer {
    /// The layer that it stands in; nil for the part itself.
    var parent: Int?
    /// Where in the bytes of that.
    var range: Range<Int>
    /// How its bytes are written there.
    var encoding: ValueEncoding
    var bytes: [UInt8]
    /// Whether a line end in it would end a header line.
    var isLine: Bool
}

extension Sink.Coding {
    /// The bytes of `range` decoded.
    func decoded(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        switch self {
        case .raw: Array(bytes[range])
        case .percent: PercentText.decoded(bytes, range, plusIsSpace: false)
        case .form: PercentText.decoded(bytes, range, plusIsSpace: true)
        case .json: JSONText.unescaped(bytes, range)
        case .markup: MarkupText.unescaped(bytes, range)
        }
    }

    /// Whether decoding `range` changes nothing.
    func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        switch self {
        case .raw: true
        case .percent: !bytes[range].contains(UInt8(ascii: "%"))
        case .form: !bytes[range].contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
        case .json: !bytes[range].contains(UInt8(ascii: "\\"))
        case .markup: !bytes[range].contains(UInt8(ascii: "&"))
        }
    }
}

extension Sink {
    /// Whether it is all that stands behind the scheme `Bearer` in `field`, an Authorization field.
    func isBearerToken(in field: UnsafeBufferPointer<UInt8>) -> Bool {
        let scheme = "bearer ".utf8
        return range == scheme.count..<field.count
            && field[..<scheme.count].elementsEqual(scheme) { $0 | 0x20 == $1 | 0x20 }
    }
}
