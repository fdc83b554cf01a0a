/// The position where bytes that begin like JSON stop being JSON: `[INFO] token=…`, `{'password': …}`, a log line after
/// an object.
///
/// Consecutive JSON texts count as JSON here, as in JSON Lines (and RFC 7464), and so does a truncated one.
struct JSONFault {
    /// The first byte that does not fit.
    let position: Int

    private enum Expected {
        case value
        case valueOrEnd
        case name
        case nameOrEnd
        case colon
        case commaOrEnd
    }

    /// Finds the first fault in `range`; nil if all of it is JSON. Examines each byte once.
    init?(_ bytes: Bytes, _ range: Range<Int>) {
        var index = range.lowerBound
        var expected = Expected.value
        // For each enclosing array or object: whether it is an object.
        var around: [Bool] = []
        while index < range.upperBound {
            let byte = bytes[index]
            guard !JSONFault.isPassed(byte, isOutside: around.isEmpty) else {
                index += 1
                continue
            }
            var next: Expected?
            let isValue = expected == .value || expected == .valueOrEnd
            let afterValue = around.isEmpty ? Expected.value : .commaOrEnd
            switch byte {
            case UInt8(ascii: "\"") where expected != .colon && expected != .commaOrEnd:
                index = JSONFault.endOfString(bytes, index + 1, range.upperBound)
                next = isValue ? afterValue : .colon
            case UInt8(ascii: "{") where isValue, UInt8(ascii: "[") where isValue:
                let isObject = byte == UInt8(ascii: "{")
                around.append(isObject)
                next = isObject ? .nameOrEnd : .valueOrEnd
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                let isObject = byte == UInt8(ascii: "}")
                guard around.last == isObject,
                    expected == .commaOrEnd || expected == (isObject ? .nameOrEnd : .valueOrEnd)
                else { break }
                around.removeLast()
                index += 1
                next = around.isEmpty ? .value : .commaOrEnd
            case UInt8(ascii: ",") where expected == .commaOrEnd:
                next = around.last == true ? .name : .value
                index += 1
            case UInt8(ascii: ":") where expected == .colon:
                next = .value
                index += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                guard isValue, let end = JSONFault.endOfLiteral(bytes, index..<range.upperBound) else { break }
                index = end
                next = afterValue
            default: break
            }
            guard let next else {
                position = index
                return
            }
            expected = next
        }
        return nil
    }

    /// Whether a byte between values is skipped: white space and, outside of values, a byte order mark and the
    /// separator of RFC 7464.
    private static func isPassed(_ byte: UInt8, isOutside: Bool) -> Bool {
        byte.isBlank || isOutside && (byte == 0xef || byte == 0xbb || byte == 0xbf || byte == 0x1e)
    }

    /// The position after the quote that ends the string whose content begins at `start`.
    private static func endOfString(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(index + 1, end)
    }

    /// The end of a number, true, false or null, complete or truncated; nil for any other word.
    private static func endOfLiteral(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
        var end = range.lowerBound
        guard bytes[end].isLower else {
            while end < range.upperBound, isOfNumber(bytes[end]) { end += 1 }
            return end
        }
        while end < range.upperBound, bytes[end].isLower, end - range.lowerBound < 8 { end += 1 }
        let word = bytes[range.lowerBound..<end]
        let isCut = end == range.upperBound
        let words: [StaticString] = ["true", "false", "null"]
        let isKnown = words.contains { known in
            (isCut ? word.count <= known.utf8CodeUnitCount : word.count == known.utf8CodeUnitCount)
                && word.enumerated().allSatisfy { $1 == known.utf8Start[$0] }
        }
        return isKnown ? end : nil
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
            || byte | 0x20 == UInt8(ascii: "e")
    }
}
