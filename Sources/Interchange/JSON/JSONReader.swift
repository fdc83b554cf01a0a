import ContentCodings
import Glibc

/// Reads JSON (RFC 8259) incrementally, value by value, so that a document of any size needs only the memory of the
/// current value. Values that are not requested are skipped and never stored.
struct JSONReader: ~Copyable {
    /// The kind of the next value.
    enum Kind {
        case object, array, string, number, literal, end

        /// Whether it contains values.
        var isStructure: Bool { self == .object || self == .array }
    }

    private static let maximumDepth = 256
    /// Maximum bytes of a name, a number or any other text that is not a body.
    static let maximumTextBytes = 1 << 20

    var source: InterchangeSource
    /// Whether a value must end on its line, as in JSON Lines, so that an invalid value does not affect others.
    let isLines: Bool
    /// Whether the position is inside a string.
    var isInString = false
    /// The entered objects and arrays.
    private var levels: [Level] = []

    private struct Level {
        var isObject: Bool
        /// Whether a member or element was already read.
        var hasMember = false
    }

    /// Creates a reader of the rest of `source`.
    init(_ source: consuming InterchangeSource, isLines: Bool = false) {
        self.source = source
        self.isLines = isLines
    }

    /// Resets the position: a new value follows.
    mutating func restart() {
        levels.removeAll(keepingCapacity: true)
        isInString = false
    }

    /// The number of entered objects and arrays.
    var depth: Int { levels.count }

    /// Skips invalid content by counting brackets, until only `depth` objects and arrays are entered.
    ///
    /// - Returns: false if the file ends before.
    mutating func leave(to depth: Int) throws(InterchangeError) -> Bool {
        var open = levels.count - depth
        var isEscaped = false
        while open > 0 {
            guard try source.need(1) else { return false }
            let byte = source.unread[0]
            source.consume(1)
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open -= 1
            default: break
            }
        }
        levels.removeLast(max(0, levels.count - depth))
        return true
    }

    /// The kind of the next value, after white space.
    mutating func peek() throws(InterchangeError) -> Kind {
        guard let byte = try nextByte() else { return .end }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "I"),
            UInt8(ascii: "u"):
            return .literal
        default: throw bad("no value begins like this")
        }
    }

    /// Enters an object or array; false, with the value skipped, if it is anything else.
    mutating func enter(_ kind: Kind) throws(InterchangeError) -> Bool {
        guard try peek() == kind, kind == .object || kind == .array else {
            try skip()
            return false
        }
        try push(isObject: kind == .object)
        return true
    }

    private mutating func push(isObject: Bool) throws(InterchangeError) {
        guard levels.count < JSONReader.maximumDepth else { throw bad("it is nested too deeply") }
        source.consume(1)
        levels.append(Level(isObject: isObject))
    }

    /// The next member's name; nil at the end of the object, which is then left.
    mutating func nextName() throws(InterchangeError) -> String? {
        guard try nextMember(closer: UInt8(ascii: "}")) else { return nil }
        guard try peek() == .string else { throw bad("a member has no name") }
        let name = try string(limit: JSONReader.maximumTextBytes).text
        guard try nextByte() == UInt8(ascii: ":") else { throw bad("a colon is missing") }
        source.consume(1)
        return name
    }

    /// Whether there is another element; if not, the array is left.
    mutating func nextElement() throws(InterchangeError) -> Bool { try nextMember(closer: UInt8(ascii: "]")) }

    private mutating func nextMember(closer: UInt8) throws(InterchangeError) -> Bool {
        guard let byte = try nextByte() else { throw cutOff }
        guard let level = levels.last else { preconditionFailure("a member is asked for within what was entered") }
        if byte == closer {
            source.consume(1)
            levels.removeLast()
            return false
        }
        if level.hasMember {
            guard byte == UInt8(ascii: ",") else { throw bad("a comma is missing") }
            source.consume(1)
        }
        levels[levels.count - 1].hasMember = true
        return true
    }

    /// Skips the next value, of any size.
    mutating func skip() throws(InterchangeError) {
        let before = levels.count
        try pass()
        while levels.count > before {
            let hasMore = levels[levels.count - 1].isObject ? try nextName() != nil : try nextElement()
            if hasMore { try pass() }
        }
    }

    /// Skips a scalar value, or enters an object or array.
    private mutating func pass() throws(InterchangeError) {
        switch try peek() {
        case .object: try push(isObject: true)
        case .array: try push(isObject: false)
        case .string: _ = try string(limit: 0)
        case .number: _ = try numberText()
        case .literal: _ = try literal()
        case .end: throw cutOff
        }
    }

    /// The next byte that is not white space, without consuming it; nil at the end of the file.
    private mutating func nextByte() throws(InterchangeError) -> UInt8? {
        while try source.need(1) {
            let bytes = source.unread
            let passesLines = !isLines || levels.isEmpty
            let blanks = bytes.prefix { $0 == 0x20 || $0 == 0x0d || $0 == 0x09 || ($0 == 0x0a && passesLines) }.count
            source.consume(blanks)
            if blanks < bytes.count { return bytes[blanks] }
        }
        return nil
    }

    var cutOff: InterchangeError { .cutOff(path: source.path, offset: source.offset) }

    func bad(_ what: String) -> InterchangeError { .badJSON(path: source.path, offset: source.offset, what: what) }
}
