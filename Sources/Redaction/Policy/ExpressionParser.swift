/// Parses POSIX extended regular expressions (IEEE Std 1003.1, chapter 9.4).
struct ExpressionParser {
    /// Maximum bytes of an expression.
    static let longest = 1000
    /// Maximum depth of nested groups.
    static let deepest = 32
    /// The highest count of a repetition, as in the C library.
    static let highestCount = 255

    private var rest: ArraySlice<UInt8>
    private var depth = 0
    private var hasGroup = false

    init(_ pattern: String) throws(PolicyMistake) {
        guard pattern.utf8.count <= ExpressionParser.longest else {
            throw PolicyMistake("is longer than \(ExpressionParser.longest) bytes")
        }
        rest = Array(pattern.utf8)[...]
    }

    /// Parses the whole expression.
    mutating func expression() throws(PolicyMistake) -> ExpressionNode {
        let node = try choice()
        guard rest.isEmpty else { throw PolicyMistake("is not a regular expression: unmatched )") }
        return node
    }

    private mutating func choice() throws(PolicyMistake) -> ExpressionNode {
        var nodes = [try sequence()]
        while rest.first == UInt8(ascii: "|") {
            rest = rest.dropFirst()
            nodes.append(try sequence())
        }
        return nodes.count == 1 ? nodes[0] : .choice(nodes)
    }

