import ContentCodings

extension JSONReader {
    /// A string's bytes as UTF-8.
    struct Text {
        /// The first bytes, up to the limit.
        var bytes: [UInt8]
        /// The number of bytes before truncation.
        var count: Int
        /// Whether it is complete.
        var isWhole: Bool { bytes.count == count }

        /// As text; invalid UTF-8 is replaced by U+FFFD.
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// Reads the next string.
    ///
    /// - Precondition: ``peek()`` returned ``Kind/string``.
    mutating func string(limit: Int) throws(InterchangeError) -> Text {
        var result = Text(bytes: [], count: 0)
        source.consume(1)
        isInString = true
        while true {
            guard try source.need(1) else { throw cutOff }
            let run = source.unread
            let length = JSONReader.plainPrefix(run)
            if result.isWhole { result.bytes.append(contentsOf: run.prefix(min(length, limit - result.count))) }
            result.count += length
            let stop: UInt8? = length < run.count ? run[length] : nil
            source.consume(length)
            guard let stop else { continue }
            source.consume(1)
            switch stop {
            case UInt8(ascii: "\""):
                isInString = false
                return result
            case UInt8(ascii: "\\"): try escape(into: &result, limit: limit)
            // In JSON Lines, a string must end on its line.
            case 0x0a where isLines: throw bad("a string has no end")
            // Other control characters should be escaped, but are unambiguous.
            default:
                if result.isWhole, result.count < limit { result.bytes.append(stop) }
                result.count += 1
            }
        }
    }

    /// The text of a string, or the characters of a number; nil for anything else, which is skipped.
    mutating func text() throws(InterchangeError) -> String? {
        switch try peek() {
        case .string: return try string(limit: JSONReader.maximumTextBytes).text
        case .number: return try numberText()
        default:
            try skip()
            return nil
        }
    }

    /// A number, or a string with a number; nil for anything else, which is skipped.
    mutating func number() throws(InterchangeError) -> Double? {
        try text().flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// An integer, or a string with an integer; nil for anything else, which is skipped.
    mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(InterchangeError) -> Number? {
        guard let text = try text() else { return nil }
        return Number(text) ?? Double(text).flatMap { Number(exactly: $0.rounded()) }
    }

    /// true or false; nil for anything else, which is skipped.
    mutating func bool() throws(InterchangeError) -> Bool? {
        guard try peek() == .literal else {
            try skip()
            return nil
        }
        return try literal()
    }

    mutating func numberText() throws(InterchangeError) -> String {
        var bytes: [UInt8] = []
        while try source.need(1) {
            let run = source.unread.prefix { JSONReader.isOfNumber($0) }
            bytes.append(contentsOf: run)
            let isWhole = run.count < source.available
            source.consume(run.count)
            guard bytes.count <= 512 else { throw bad("a number is too long") }
            if isWhole { break }
        }
        if bytes == [UInt8(ascii: "-")], try source.need(8), source.unread.starts(with: "Infinity".utf8) {
            source.consume(8)
            bytes.append(contentsOf: "Infinity".utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: nil for null.
    mutating func literal() throws(InterchangeError) -> Bool? {
        for (word, value) in JSONReader.literals where try source.need(word.utf8.count) {
            guard source.unread.starts(with: word.utf8) else { continue }
            source.consume(word.utf8.count)
            return value
        }
        throw bad("this is not true, false or null")
    }

    /// Includes literals that are not JSON but that programs write for a missing value.
    private static let literals: [(String, Bool?)] = [
        ("true", true), ("false", false), ("null", nil), ("NaN", nil), ("Infinity", nil), ("undefined", nil),
    ]

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// The number of leading bytes that need no unescaping.
    private static func plainPrefix(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        while count < bytes.count {
            let byte = bytes[count]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            count += 1
        }
        return count
    }

    /// Reads the escape after a backslash.
    private mutating func escape(into text: inout Text, limit: Int) throws(InterchangeError) {
        guard try source.need(1) else { throw cutOff }
        let byte = source.unread[0]
        source.consume(1)
        let scalar: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(byte)
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{c}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"): scalar = try escapedScalar()
        default: throw bad("a backslash is not followed by a valid escape")
        }
        guard let encoded = UTF8.encode(scalar) else { return }
        if text.isWhole, text.count + encoded.count <= limit { text.bytes.append(contentsOf: encoded) }
        text.count += encoded.count
    }

    /// Reads `\u` and four digits, or a surrogate pair of two such escapes; an unpaired surrogate becomes U+FFFD.
    private mutating func escapedScalar() throws(InterchangeError) -> Unicode.Scalar {
        let first = try hexadecimal()
        guard (0xd800..<0xdc00).contains(first) else { return Unicode.Scalar(first) ?? "\u{fffd}" }
        guard try source.need(6), source.unread.starts(with: "\\u".utf8),
            let second = JSONReader.hexadecimal(UnsafeRawBufferPointer(rebasing: source.unread[2..<6])),
            (0xdc00..<0xe000).contains(second)
        else { return "\u{fffd}" }
        source.consume(6)
        return Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00)) ?? "\u{fffd}"
    }

    private mutating func hexadecimal() throws(InterchangeError) -> UInt16 {
        guard try source.need(4) else { throw cutOff }
        guard let code = JSONReader.hexadecimal(UnsafeRawBufferPointer(rebasing: source.unread[..<4])) else {
            throw bad("four hexadecimal digits are missing")
        }
        source.consume(4)
        return code
    }

    private static func hexadecimal(_ digits: UnsafeRawBufferPointer) -> UInt16? {
        guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
