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
        }
    }
}

extension Derivation: CustomStringConvertible {
    /// `path[1]`, `?code`, `JSON $.id`, `claim $.sub`, `base64`, `decoded`, `digits` or `after "token="`.
    public var description: String { text(hidesPositions: false) }

    func text(hidesPositions: Bool) -> String {
        func path(_ path: JSONPath) -> String {
            hidesPositions ? path.descriptionWithoutPositions : path.description
        }
        return switch self {
        case .pathSegment(let index): "path[\(index)]"
        case .queryParameter(let name): "?\(name)"
        case .fragmentParameter(let name): "#\(name)"
        case .json(let inner): "JSON \(path(inner))"
        case .claim(let inner): "claim \(path(inner))"
        case .base64: "base64"
        case .percentDecoded: "decoded"
        case .trailingDigits: "digits"
        case .word(let prefix): "after \(JSONText.quoted(prefix))"
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

/// The characters that end a word in free text.
enum WordEnds {
    static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: false
        }
    }
}

extension WordEnds {
    /// Whether `word` is not part of a longer word of `text`, nor of a longer address if it is one. The last letter of
    /// an escape sequence is not part of a word.
    static func isApart(_ word: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>, _ text: Range<Int>) -> Bool {
        let isAddress = bytes[word].contains(UInt8(ascii: "@"))
        if word.upperBound < text.upperBound {
            let next = bytes[word.upperBound]
            if isLetter(next) { return false }
            // `ann@x.example.org` is another address than `ann@x.example`.
            let continues = next == UInt8(ascii: ".") || next == UInt8(ascii: "-")
            if isAddress, continues, word.upperBound + 1 < text.upperBound, isLetter(bytes[word.upperBound + 1]) {
                return false
            }
        }
        let before = word.lowerBound - 1
        guard before >= text.lowerBound else { return true }
        if isAddress,
            [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+")].contains(bytes[before])
        {
            return false
        }
        return !isLetter(bytes[before])
            || before - 1 >= text.lowerBound && bytes[before - 1] == UInt8(ascii: "\\")
            || before - 2 >= text.lowerBound && bytes[before - 2] == UInt8(ascii: "%")
    }

    /// The ranges where `word` occurs in `text` as a whole word, in order.
    static func ranges(of word: [UInt8], in text: [UInt8]) -> [Range<Int>] {
        text.withUnsafeBufferPointer { bytes in
            var ranges: [Range<Int>] = []
            var position = 0
            while let end = ByteSearch.end(of: word, in: bytes, from: position), !word.isEmpty {
                let range = end - word.count..<end
                if isApart(range, in: bytes, 0..<bytes.count) { ranges.append(range) }
                position = end
            }
            return ranges
        }
    }

    /// Whether `word` occurs in `text` as a whole word.
    static func stands(_ word: [UInt8], in text: [UInt8]) -> Bool { !ranges(of: word, in: text).isEmpty }

    private static func isLetter(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte >= 0x80
    }
}
