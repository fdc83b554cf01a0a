import Formats

/// A pattern for names: `*` represents anything, `|` for a place where a word begins or ends.
///
/// Case, and the marks that set words apart, do not count: `api-key` is `apiKey`, and `X_API_KEY` is found by `*api-key`.
/// `*|pass` is found in `user_pass` and `userPass`, not in `compass`. Matching takes time proportional to the product of the
/// lengths at most.
public struct NamePattern: Hashable, Sendable {
    /// What is between two stars.
    private struct Part: Hashable, Sendable {
        var bytes: [UInt8] = []
        /// Offsets within `bytes`, its end included, at which words meet.
        var edges: [Int] = []
    }

    private let parts: [Part]

    /// The pattern in `text`.
    public init(_ text: String) {
        parts = NameText.folded(text.utf8).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map {
            piece in
            var part = Part()
            for byte in piece {
                if byte == UInt8(ascii: "|") {
                    part.edges.append(part.bytes.count)
                } else if !NameText.isMark(byte) {
                    part.bytes.append(ASCII.lowercased(byte))
                }
            }
            return part
        }
    }

    /// Whether `name` is one that the pattern names.
    public func matches(_ name: NormalisedName) -> Bool {
        guard let first = parts.first, NamePattern.isThere(first, in: name, at: 0) else { return false }
        var position = first.bytes.count
        guard parts.count > 1, let last = parts.last else { return position == name.bytes.count }
        for part in parts[1..<(parts.count - 1)] {
            guard let found = NamePattern.find(part, in: name, from: position) else { return false }
            position = found + part.bytes.count
        }
        let start = name.bytes.count - last.bytes.count
        return start >= position && NamePattern.isThere(last, in: name, at: start)
    }

    private static func isThere(_ part: Part, in name: NormalisedName, at start: Int) -> Bool {
        guard name.bytes.count - start >= part.bytes.count else { return false }
        for index in part.bytes.indices where name.bytes[start + index] != part.bytes[index] { return false }
        return part.edges.allSatisfy { name.hasEdge(at: start + $0) }
    }

    private static func find(_ part: Part, in name: NormalisedName, from start: Int) -> Int? {
        var index = start
        while index + part.bytes.count <= name.bytes.count {
            if isThere(part, in: name, at: index) { return index }
            index += 1
        }
        return nil
    }
}

/// A name in lower case without the marks between its words, and where these begin and end.
public struct NormalisedName: Sendable {
    /// The letters and digits.
    public let bytes: [UInt8]
    /// Whether words meet before the byte at an index; one more than bytes.
    private let edges: [Bool]

    /// Longer names are looked at by their beginning.
    public static let longest = 256

    /// The name in `text`, of which at most ``longest`` bytes are looked at.
    public init(_ text: some Collection<UInt8>) {
        var bytes: [UInt8] = []
        var edges: [Bool] = []
        var before: UInt8?
        var isAfterMark = true
        let name = NameText.folded(text.prefix(NormalisedName.longest))
        for (index, byte) in name.enumerated() {
            guard !NameText.isMark(byte) else {
                isAfterMark = true
                continue
            }
            let next = index + 1 < name.count ? name[index + 1] : nil
            edges.append(isAfterMark || before.map { NormalisedName.isEdge($0, byte, next) } ?? true)
            bytes.append(ASCII.lowercased(byte))
            before = byte
            isAfterMark = false
        }
        edges.append(true)
        self.bytes = bytes
        self.edges = edges
    }

    /// Whether words meet before the byte at `index`.
    func hasEdge(at index: Int) -> Bool { edges[index] }

    /// `userPass`, `pin2`, `2fa`, and the `P` of `XMLPass`.
    private static func isEdge(_ before: UInt8, _ byte: UInt8, _ next: UInt8?) -> Bool {
        let isUpper = byte &- 0x41 < 26
        if isUpper { return before &- 0x41 >= 26 || next.map { $0 &- 0x61 < 26 } ?? false }
        return ASCII.isDigit(before) != ASCII.isDigit(byte)
    }
}
