import Credentials

extension Redactor {
    /// Adds the edits to patterns and known values where there is no edit yet.
    mutating func scan(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits) {
        let gaps = edits.gaps(in: range)
        for rule in tables.patterns where rule.side.covers(side) {
            // While values are only learned, only the patterns of tokens and keys matter.
            if isCollecting, !rule.pattern.isSecret { continue }
            for gap in gaps { patternEdits(bytes, gap, rule.pattern, rule.treatment, &edits) }
        }
        if !isCollecting {
            for gap in gaps {
                book.forEachPlace(in: bytes, gap) { edits.replace($0, with: $1) }
                for coding in DecodedText.Coding.allCases { scan(bytes, gap, coding, &edits) }
            }
        }
        edits.settle()
    }

    /// Adds the edits to known values in `gap` that are written in an encoding.
    private func scan(_ bytes: Bytes, _ gap: Range<Int>, _ coding: DecodedText.Coding, _ edits: inout Edits) {
        guard !book.isEmpty, gap.count > ValueStrength.shortest, coding != .form || book.hasBlanks,
            let decoded = DecodedText(bytes, gap, coding)
        else { return }
        decoded.bytes.withUnsafeBufferPointer { text in
            book.forEachPlace(in: text, 0..<text.count) { place, replacement in
                let source = decoded.source(of: place)
                // Unencoded values were already found.
                guard source.count > place.count || coding == .form else { return }
                let new =
                    mark == nil ? DecodedText.encoded(replacement, like: bytes, source, coding) : replacement
                edits.replace(source, with: new)
            }
        }
    }

    private mutating func patternEdits(
        _ bytes: Bytes, _ gap: Range<Int>, _ pattern: TextPattern, _ treatment: Treatment, _ edits: inout Edits
    ) {
        switch pattern {
        case .jwt:
            if treatment.action == .pseudonymise, mark == nil {
                tokenEdits(bytes, gap, &edits)
            } else if treatment.action != .keep {
                WebToken.forEach(in: UnsafeRawBufferPointer(bytes), gap) { token in
                    edits.replace(token.range, with: replacement(for: Array(bytes[token.range]), treatment))
                }
            }
        case .key:
            IssuedKey.forEach(in: UnsafeRawBufferPointer(bytes), gap) {
                edits.replace($0, with: replacement(for: Array(bytes[$0]), treatment))
            }
        case .card:
            Redactor.forEachCard(bytes, gap) { edits.replace($0, with: replacement(for: Array(bytes[$0]), treatment)) }
        case .email:
            EmailAddress.forEach(in: bytes, gap) {
                edits.replace($0, with: replacement(for: Array(bytes[$0]), treatment))
            }
        case .expression(let expression):
            var found: [Range<Int>] = []
            expression.forEachMatch(in: bytes, gap) { found.append($0) }
            for range in found { edits.replace(range, with: replacement(for: Array(bytes[range]), treatment)) }
        }
    }

    private static func forEachCard(_ bytes: Bytes, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index].isDigit else {
                index += 1
                continue
            }
            let isInside = index > 0 && (bytes[index - 1].isAlphanumeric || bytes[index - 1] == UInt8(ascii: "."))
            if !isInside, let end = CardNumber.end(in: bytes, from: index, before: range.upperBound),
                end == bytes.count || !bytes[end].isAlphanumeric
            {
                body(index..<end)
                index = end
            } else {
                while index < range.upperBound, bytes[index].isDigit { index += 1 }
            }
        }
    }
}

extension TextPattern {
    /// Whether a match is a secret wherever it occurs.
    var isSecret: Bool {
        switch self {
        case .jwt, .key: true
        case .card, .email, .expression: false
        }
    }
}

/// E-mail addresses in text (the dot-atoms of RFC 5322 section 3.4.1).
enum EmailAddress {
    static func forEach(in bytes: Bytes, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var position = range.lowerBound
        while let at = bytes.index(of: UInt8(ascii: "@"), in: position..<range.upperBound) {
            var start = at
            while start > position, isLocal(bytes[start - 1]) { start -= 1 }
            var end = at + 1
            while end < range.upperBound, bytes[end].isAlphanumeric || bytes[end] == 0x2d || bytes[end] == 0x2e {
                end += 1
            }
            while end > at + 1, !bytes[end - 1].isAlphanumeric { end -= 1 }
            position = at + 1
            guard start < at, let dot = bytes[(at + 1)..<end].lastIndex(of: 0x2e), end - dot > 2,
                bytes[(dot + 1)..<end].allSatisfy(\.isLetter), dot > at + 1
            else { continue }
            body(start..<end)
            position = end
        }
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "~"),
            UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "^"):
            true
        default: byte.isAlphanumeric
        }
    }
}
