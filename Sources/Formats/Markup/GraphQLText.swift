/// Iterates over the arguments in a GraphQL document (spec.graphql.org, October 2021, section 2.6).
public struct GraphQLText {
    /// A value of an argument, or a value within its list or object.
    public struct Argument {
        /// The field with the argument: `editComment`.
        public var field: Range<Int>
        /// The name of the argument or of the object's field: `id`.
        public var name: Range<Int>
        /// A string without its quotes, or a number.
        public var value: Range<Int>
        /// Whether it is a string.
        public var isString: Bool
    }

    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var field = 0..<0
    /// The names of the enclosing argument and of the objects in it.
    private var names: [Range<Int>] = []
    private var isInArguments = false

    /// The arguments in `text`, which must outlive this value.
    public init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// Whether `range` begins like a document. Cheap, and may have false positives.
    public static func isLikely(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard let start = bytes[range].firstIndex(where: { $0 > 0x20 }) else { return false }
        if bytes[start] == UInt8(ascii: "{") {
            // `{ items(…)` or `{items {…`: a name without quotes follows.
            let next = bytes[(start + 1)..<range.upperBound].first { $0 > 0x20 && $0 != UInt8(ascii: ",") }
            return next.map(isNameStart) ?? false
        }
        let isNamed = keywords.contains { word in
            bytes[start..<range.upperBound].starts(with: word)
                && start + word.count < range.upperBound && !isName(bytes[start + word.count])
        }
        return isNamed && bytes[range].contains(UInt8(ascii: "{"))
    }

    private static let keywords = ["query", "mutation", "subscription", "fragment"].map { Array($0.utf8) }

    /// The next argument's value; nil after the last.
    public mutating func next() -> Argument? {
        while position < text.count {
            let byte = text[position]
            switch byte {
            case UInt8(ascii: "#"): position = text[position...].firstIndex(of: 0x0a) ?? text.count
            case UInt8(ascii: "\""):
                let value = string()
                if isInArguments, let name = names.last, !value.isEmpty {
                    return Argument(field: field, name: name, value: value, isString: true)
                }
            case UInt8(ascii: "("):
                isInArguments = true
                names = []
                position += 1
            case UInt8(ascii: ")"):
                isInArguments = false
                position += 1
            case UInt8(ascii: "{") where isInArguments:
                names.append(names.last ?? field)
                position += 1
            case UInt8(ascii: "}") where isInArguments:
                if names.count > 1 { names.removeLast() }
                position += 1
            case UInt8(ascii: "$"), UInt8(ascii: "@"):
                position += 1
                skipName()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let start = position
                position += 1
                while position < text.count, GraphQLText.isName(text[position]) || text[position] == UInt8(ascii: ".") {
                    position += 1
                }
                if isInArguments, let name = names.last {
                    return Argument(field: field, name: name, value: start..<position, isString: false)
                }
            case _ where GraphQLText.isNameStart(byte): name()
            default: position += 1
            }
        }
        return nil
    }

    /// The first field of the document's operation: `editComment`; nil if there is none.
    public static func operation(of text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard isLikely(text, 0..<text.count), var position = text.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        position += 1
        while position < text.count, !isNameStart(text[position]) { position += 1 }
        var end = position
        while end < text.count, isName(text[end]) { end += 1 }
        // `alias: field`.
        var next = end
        while next < text.count, text[next] <= 0x20 { next += 1 }
        if next < text.count, text[next] == UInt8(ascii: ":") {
            position = next + 1
            while position < text.count, text[position] <= 0x20 { position += 1 }
            end = position
            while end < text.count, isName(text[end]) { end += 1 }
        }
        return position < end ? position..<end : nil
    }

    private mutating func name() {
        let start = position
        skipName()
        let range = start..<position
        guard isInArguments else {
            field = range
            return
        }
        var next = position
        while next < text.count, text[next] <= 0x20 { next += 1 }
        // A name without a colon is a value: a Boolean or an enumeration value.
        guard next < text.count, text[next] == UInt8(ascii: ":") else { return }
        position = next + 1
        if names.isEmpty { names.append(range) } else { names[names.count - 1] = range }
    }

    private mutating func skipName() {
        while position < text.count, GraphQLText.isName(text[position]) { position += 1 }
    }

    /// Reads a string, or a block string in triple quotes.
    private mutating func string() -> Range<Int> {
        let quote = UInt8(ascii: "\"")
        if text[position...].starts(with: [quote, quote, quote]) {
            let start = position + 3
            guard let end = ByteSearch.end(of: [quote, quote, quote], in: text, from: start) else {
                position = text.count
                return start..<text.count
            }
            position = end
            return start..<end - 3
        }
        position += 1
        let start = position
        while position < text.count, text[position] != quote, text[position] != 0x0a {
            position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(position, text.count)
        let value = start..<position
        position = min(position + 1, text.count)
        return value
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
