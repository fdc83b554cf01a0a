/// The path from an XML document's root to the text of an element or to an attribute.
public struct XMLPath: Hashable, Sendable {
    /// An element of the path.
    public struct Step: Hashable, Sendable {
        /// Its name as written, with its prefix.
        public var name: [UInt8]
        /// Its index among the siblings with this name, from 0.
        public var index: Int
    }

    /// The elements from the root.
    public var steps: [Step]
    /// The attribute of the last element; nil for its text.
    public var attribute: [UInt8]?
}

extension XMLPath {
    /// Parses a path in the format of ``description``; nil if `text` is not a path.
    public init?(text: String) {
        var steps: [Step] = []
        var attribute: [UInt8]?
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard attribute == nil, !part.isEmpty else { return nil }
            if part.hasPrefix("@") {
                attribute = Array(part.dropFirst().utf8)
                continue
            }
            let name = part.prefix { $0 != "[" }
            let index = part.dropFirst(name.count)
            guard !name.isEmpty else { return nil }
            if index.isEmpty {
                steps.append(Step(name: Array(name.utf8), index: 0))
            } else {
                guard index.hasSuffix("]"), let number = Int(index.dropFirst().dropLast()), number >= 0 else {
                    return nil
                }
                steps.append(Step(name: Array(name.utf8), index: number))
            }
        }
        guard !steps.isEmpty else { return nil }
        self.init(steps: steps, attribute: attribute)
    }
}

extension XMLPath: CustomStringConvertible {
    /// `/feed/entry[2]/id` or `/session/@token`.
    public var description: String { text { $0 == 0 ? "" : "[\($0)]" } }

    /// Like ``description``, without positions: `/feed/entry/id`.
    public var descriptionWithoutPositions: String { text { _ in "" } }

    private func text(_ position: (Int) -> String) -> String {
        let path = steps.reduce(into: "") { text, step in
            text += "/" + String(decoding: step.name, as: UTF8.self) + position(step.index)
        }
        return path + (attribute.map { "/@" + String(decoding: $0, as: UTF8.self) } ?? "")
    }

    /// The value at this path in `body`, with references resolved; nil if there is none.
    public func value(in body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var leaves = XMLLeaves(body)
        while let leaf = leaves.next() {
            guard leaves.isAt(self, attribute: leaf.attribute) else { continue }
            return leaf.isLiteral ? Array(body[leaf.range]) : MarkupText.unescaped(body, leaf.range)
        }
        return nil
    }
}
