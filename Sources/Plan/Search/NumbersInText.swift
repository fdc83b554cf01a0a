import Formats

/// The numbers in a short text that may be ids: `17` of `order_17.pdf`, `id=17`, `urn:x:17`, `SN17` and `17,18,19`.
/// Excludes those in dates, times and addresses, and texts that are a number as a whole.
struct NumbersInText {
    /// A number.
    struct Number {
        var digits: Range<Int>
        /// The letters before it, with or without a separator: `order` of `order_17`; nil if there are none.
        var word: Range<Int>?
        /// Its index among the numbers of the text, from 0.
        var ordinal: Int
    }

    /// The longest text that is searched, in bytes.
    static let textLimit = 256
    /// The most letters directly before a number: more are not a word.
    private static let letterLimit = 12
    /// The maximum number of digits.
    private static let digitLimit = 18

    private let bytes: UnsafeBufferPointer<UInt8>
    private let text: Range<Int>
    private var position: Int
    private var ordinal = 0

    /// The numbers in `range` of `bytes`.
    ///
    /// - Parameters:
    ///   - isWord: whether it is a word of a longer text, in which a punctuation mark before a number suffices: `:17`,
    ///     `#17`
    ///   - mayBeList: whether numbers with only separators between them count
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isWord: Bool = false, mayBeList: Bool = false
    ) {
        self.bytes = bytes
        text = range
        let mayHold = NumbersInText.mayHold(bytes, range, isWord: isWord, mayBeList: mayBeList)
        position = mayHold ? range.lowerBound : range.upperBound
    }

    /// The next number; nil after the last.
    mutating func next() -> Number? {
        while position < text.upperBound {
            guard let start = bytes[position..<text.upperBound].firstIndex(where: ASCII.isAlphanumeric) else { break }
            let end = bytes[start..<text.upperBound].firstIndex { !ASCII.isAlphanumeric($0) } ?? text.upperBound
            position = end
            var digits = end
            while digits > start, ASCII.isDigit(bytes[digits - 1]) { digits -= 1 }
            guard digits < end, end - digits <= NumbersInText.digitLimit, isApart(start..<end),
                // `v1` names a version, `3a17` is part of a hash.
                end - digits >= 2 || digits - start != 1, digits - start <= NumbersInText.letterLimit,
                bytes[start..<digits].allSatisfy(ASCII.isLetter)
            else { continue }
            defer { ordinal += 1 }
            return Number(digits: digits..<end, word: word(before: digits), ordinal: ordinal)
        }
        position = text.upperBound
        return nil
    }

    /// The number with index `ordinal` in `text`.
    static func digits(_ ordinal: Int, in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var numbers = NumbersInText(text, 0..<text.count)
        while let number = numbers.next() {
            if number.ordinal == ordinal { return Array(text[number.digits]) }
        }
        return nil
    }

    /// The letters directly before `start`, or before a separator in front of it.
    private func word(before start: Int) -> Range<Int>? {
        var end = start
        if end > text.lowerBound, !ASCII.isLetter(bytes[end - 1]) { end -= 1 }
        // `id = 17`, `(id: 17`
        while end < start, end > text.lowerBound, NumbersInText.isMark(bytes[end - 1]) { end -= 1 }
        var first = end
        while first > text.lowerBound, ASCII.isLetter(bytes[first - 1]) { first -= 1 }
        return end - first >= 2 ? first..<end : nil
    }

    static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "#"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Whether the run of letters and digits is not part of a decimal fraction, an address or a time.
    private func isApart(_ run: Range<Int>) -> Bool {
        func isPart(_ mark: Int, _ beyond: Int) -> Bool {
            guard text.contains(mark), text.contains(beyond) else { return false }
            let isJoint = bytes[mark] == UInt8(ascii: ".") || bytes[mark] == UInt8(ascii: ":") && run.count <= 2
            return isJoint && ASCII.isDigit(bytes[beyond]) && ASCII.isDigit(bytes[run.lowerBound])
        }
        if isPart(run.upperBound, run.upperBound + 1) || isPart(run.lowerBound - 1, run.lowerBound - 2) { return false }
        return run.lowerBound == text.lowerBound || bytes[run.lowerBound - 1] != UInt8(ascii: "%")
    }

    /// Whether `range` may contain a number that is an id: it has digits and either letters or list separators, and
    /// does not begin like a date.
    private static func mayHold(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isWord: Bool, mayBeList: Bool
    ) -> Bool {
        guard range.count >= (isWord ? 2 : 3), range.count <= textLimit else { return false }
        // Most texts have no digits.
        var first = range.lowerBound
        while first < range.upperBound, !ASCII.isDigit(bytes[first]) { first += 1 }
        guard first < range.upperBound, !ClientMade.isUUID(bytes, range) else { return false }
        var (hasLetter, isList) = (false, mayBeList)
        for index in range {
            let byte = bytes[index]
            if ASCII.isDigit(byte) { continue }
            if ASCII.isLetter(byte) {
                hasLetter = true
            } else if !isSeparator(byte) {
                isList = false
            }
        }
        let isMarked = isWord && !ASCII.isAlphanumeric(bytes[range.lowerBound])
        guard hasLetter || isList || isMarked, !isDate(bytes[range]) else { return false }
        // A text of digits only is examined as a whole elsewhere.
        return hasLetter || bytes[range].contains { !ASCII.isDigit($0) }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: " "), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"):
            true
        default: false
        }
    }

    /// Whether a text begins like `2024-05-17`.
    private static func isDate(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let begin = text.prefix(8)
        return begin.count == 8
            && begin.enumerated().allSatisfy { index, byte in
                index == 4 || index == 7 ? byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") : ASCII.isDigit(byte)
            }
    }
}