    private mutating func sequence() throws(PolicyMistake) -> ExpressionNode {
        var nodes: [ExpressionNode] = []
        while let first = rest.first, first != UInt8(ascii: "|"), first != UInt8(ascii: ")") {
            var node = try atom()
            while let repeated = try repetition(of: node) { node = repeated }
            nodes.append(node)
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom() throws(PolicyMistake) -> ExpressionNode {
        let byte = rest.removeFirst()
        switch byte {
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["): return .bytes(try brackets())
        case UInt8(ascii: "."): return .bytes(ByteSet().inverted)
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "\\"):
            guard let escaped = rest.popFirst() else {
                throw PolicyMistake("is not a regular expression: it ends with a backslash")
            }
            return .bytes(try escape(escaped))
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
            throw PolicyMistake(
                "is not a regular expression: nothing to repeat before \(Character(Unicode.Scalar(byte)))")
        default: return .bytes(ByteSet([byte]))
        }
    }

    private mutating func group() throws(PolicyMistake) -> ExpressionNode {
        depth += 1
        guard depth <= ExpressionParser.deepest else {
            throw PolicyMistake("has groups nested more than \(ExpressionParser.deepest) deep")
        }
        let isFirst = !hasGroup
        hasGroup = true
        let node = try choice()
        guard rest.popFirst() == UInt8(ascii: ")") else {
            throw PolicyMistake("is not a regular expression: unmatched (")
        }
        depth -= 1
        return .group(node, isFirst: isFirst)
    }

    private mutating func repetition(of node: ExpressionNode) throws(PolicyMistake) -> ExpressionNode? {
        switch rest.first {
        case UInt8(ascii: "*"):
            rest = rest.dropFirst()
            return .repetition(node, least: 0, most: nil)
        case UInt8(ascii: "+"):
            rest = rest.dropFirst()
            return .repetition(node, least: 1, most: nil)
        case UInt8(ascii: "?"):
            rest = rest.dropFirst()
            return .repetition(node, least: 0, most: 1)
        case UInt8(ascii: "{"):
            rest = rest.dropFirst()
            let least = number()
            var most = least
            if rest.first == UInt8(ascii: ",") {
                rest = rest.dropFirst()
                most = rest.first == UInt8(ascii: "}") ? nil : number() ?? -1
            } else if least == nil {
                most = -1
            }
            guard rest.popFirst() == UInt8(ascii: "}"), (least ?? 0) <= ExpressionParser.highestCount,
                most.map({ ((least ?? 0)...ExpressionParser.highestCount).contains($0) }) ?? true
            else {
                throw PolicyMistake(
                    "is not a regular expression: {m,n} needs m ≤ n ≤ \(ExpressionParser.highestCount)")
            }
            return .repetition(node, least: least ?? 0, most: most)
        default: return nil
        }
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix(while: \.isDigit)
        rest = rest.dropFirst(digits.count)
        return digits.isEmpty || digits.count > 4 ? nil : Int(String(decoding: digits, as: UTF8.self))
    }

    private func escape(_ byte: UInt8) throws(PolicyMistake) -> ByteSet {
        switch byte {
        case UInt8(ascii: "d"): return ByteSet(where: \.isDigit)
        case UInt8(ascii: "D"): return ByteSet(where: \.isDigit).inverted
        case UInt8(ascii: "w"): return ByteSet { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }
        case UInt8(ascii: "W"): return ByteSet { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }.inverted
        case UInt8(ascii: "s"): return ByteSet { $0 == 0x20 || (0x09...0x0d).contains($0) }
        case UInt8(ascii: "S"): return ByteSet { $0 == 0x20 || (0x09...0x0d).contains($0) }.inverted
        case UInt8(ascii: "n"): return ByteSet([0x0a])
        case UInt8(ascii: "r"): return ByteSet([0x0d])
        case UInt8(ascii: "t"): return ByteSet([0x09])
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            throw PolicyMistake("has a back-reference, which cannot be matched in linear time")
        case let byte where byte.isAlphanumeric:
            throw PolicyMistake("is not a regular expression: \\\(Character(Unicode.Scalar(byte))) is not known")
        default: return ByteSet([byte])
        }
    }

    private mutating func brackets() throws(PolicyMistake) -> ByteSet {
        var set = ByteSet()
        let isInverted = rest.first == UInt8(ascii: "^")
        if isInverted { rest = rest.dropFirst() }
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return isInverted ? set.inverted : set }
            isFirst = false
            if byte == UInt8(ascii: "["), rest.first == UInt8(ascii: ":") {
                set.formUnion(try characterClass())
            } else if byte == UInt8(ascii: "\\"), let escaped = rest.first, escaped.isLetter || escaped == 0x5c {
                rest = rest.dropFirst()
                set.formUnion(try escape(escaped))
            } else if rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first, last != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                guard byte <= last else {
                    throw PolicyMistake("is not a regular expression: a range that ends before it begins")
                }
                for member in byte...last { set.insert(member) }
            } else {
                set.insert(byte)
            }
        }
        throw PolicyMistake("is not a regular expression: unmatched [")
    }

    private mutating func characterClass() throws(PolicyMistake) -> ByteSet {
        let name = String(decoding: rest.dropFirst().prefix(while: \.isLetter), as: UTF8.self)
        guard rest.dropFirst(1 + name.utf8.count).starts(with: ":]".utf8) else {
            throw PolicyMistake("is not a regular expression: [: without :]")
        }
        rest = rest.dropFirst(name.utf8.count + 3)
        switch name {
        case "alpha": return ByteSet(where: \.isLetter)
        case "digit": return ByteSet(where: \.isDigit)
        case "alnum": return ByteSet(where: \.isAlphanumeric)
        case "lower": return ByteSet(where: \.isLower)
        case "upper": return ByteSet(where: \.isUpper)
        case "xdigit": return ByteSet { $0.hexValue != nil }
        case "space": return ByteSet { $0 == 0x20 || (0x09...0x0d).contains($0) }
        case "blank": return ByteSet([0x20, 0x09])
        case "punct": return ByteSet { (0x21...0x7e).contains($0) && !$0.isAlphanumeric }
        case "print": return ByteSet { (0x20...0x7e).contains($0) }
        case "graph": return ByteSet { (0x21...0x7e).contains($0) }
        case "cntrl": return ByteSet { $0 < 0x20 || $0 == 0x7f }
        default: throw PolicyMistake("is not a regular expression: [:\(name):] is not a class")
        }
    }
}
