import Formats

/// A place in a request where a value may be that differs from clone to clone.
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
        /// A text of a protobuf message, by the numbers of its fields.
        case protobuf([Int])
        /// The name of a member, a field or a parameter.
        case name
        /// A piece of something longer.
        case piece
        /// One of the values that something longer is made of, by its number: `name:key`.
        case part(Int)
    }

    /// Index into the session's drafts.
    var request: Int
    /// Index into the draft's parts.
    var part: Int
    /// The layer that it is in: an index into ``SinkCollector/layers``; nil for the part itself.
    var layer: Int?
    /// Where in the bytes of the part or the layer.
    var range: Range<Int>
    var coding: Coding
    var place: Place
    /// Hash of the decoded value.
    var hash: UInt64
    var distinctiveness: Distinctiveness
    /// Whether its letters are of the other case than those of the value looked for; nil where they are the same.
    var isUppercase: Bool?
    /// Hash of the endpoint and the place in its requests, the same in every session; zero until it is computed.
    var placeHash: UInt64 = 0

    /// Whether what is here comes from a response however short it is: cookies and validators.
    var isReturned: Bool {
        switch place {
        case .cookie, .condition: true
        default: false
        }
    }

    /// The decoded value, in the case that is looked for.
    func value(in part: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let value = coding.decoded(part, range)
        return isUppercase.map { LetterCase.recased(value, isUppercase: !$0) } ?? value
    }
}

/// Hexadecimal digits and UUIDs in the case of letters that others write them in.
enum LetterCase {
    /// `value` in small letters or capitals.
    static func recased(_ value: [UInt8], isUppercase: Bool) -> [UInt8] {
        value.map { byte in
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            return isLetter ? (isUppercase ? byte & ~0x20 : byte | 0x20) : byte
        }
    }

    /// Whether `range` is a long number in hexadecimal digits, or a UUID, with letters of one case: whether they are capitals.
    static func ofHex(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool? {
        guard range.count >= 16, range.count <= 128 else { return nil }
        var isUppercase: Bool?
        for byte in bytes[range] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): continue
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                guard isUppercase != true else { return nil }
                isUppercase = false
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                guard isUppercase != false else { return nil }
                isUppercase = true
            default: return nil
            }
        }
        return isUppercase
    }
}

/// What a piece of a part, or of another layer, is when decoded: base64, JSON in a string, a URL in a parameter.
struct SinkLayer {
    /// The layer that it is in; nil for the part itself.
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
    /// Whether it is all that is behind the scheme `Bearer` in `field`, an Authorization field.
    func isBearerToken(in field: UnsafeBufferPointer<UInt8>) -> Bool {
        let scheme = "bearer ".utf8
        // A place may be in anything, also in less than the scheme is long.
        return range.lowerBound == scheme.count && range.upperBound == field.count
            && field[..<scheme.count].elementsEqual(scheme) { $0 | 0x20 == $1 | 0x20 }
    }
}
