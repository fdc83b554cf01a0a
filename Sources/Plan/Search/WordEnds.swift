import Formats

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
        text.withUnsafeBufferPointer { ranges(of: word, in: $0, 0..<$0.count) }
    }

    /// The same for `range` of `bytes`.
    static func ranges(
        of word: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> [Range<Int>] {
        let text = UnsafeBufferPointer(rebasing: bytes[..<range.upperBound])
        var ranges: [Range<Int>] = []
        var position = range.lowerBound
        while !word.isEmpty, let end = ByteSearch.end(of: word, in: text, from: position) {
            let found = end - word.count..<end
            if isApart(found, in: bytes, range) { ranges.append(found) }
            position = end
        }
        return ranges
    }

    /// Whether `word` occurs in `text` as a whole word.
    static func contains(_ word: [UInt8], in text: [UInt8]) -> Bool { !ranges(of: word, in: text).isEmpty }

    private static func isLetter(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte >= 0x80
    }
}
