/// Parses a line of a page of metrics in the grammar shared by the text format 0.0.4 and OpenMetrics 1.0.
struct MetricLine {
    /// The most labels of a series.
    private static let labelLimit = 64

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skipBlanks() {
        while let byte = rest.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { rest.removeFirst() }
    }

    /// Skips one byte if it comes next; returns whether it did.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// The next name; empty if there is none.
    mutating func takeName() -> ArraySlice<UInt8> {
        var end = rest.startIndex
        while end < rest.endIndex, MetricLine.isNamePart(rest[end], isFirst: end == rest.startIndex) { end += 1 }
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    /// The next word, up to a blank.
    mutating func takeWord() -> ArraySlice<UInt8> {
        let end = rest.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    /// The labels in braces that come next, by name; empty without a brace, nil if they cannot be parsed.
    mutating func takeLabels() -> [MetricLabel]? {
        guard skip(UInt8(ascii: "{")) else { return [] }
        var labels: [MetricLabel] = []
        while true {
            skipBlanks()
            if skip(UInt8(ascii: "}")) { break }
            let name = takeName()
            skipBlanks()
            guard !name.isEmpty, !name.contains(UInt8(ascii: ":")), skip(UInt8(ascii: "=")) else { return nil }
            skipBlanks()
            guard let value = takeQuoted(), labels.count < MetricLine.labelLimit else { return nil }
            labels.append(MetricLabel(name: String(decoding: name, as: UTF8.self), value: value))
            skipBlanks()
            guard skip(UInt8(ascii: ",")) || rest.first == UInt8(ascii: "}") else { return nil }
        }
        labels.sort { $0.name < $1.name }
        guard zip(labels, labels.dropFirst()).allSatisfy({ $0.name != $1.name }) else { return nil }
        return labels
    }

    /// A quoted text without its escapes; nil if there is none, or it has no end.
    private mutating func takeQuoted() -> String? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                switch escaped {
                case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(escaped)
                // The format leaves other escapes unchanged.
                default: text += [byte, escaped]
                }
            default: text.append(byte)
            }
        }
        return nil
    }

    /// The next value: a Go number, `NaN`, `+Inf`, `-Inf`; nil if it is not one.
    mutating func takeNumber() -> Double? {
        let word = takeWord()
        // Longer words are not meaningful numbers.
        guard !word.isEmpty, word.count <= 64 else { return nil }
        let text = String(decoding: word, as: UTF8.self)
        switch text.lowercased() {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default:
            // Swift also parses hexadecimal numbers and `nan(…)`; the formats have only decimal numbers.
            guard word.allSatisfy({ MetricLine.isNumberPart($0) }) else { return nil }
            return Double(text)
        }
    }

    private static func isNumberPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static func isNamePart(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
        default: false
        }
    }
}
