import Glibc

/// Reads JSON (RFC 8259) value by value as the bytes come, so that a document of any size takes the memory of the one value
/// looked at. Values no one asks for are passed over and never kept.
struct JSONReader: ~Copyable {
    /// What the next value is.
    enum Kind {
        case object, array, string, number, literal, end

        /// Whether values are within it.
        var isStructure: Bool { self == .object || self == .array }
    }

    private static let maximumDepth = 256
    /// Bytes of a name, a number or any other text that is not a body.
    static let maximumTextBytes = 1 << 20

    var source: ByteStream
    /// Whether a value must end on its line, as in JSON Lines, so that a broken one spoils no other.
    let isLines: Bool
    /// Whether a string was begun and not ended.
    var isInString = false
    /// The objects and arrays that were entered.
    private var levels: [Level] = []

    private struct Level {
        var isObject: Bool
        /// Whether a member or element came already.
        var hasMember = false
    }

    /// A reader of what `source` has left.
    init(_ source: consuming ByteStream, isLines: Bool = false) {
        self.source = source
        self.isLines = isLines
    }

    /// Forgets where it is: what follows is taken as its own value.
    mutating func restart() {
        levels.removeAll(keepingCapacity: true)
        isInString = false
    }

    /// How many objects and arrays were entered and not left.
    var depth: Int { levels.count }

    /// Passes over the rest of what makes no sense, by its brackets, until that many objects and arrays are left.
    ///
    /// - Returns: false when the file ends before.
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

    /// What the next value is, blanks passed over.
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

    /// Steps into an object or array; false, with the value passed over, when it is anything else.
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

    /// The next member's name; nil at the end of the object, which is left then.
    mutating func nextName() throws(InterchangeError) -> String? {
        guard try nextMember(closer: UInt8(ascii: "}")) else { return nil }
        guard try peek() == .string else { throw bad("a member has no name") }
        let name = try string(limit: JSONReader.maximumTextBytes).text
        guard try nextByte() == UInt8(ascii: ":") else { throw bad("a colon is missing") }
        source.consume(1)
        return name
    }

    /// Whether there is another element; the array is left when not.
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

    /// Passes over the next value, however large.
    mutating func skip() throws(InterchangeError) {
        let before = levels.count
        try pass()
        while levels.count > before {
            let hasMore = levels[levels.count - 1].isObject ? try nextName() != nil : try nextElement()
            if hasMore { try pass() }
        }
    }

    /// Passes over a value that holds no others, or steps into one that does.
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

    /// The next byte that is no blank, left where it is; nil at the end of the file.
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
