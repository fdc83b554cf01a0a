public import Formats

/// How a value is extracted from a text.
public enum Derivation: Hashable, Sendable {
    /// A segment of a URL's path, decoded, counted from 0.
    case pathSegment(Int)
    /// A query parameter of a URL, decoded.
    case queryParameter(String)
    /// A parameter of the fragment of a URL, decoded.
    case fragmentParameter(String)
    /// A member of a JSON text.
    case json(JSONPath)
    /// A claim of a JSON Web Token.
    case claim(JSONPath)
    /// The text is base64 (RFC 4648), of either alphabet, padded or not.
    case base64
    /// The text is percent-encoded.
    case percentDecoded
    /// The digits at the end of a word: `12` in `issue12`.
    case trailingDigits
    /// The bytes after the first occurrence of these bytes, up to a blank, a quote or another character that ends
    /// words.
    case word(after: [UInt8])
    /// The digits after the first occurrence of these bytes.
    case digits(after: [UInt8])
    /// The number with this index in a short text: `17` of `order_17.pdf`.
    case number(Int)
    /// The text after the first occurrence of these bytes, up to `end`.
    case slice(after: [UInt8], SliceEnd)
}

/// Where a value ends in a longer text.
public enum SliceEnd: Hashable, Sendable {
    /// At these bytes; if they are empty, at the end of the text.
    case before([UInt8])
    /// After this many bytes.
    case count(Int)
}

extension Derivation {
    /// The value inside `text`; nil when it has none.
    func value(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        switch self {
        case .pathSegment(let index):
            let segments = URLParts(text, 0..<text.count).segments(text)
            guard index < segments.count else { return nil }
            return PercentText.decoded(text, segments[index], plusIsSpace: false)
        case .queryParameter(let name):
            return ParameterList.value(of: name, in: text, URLParts(text, 0..<text.count).query)
        case .fragmentParameter(let name):
            return ParameterList.value(of: name, in: text, URLParts(text, 0..<text.count).fragment)
        case .json(let path): return path.value(in: text)
        case .claim(let path):
            guard let payload = RecordedToken.payload(of: text) else { return nil }
            return payload.withUnsafeBufferPointer { path.value(in: $0) }
        case .base64: return Base64.detected(text, 0..<text.count)?.decoded(text)
        case .percentDecoded: return PercentText.decoded(text, 0..<text.count, plusIsSpace: false)
        case .trailingDigits: return Designator(text, 0..<text.count).map { Array(text[$0.digits]) }
        case .word(let prefix):
            guard let start = ByteSearch.end(of: prefix, in: text) else { return nil }
            let end = text[start...].firstIndex(where: WordEnds.endsWord) ?? text.count
            return end > start ? Array(text[start..<end]) : nil
        case .digits(let prefix):
            guard let start = ByteSearch.end(of: prefix, in: text) else { return nil }
            let digits = text[start...].prefix(while: ASCII.isDigit)
            return digits.isEmpty ? nil : Array(digits)
        case .number(let ordinal): return NumbersInText.digits(ordinal, in: text)
        case .slice(let prefix, let sliceEnd):
            guard let start = ByteSearch.end(of: prefix, in: text) else { return nil }
            var end = text.count
            switch sliceEnd {
            case .count(let count):
                guard count <= text.count - start else { return nil }
                end = start + count
            case .before(let mark) where !mark.isEmpty:
                guard let found = ByteSearch.end(of: mark, in: text, from: start) else { return nil }
                end = found - mark.count
            case .before: break
            }
            return end > start ? Array(text[start..<end]) : nil
        }
    }
}

extension Derivation: CustomStringConvertible {
    /// `path[1]`, `?code`, `JSON $.id`, `claim $.sub`, `base64`, `decoded`, `digits`, `number[0]`, `after "token="` or
    /// `between "token=" and "|"`.
    public var description: String { text(hidesPositions: false) }

    func text(hidesPositions: Bool) -> String {
        func path(_ path: JSONPath) -> String {
            hidesPositions ? path.descriptionWithoutPositions : path.description
        }
        return switch self {
        case .pathSegment(let index): "path[\(index)]"
        case .queryParameter(let name): "?\(PlaceWords.word(of: name))"
        case .fragmentParameter(let name): "#\(PlaceWords.word(of: name))"
        case .json(let inner): "JSON \(path(inner))"
        case .claim(let inner): "claim \(path(inner))"
        case .base64: "base64"
        case .percentDecoded: "decoded"
        case .trailingDigits: "digits"
        case .word(let prefix): "after \(JSONText.quoted(prefix))"
        case .digits(let prefix): "digits after \(JSONText.quoted(prefix))"
        case .slice(let prefix, .before(let mark)) where mark.isEmpty: "all after \(JSONText.quoted(prefix))"
        case .slice(let prefix, .before(let mark)):
            "between \(JSONText.quoted(prefix)) and \(JSONText.quoted(mark))"
        case .slice(let prefix, .count(let count)): "\(count) bytes after \(JSONText.quoted(prefix))"
        case .number(let ordinal): "number[\(ordinal)]"
        }
    }
}

/// A word followed by a number that together identify something: `issue12`.
struct Designator {
    /// The word.
    var letters: Range<Int>
    /// The number.
    var digits: Range<Int>

    /// - Returns: nil when `range` is not a word of three letters or more followed by a number.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var start = range.upperBound
        while start > range.lowerBound, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start - 1]) {
            start -= 1
        }
        letters = range.lowerBound..<start
        digits = start..<range.upperBound
        let isWord = bytes[letters].allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
        guard letters.count >= 3, !digits.isEmpty, digits.count <= 18, isWord else { return nil }
    }
}
