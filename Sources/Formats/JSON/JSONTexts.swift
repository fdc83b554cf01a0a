/// The JSON texts of a body: one, or one per line, optionally after a prefix against JSON hijacking.
public enum JSONTexts {
    /// The maximum number of lines.
    public static let lineLimit = 10_000

    /// The length of the prefix before the first text: a byte order mark, `)]}'`, `while(1);`, `for(;;);` or `{}&&`.
    public static func prefixCount(of body: UnsafeBufferPointer<UInt8>) -> Int {
        guard mayHavePrefix(body) else { return 0 }
        var count = body.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        for guardText in guards where body[count...].starts(with: guardText) {
            count += guardText.count
            if count < body.count, body[count] == UInt8(ascii: ",") { count += 1 }
            break
        }
        return count
    }

    /// Whether a body begins like one of the prefixes.
    private static func mayHavePrefix(_ body: UnsafeBufferPointer<UInt8>) -> Bool {
        guard body.count > 2 else { return false }
        return switch body[0] {
        case 0xef, UInt8(ascii: ")"), UInt8(ascii: "w"), UInt8(ascii: "f"): true
        case UInt8(ascii: "{"): body[1] == UInt8(ascii: "}")
        default: false
        }
    }

    private static let guards = [")]}'", "while(1);", "while (1);", "for(;;);", "for (;;);", "{}&&", "{} &&"].map {
        Array($0.utf8)
    }

    /// The ranges of the texts.
    public static func ranges(in body: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        let start = prefixCount(of: body)
        guard isLines(body, from: start) else { return [start..<body.count] }
        var lines: [Range<Int>] = []
        var position = start
        while position < body.count, lines.count < lineLimit {
            let end = ByteSearch.index(of: 0x0a, in: body, position..<body.count) ?? body.count
            let line = trimmed(body, position..<end)
            if !line.isEmpty { lines.append(line) }
            position = end + 1
        }
        return lines
    }

    /// Whether each line is a separate text (JSON Lines): the first one is complete and another one follows.
    private static func isLines(_ body: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        guard let first = body[start...].firstIndex(where: { $0 > 0x20 }), opens(body[first]),
            let feed = ByteSearch.index(of: 0x0a, in: body, first..<body.count),
            let next = body[feed...].firstIndex(where: { $0 > 0x20 && $0 != 0x1e }), opens(body[next]),
            let last = body[first..<feed].last(where: { $0 > 0x20 }),
            last == UInt8(ascii: "}") || last == UInt8(ascii: "]")
        else { return false }
        var cursor = JSONCursor(UnsafeBufferPointer(rebasing: body[first..<feed]))
        return cursor.skipValue() && cursor.next() == nil
    }

    private static func opens(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

    /// `line` without surrounding white space and the record separator of JSON text sequences (RFC 7464).
    private static func trimmed(_ body: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Range<Int> {
        var (start, end) = (line.lowerBound, line.upperBound)
        while start < end, body[start] <= 0x20 { start += 1 }
        while end > start, body[end - 1] <= 0x20 { end -= 1 }
        return start..<end
    }

    /// Whether the whole body is JSON.
    public static func isJSON(_ body: UnsafeBufferPointer<UInt8>) -> Bool {
        let texts = ranges(in: body)
        return !texts.isEmpty
            && texts.allSatisfy { range in
                let text = UnsafeBufferPointer(rebasing: body[range])
                var cursor = JSONCursor(text)
                return begins(text) && cursor.skipValue() && cursor.next() == nil
            }
    }

    /// Whether an object begins with a name and a list with a value, which the cursor does not check.
    private static func begins(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.firstIndex(where: { $0 > 0x20 }),
            let next = text[(first + 1)...].first(where: { $0 > 0x20 })
        else { return false }
        switch (text[first], next) {
        case (UInt8(ascii: "{"), UInt8(ascii: "\"")), (UInt8(ascii: "{"), UInt8(ascii: "}")): return true
        case (UInt8(ascii: "["), let value):
            return "\"-0123456789{[]tfn".utf8.contains(value)
        default: return false
        }
    }

    /// The text of line `line`, or of the last line if there are fewer; nil if there is none.
    public static func text(ofLine line: Int, in body: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        let texts = ranges(in: body)
        guard !texts.isEmpty else { return nil }
        return UnsafeBufferPointer(rebasing: body[texts[min(line, texts.count - 1)]])
    }
}
