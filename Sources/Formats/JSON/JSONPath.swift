/// The path from a JSON text's root to one of its leaves.
public struct JSONPath: Hashable, Sendable {
    /// One step of a path.
    public enum Step: Hashable, Sendable {
        /// To the member with this name, UTF-8 with escapes resolved.
        case member([UInt8])
        /// To the element at this index; to the last element of a shorter array, as lists differ in length between
        /// runs.
        case element(Int)
    }

    /// The steps from the root.
    public var steps: [Step]

    /// The path of `steps`.
    public init(_ steps: [Step]) { self.steps = steps }
}

extension JSONPath: CustomStringConvertible {
    /// `$.items[0].id`.
    public var description: String { text { "[\($0)]" } }

    /// Like ``description``, with `*` for every position: `$.items[*].id`.
    public var descriptionWithoutPositions: String { text { _ in "[*]" } }

    private func text(_ position: (Int) -> String) -> String {
        steps.reduce(into: "$") { text, step in
            switch step {
            case .member(let name): text += JSONPath.text(of: name)
            case .element(let index): text += position(index)
            }
        }
    }

    /// A member's name: unquoted if it is a plain word, otherwise quoted in brackets.
    private static func text(of name: [UInt8]) -> String {
        let isPlain =
            !name.isEmpty
            && name.allSatisfy { byte in
                PercentStyle.isUnreserved(byte) && byte != UInt8(ascii: ".") || byte >= 0x80
                    || byte == UInt8(ascii: "@")
                    || byte == UInt8(ascii: "$") || byte == UInt8(ascii: ":")
            }
        return isPlain ? "." + String(decoding: name, as: UTF8.self) : "[\(JSONText.quoted(name))]"
    }
}

extension JSONPath {
    /// Parses a path in the format of ``description``; nil if `text` is not a path.
    public init?(text: String) {
        guard text.first == "$" else { return nil }
        var steps: [Step] = []
        var rest = text.dropFirst()
        while let mark = rest.first {
            rest.removeFirst()
            if mark == "." {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { return nil }
                steps.append(.member(Array(name.utf8)))
                rest = rest.dropFirst(name.count)
            } else if mark == "[", rest.first == "\"" {
                guard let name = JSONPath.quotedName(&rest) else { return nil }
                steps.append(.member(name))
            } else if mark == "[", let end = rest.firstIndex(of: "]") {
                let index = rest[..<end]
                guard let number = index == "*" ? 0 : Int(index), number >= 0 else { return nil }
                steps.append(.element(number))
                rest = rest[rest.index(after: end)...]
            } else {
                return nil
            }
        }
        self.init(steps)
    }

    /// Takes a quoted name and the bracket after it.
    private static func quotedName(_ rest: inout Substring) -> [UInt8]? {
        var name: [UInt8] = []
        var isEscaped = false
        var left = rest.utf8.dropFirst()
        while let byte = left.popFirst() {
            if byte == UInt8(ascii: "\""), !isEscaped {
                guard left.popFirst() == UInt8(ascii: "]") else { return nil }
                rest = Substring(left)
                return name.withUnsafeBufferPointer { JSONText.unescaped($0, 0..<$0.count) }
            }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            name.append(byte)
        }
        return nil
    }
}
