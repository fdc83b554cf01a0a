import Formats

extension SourceScanner {
    /// The words of free text.
    ///
    /// - Parameter isKnown: whether the text as a whole is examined elsewhere
    mutating func words(
        _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ origin: Origin, isKnown: Bool = false,
        of outer: () -> ValueSource.Locator?
    ) {
        guard embedded == nil else {
            search(embeddedIn: text, range, Traits(), origin, of: outer)
            return
        }
        func word(from start: Int) -> ValueSource.Locator? {
            guard let prefix = SourceScanner.prefix(before: start, in: text), let outer = outer() else { return nil }
            return .inside(outer, .word(after: prefix))
        }
        var traits = Traits()
        traits.isLoose = true
        var start = range.lowerBound
        while start < range.upperBound {
            let end = text[start..<range.upperBound].firstIndex(where: WordEnds.endsWord) ?? range.upperBound
            let own = start
            start = end + 1
            guard own < end, !isKnown || own..<end != range || own == 0 else { continue }
            if values.hasShortValues {
                let isAlone = end - own == 1 && SourceScanner.isAlone(own..<end, in: text, range)
                numbers(ofWord: own..<end, in: text, traits, origin, isAlone: isAlone, of: outer)
            }
            guard end - own >= SourceScanner.shortestCode else { continue }
            offer(text, own..<end, .raw, traits, origin, depth: SourceScanner.depthLimit - 1) { word(from: own) }
            // `token=…`, `token:…` and `17|…`.
            let isMark = { (byte: UInt8) in
                byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "|")
            }
            guard let mark = text[own..<end - 2].lastIndex(where: isMark) else { continue }
            offer(text, mark + 1..<end, .raw, traits, origin, depth: SourceScanner.depthLimit) { word(from: mark + 1) }
        }
    }

    /// The shortest number in free text that is considered, unless it is the whole text or a name says that it is an
    /// id. Sessions with other numbers at the place decide what it is.
    private static let shortestNumber = 2

    /// Whether there are only blanks around `word`.
    private static func isAlone(
        _ word: Range<Int>, in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> Bool {
        !text[range.lowerBound..<word.lowerBound].contains { $0 > 0x20 }
            && !text[word.upperBound..<range.upperBound].contains { $0 > 0x20 }
    }

    /// Whether the digits from `start` on are named as an id: `"id":7`, `orderId = 7`, `#7`.
    private static func isNamedID(from start: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        var end = start
        while end > 0, start - end < longestMarks, NumbersInText.isMark(text[end - 1]) { end -= 1 }
        guard end < start else { return false }
        if text[start - 1] == UInt8(ascii: "#") { return true }
        var first = end
        while first > 0, end - first < longestName,
            ASCII.isLetter(text[first - 1]) || text[first - 1] == UInt8(ascii: "_")
        { first -= 1 }
        return IdentifierName.mayIdentify(text, first..<end)
            && IdentifierName.noun(String(decoding: text[first..<end], as: UTF8.self)) != nil
    }

    /// The maximum number of characters between a name and its number, and the longest name.
    private static let longestMarks = 4
    private static let longestName = 24

    /// The numbers in a word of free text: `17`, `:17` after the name of a member, `#17`, `row-17`, `export-17.pdf`.
    ///
    /// - Parameter isAlone: whether the word is the whole text
    private mutating func numbers(
        ofWord word: Range<Int>, in text: UnsafeBufferPointer<UInt8>, _ traits: Traits, _ origin: Origin,
        isAlone: Bool, of outer: () -> ValueSource.Locator?
    ) {
        func isLongEnough(_ digits: Range<Int>) -> Bool {
            digits.count >= SourceScanner.shortestNumber || isAlone
                || SourceScanner.isNamedID(from: digits.lowerBound, in: text)
        }
        func locator(_ digits: Range<Int>) -> ValueSource.Locator? {
            guard let prefix = SourceScanner.prefix(before: digits.lowerBound, in: text), let outer = outer() else {
                return nil
            }
            return .inside(outer, digits.upperBound == word.upperBound ? .word(after: prefix) : .digits(after: prefix))
        }
        if text[word].allSatisfy(ASCII.isDigit) {
            // Longer ones are examined as words.
            guard word.count < SourceScanner.shortestCode, isLongEnough(word) else { return }
            offer(text, word, .raw, traits, origin, depth: SourceScanner.depthLimit) { locator(word) }
            return
        }
        var numbers = NumbersInText(text, word, isWord: true)
        while let number = numbers.next() {
            guard isLongEnough(number.digits) else { continue }
            offer(
                text, number.digits, .raw, traits, origin, depth: SourceScanner.depthLimit,
                nouns: { SourceScanner.nouns(of: number, in: text, origin) }, locator: { locator(number.digits) })
        }
    }

    /// The shortest prefix before `start` that identifies the place; empty at the beginning of the text, nil if no
    /// prefix does.
    private static func prefix(before start: Int, in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard start > 0 else { return [] }
        for count in [6, 12, 24, 48] {
            let prefix = Array(text[max(0, start - count)..<start])
            if ByteSearch.end(of: prefix, in: text) == start { return prefix }
        }
        return nil
    }
}
