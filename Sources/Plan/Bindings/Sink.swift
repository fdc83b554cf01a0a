/// A place in a request where a value may stand that differs from clone to clone.
struct Sink {
    /// How the value is written there.
    enum Coding: Hashable {
        case raw, percent, form, json
        /// The user name in the base64 of `name:password` (RFC 7617 section 2).
        case basic
    }

    /// What surrounds the value.
    enum Place: Hashable {
        /// A path segment after the one at `previous`.
        case path(previous: Range<Int>?)
        /// A query parameter.
        case query(name: Range<Int>)
        /// A whole field value.
        case header
        /// A cookie.
        case cookie(name: Range<Int>)
        /// A JSON string or number, and the name of its member and of its object's.
        case json(name: Range<Int>?, parent: Range<Int>?)
        /// A form field.
        case form(name: Range<Int>)
        /// A piece of something longer.
        case piece
    }

    /// Index into the session's drafts.
    var request: Int
    /// Index into the draft's parts.
    var part: Int
    /// Where in the part's bytes.
    var range: Range<Int>
    var coding: Coding
    var place: Place
    /// Hash of the decoded value.
    var hash: UInt64
    var distinctiveness: Distinctiveness

    /// The decoded value.
    func value(in part: UnsafeBufferPointer<UInt8>) -> [UInt8] { coding.decoded(part, range) }
}

extension Sink.Coding {
    /// The bytes of `range` decoded.
    func decoded(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        switch self {
        case .raw: Array(bytes[range])
        case .percent: PercentDecoding.value(bytes, range, plusIsSpace: false)
        case .form: PercentDecoding.value(bytes, range, plusIsSpace: true)
        case .json: JSONUnescaping.value(bytes, range)
        case .basic: Sink.Coding.credentials(bytes, range).map { Array($0.prefix { $0 != UInt8(ascii: ":") }) } ?? []
        }
    }

    /// Whether decoding `range` changes nothing.
    func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        switch self {
        case .raw: true
        case .percent: !bytes[range].contains(UInt8(ascii: "%"))
        case .form: !bytes[range].contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
        case .json: !bytes[range].contains(UInt8(ascii: "\\"))
        case .basic: false
        }
    }

    /// `name:password` of what stands in `range`; nil when it is no base64 of such.
    static func credentials(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        guard let decoded = Base64.standard.decoded(bytes[range]), decoded.contains(UInt8(ascii: ":")) else {
            return nil
        }
        return decoded
    }
}
