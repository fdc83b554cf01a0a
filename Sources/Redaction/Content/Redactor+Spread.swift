import Credentials

/// Values in text that are not behind their name on its line, as in YAML and TOML.
extension Redactor {
    /// Adds the edits to a list, a text in triple quotes, or values in the lines below, behind the sign after `name`.
    ///
    /// - Returns: where to continue; nil if there are no such values.
    mutating func spreadEdits(
        _ bytes: Bytes, _ name: Range<Int>, behind position: Int, _ range: Range<Int>, _ side: MessageSide,
        _ edits: inout Edits
    ) -> Int? {
        guard rule(forLabel: bytes.part(name), nil, side) != nil else { return nil }
        var start = position
        while start < range.upperBound, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        guard start < range.upperBound else { return nil }
        if bytes[start] == UInt8(ascii: "[") { return listEdits(bytes, name, start + 1, range, side, &edits) }
        if Redactor.isTripleQuote(bytes, start, range.upperBound) {
            return quotedEdits(bytes, name, start, range, side, &edits)
        }
        // A block sign has up to three characters.
        guard let lineEnd = bytes.index(of: 0x0a, in: start..<min(start + 6, range.upperBound)) else { return nil }
        let rest = bytes.trimmed(start..<lineEnd)
        guard rest.isEmpty || Redactor.isBlockSign(bytes, rest) else { return nil }
        return lineEdits(bytes, name, lineEnd + 1, range, isBlock: !rest.isEmpty, side, &edits)
    }

    /// Whether `range` announces a block of lines: `|`, `>`, `|-`, `>2+` (YAML 1.2.2 section 8.1).
    static func isBlockSign(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        guard (1...3).contains(range.count) else { return false }
        let first = bytes[range.lowerBound]
        guard first == UInt8(ascii: "|") || first == UInt8(ascii: ">") else { return false }
        return bytes[range].dropFirst().allSatisfy { $0 == 0x2d || $0 == UInt8(ascii: "+") || $0.isDigit }
    }

    private static func isTripleQuote(_ bytes: Bytes, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 3, bytes[start] == 0x22 || bytes[start] == 0x27 else { return false }
        return bytes[start + 1] == bytes[start] && bytes[start + 2] == bytes[start]
    }

    private mutating func valueEdit(
        _ bytes: Bytes, _ name: Range<Int>, _ value: Range<Int>, _ side: MessageSide, _ edits: inout Edits
    ) {
        guard !value.isEmpty, let treatment = textTreatment(bytes, name, bytes.part(value), side) else { return }
        edits.replace(value, with: replacement(for: Array(bytes[value]), treatment))
    }

    /// Adds the edits to the elements of a list: `["a", b]`. Returns its end.
    private mutating func listEdits(
        _ bytes: Bytes, _ name: Range<Int>, _ start: Int, _ range: Range<Int>, _ side: MessageSide,
        _ edits: inout Edits
    ) -> Int {
        var position = start
        while position < range.upperBound {
            let byte = bytes[position]
            if byte.isBlank || byte == UInt8(ascii: ",") {
                position += 1
                continue
            }
            let value: Range<Int>
            if byte == 0x22 || byte == 0x27 {
                var end = position + 1
                while end < range.upperBound, bytes[end] != byte, bytes[end] != 0x0a {
                    end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                value = (position + 1)..<min(end, range.upperBound)
                position = min(end + 1, range.upperBound)
            } else if byte.isAlphanumeric || byte >= 0x80 {
                let end = bytes[position..<range.upperBound].firstIndex { $0 == 0x2c || $0 == 0x5d || $0.isBlank }
                value = position..<(end ?? range.upperBound)
                position = value.upperBound
            } else {
                return position
            }
            valueEdit(bytes, name, value, side, &edits)
        }
        return position
    }

    /// Adds the edit to a text in triple quotes, as in TOML and Python. Returns its end.
    private mutating func quotedEdits(
        _ bytes: Bytes, _ name: Range<Int>, _ start: Int, _ range: Range<Int>, _ side: MessageSide,
        _ edits: inout Edits
    ) -> Int {
        let quote = bytes[start]
        let limit = min(range.upperBound, start + 3 + Redactor.longestQuote)
        var end = start + 3
        while end < limit, bytes[end] != quote || !Redactor.isTripleQuote(bytes, end, limit) { end += 1 }
        valueEdit(bytes, name, bytes.trimmed((start + 3)..<end), side, &edits)
        return min(end + 3, limit)
    }

    /// Maximum bytes of a text in triple quotes.
    private static let longestQuote = 8 << 10

    /// Adds the edits to the lines below a name: a block of text, the elements of a list, or a single value. Returns
    /// their end; nil if there are none.
    private mutating func lineEdits(
        _ bytes: Bytes, _ name: Range<Int>, _ start: Int, _ range: Range<Int>, isBlock: Bool, _ side: MessageSide,
        _ edits: inout Edits
    ) -> Int? {
        let base = Redactor.indentation(bytes, ofLineWith: name.lowerBound, range)
        var position = start
        while position < range.upperBound {
            let lineEnd = bytes.index(of: 0x0a, in: position..<range.upperBound) ?? range.upperBound
            var value = bytes.trimmed(position..<lineEnd)
            let indentation = value.lowerBound - position
            let isItem = bytes.has("- ", at: value.lowerBound, before: value.upperBound)
            guard !value.isEmpty, indentation > base || isItem && !isBlock && indentation == base else { break }
            if !isBlock {
                if isItem { value = bytes.trimmed((value.lowerBound + 2)..<value.upperBound) }
                // Words, or another name.
                guard !bytes[value].contains(where: { $0.isBlank }), bytes[value].last != UInt8(ascii: ":") else {
                    break
                }
                if value.count >= 2, Redactor.isQuote(bytes[value.lowerBound]) {
                    value = (value.lowerBound + 1)..<(value.upperBound - 1)
                }
            }
            valueEdit(bytes, name, value, side, &edits)
            position = min(lineEnd + 1, range.upperBound)
            if !isBlock, !isItem { break }
        }
        return position > start ? position : nil
    }

    /// The blanks before the first word of a line, including the sign of a list's element.
    private static func indentation(_ bytes: Bytes, ofLineWith position: Int, _ range: Range<Int>) -> Int {
        var start = position
        while start > range.lowerBound, position - start < longestIndentation, bytes[start - 1] != 0x0a { start -= 1 }
        return bytes[start..<position].prefix { $0 == 0x20 || $0 == 0x2d }.count
    }

    private static let longestIndentation = 256
}
