import Formats

/// A place in a request whose value may differ from clone to clone.
struct Sink {
    /// How the value is encoded.
    enum Coding: Hashable {
        case raw, percent, form, json, markup
        /// A binary number, which is searched for in decimal digits.
        case binary(BinaryNumber)
    }

    /// The context of the value.
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
        /// A JSON string or number, with the name of its member and that of its object.
        case json(name: Range<Int>?, parent: Range<Int>?)
        /// A form field.
        case form(name: Range<Int>)
        /// A text or an attribute of an XML body, with the name of its element or attribute and that of the enclosing
        /// element.
        case xml(name: Range<Int>?, parent: Range<Int>?)
        /// A text or a number of a protobuf message, by its field numbers.
        case protobuf([Int])
        /// The name of a member, a field or a parameter.
        case name
        /// A fragment of a longer value.
        case piece
        /// A component of a compound value such as `name:key`, by its index.
        case part(Int)
        /// A number in a longer text: the name of the text, the word before the number, and its index among the
        /// numbers.
        case number(name: Range<Int>?, word: Range<Int>?, ordinal: Int)
        /// The start of an address of the service itself, `scheme://authority`; `isPath` if a path follows.
        case origin(isPath: Bool)
    }

    /// Index into the session's drafts.
    var request: Int
    /// Index into the draft's parts.
    var part: Int
    /// The layer that contains it: an index into ``SinkCollector/layers``; nil for the part itself.
    var layer: Int?
    /// Its range in the bytes of the part or the layer.
    var range: Range<Int>
    var coding: Coding
    var place: Place
    /// The index of the parameter of a procedure that it is in; nil if parameters are not told apart by their positions.
    var position: Int?
    /// Hash of the decoded value.
    var hash: UInt64
    var distinctiveness: Distinctiveness
    /// The value that is searched for if it is written differently here; nil if it is the same.
    var other: Other?
    /// Hash of the endpoint and of the place in its requests, the same in every session; zero until it is computed.
    var placeHash: UInt64 = 0

    /// Whether its value comes from a response regardless of length: cookies and validators.
    var isReturned: Bool {
        switch place {
        case .cookie, .condition: true
        default: false
        }
    }

    /// Whether its value may be computed from a password.
    var mayBeSecret: Bool {
        guard distinctiveness == .strong, other == nil, range.count <= CodedSecret.longest else { return false }
        return switch place {
        case .cookie, .condition, .name, .number, .origin: false
        default: true
        }
    }

    /// Whether it is a short value between the other values of a text.
    var isShortPart: Bool {
        if case .part = place { distinctiveness != .strong } else { false }
    }

    /// The decoded value, in the form that is searched for.
    func value(in part: UnsafeBufferPointer<UInt8>) -> [UInt8] { other?.value ?? coding.decoded(part, range) }

    /// A value that is written differently elsewhere.
    struct Other {
        /// How it is written here.
        var writing: Writing
        /// The form elsewhere.
        var value: [UInt8]
    }
}

/// The decoded content of a fragment of a part or of another layer: base64, JSON in a string, a URL in a parameter.
struct SinkLayer {
    /// The layer that contains it; nil for the part itself.
    var parent: Int?
    /// Its range in the bytes of the parent.
    var range: Range<Int>
    /// How its bytes are encoded there.
    var encoding: ValueEncoding
    var bytes: [UInt8]
    /// Whether a line end in it would end a header line.
    var isLine: Bool
}

extension Sink.Place {
    /// Whether it is a number in a longer text.
    var isNumberInText: Bool {
        if case .number = self { true } else { false }
    }
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
        case .binary(let form): form.value(bytes, range).map { Array(String($0).utf8) } ?? []
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
        case .binary: false
        }
    }
}

extension Sink {
    /// Whether it is everything after the scheme `Bearer` in `field`, an Authorization field.
    func isBearerToken(in field: UnsafeBufferPointer<UInt8>) -> Bool {
        let scheme = "bearer ".utf8
        // A place may be in any field, including one shorter than the scheme.
        return range.lowerBound == scheme.count && range.upperBound == field.count
            && field[..<scheme.count].elementsEqual(scheme) { $0 | 0x20 == $1 | 0x20 }
    }
}
