import Formats

/// Iterates over the strings and numbers of JSON, each with the names around it.
///
/// Accepts anything: where the text is not JSON, it continues with the next string, and a truncated string ends with
/// the bytes. Names are recognised by the colon after them, so they are found in fragments too.
struct JSONFragments {
    struct Leaf {
        /// The content of a string, or a number.
        var range: Range<Int>
        var isString: Bool
    }

    /// Deeper nesting is read without its path.
    static let longestPath = 256

    private struct Frame {
        var isObject: Bool
        /// Its start.
        var start = 0
        var key: Range<Int>?
        var index = 0
    }

    private let bytes: Bytes
    private let end: Int
    private var position: Int
    private var frames = [Frame(isObject: true)]
    private var unfollowed = 0
    private(set) var isMalformed = false

    init(_ bytes: Bytes, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next string or number that is a value, not a name; nil at the end.
    mutating func next() -> Leaf? {
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let string = takeString()
                if isFollowedByColon() {
                    frames[frames.count - 1].key = string
                } else {
                    return Leaf(range: string, isString: true)
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["): open(isObject: byte == UInt8(ascii: "{"))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): close(isObject: byte == UInt8(ascii: "}"))
            case UInt8(ascii: ","):
                position += 1
                frames[frames.count - 1].index += 1
                if frames[frames.count - 1].isObject { frames[frames.count - 1].key = nil }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                return Leaf(range: takeNumber(), isString: false)
            case UInt8(ascii: "a")...UInt8(ascii: "z"): takeWord()
            default:
                if !byte.isBlank, byte != UInt8(ascii: ":") { isMalformed = true }
                position += 1
            }
        }
        if frames.count > 1 || unfollowed > 0 { isMalformed = true }
        return nil
    }

    /// The name of the innermost member that contains the leaf.
    var key: Range<Int>? { frames.last { $0.isObject }?.key }

    /// The start of the innermost object.
    var objectStart: Int? { frames.last { $0.isObject }?.start }

    /// The start of the list that contains the leaf, and the leaf's index in it; nil for a member's value.
    var listPlace: (list: Int, index: Int)? {
        guard let last = frames.last, !last.isObject else { return nil }
        return (last.start, last.index)
    }

    /// The name of the member around that one.
    var parentKey: Range<Int>? {
        guard let own = frames.lastIndex(where: { $0.isObject }) else { return nil }
        return frames[..<own].last { $0.isObject }?.key
    }

    /// The path from the root to the leaf.
    var path: [JSONPath.Step] {
        frames.dropFirst().map { frame in
            guard frame.isObject else { return .element(frame.index) }
            let key = frame.key ?? 0..<0
            return .member(JSONText.decodedIfCoded(bytes, key) ?? Array(bytes[key]))
        }
    }

    private mutating func takeString() -> Range<Int> {
        let start = position + 1
        var index = start
        while index < end {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 2
            } else if bytes[index] == UInt8(ascii: "\"") {
                position = index + 1
                return start..<index
            } else {
                index += 1
            }
        }
        isMalformed = true
        position = end
        return min(start, end)..<end
    }

    private func isFollowedByColon() -> Bool {
        var index = position
        while index < end, bytes[index].isBlank { index += 1 }
        return index < end && bytes[index] == UInt8(ascii: ":")
    }

    private mutating func takeNumber() -> Range<Int> {
        let start = position
        while position < end {
            let byte = bytes[position]
            guard
                byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
                    || byte | 0x20 == UInt8(ascii: "e")
            else { break }
            position += 1
        }
        return start..<position
    }

    private mutating func takeWord() {
        let start = position
        while position < end, bytes[position].isLower { position += 1 }
        let word = bytes[start..<position]
        if !word.elementsEqual("true".utf8), !word.elementsEqual("false".utf8), !word.elementsEqual("null".utf8) {
            isMalformed = true
        }
    }

    private mutating func open(isObject: Bool) {
        position += 1
        guard frames.count < JSONFragments.longestPath else {
            unfollowed += 1
            return
        }
        frames.append(Frame(isObject: isObject, start: position - 1))
    }

    private mutating func close(isObject: Bool) {
        position += 1
        if unfollowed > 0 {
            unfollowed -= 1
        } else if frames.count > 1 {
            if frames[frames.count - 1].isObject != isObject { isMalformed = true }
            frames.removeLast()
        } else {
            isMalformed = true
        }
    }
}
