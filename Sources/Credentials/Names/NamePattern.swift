import Formats

/// A pattern for names: `*` matches anything, `|` matches a word boundary.
///
/// Case and the separators between words are ignored: `api-key` matches `apiKey`, and `*api-key` matches `X_API_KEY`.
/// `*|pass` matches `user_pass` and `userPass`, not `compass`. Matching takes time at most proportional to the product
/// of the lengths.
public struct NamePattern: Hashable, Sendable {
    /// The part between two stars.
    private struct Part: Hashable, Sendable {
        var bytes: [UInt8] = []
        /// Offsets of word boundaries within `bytes`, including its end.
        var edges: [Int] = []
    }

    private let parts: [Part]
    /// The set of bytes of all parts, which most names do not contain.
    private let letters: ByteSet

    /// Parses the pattern `text`.
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
        letters = ByteSet(parts.lazy.flatMap(\.bytes))
    }

    /// Whether `name` matches the pattern.
    public func matches(_ name: NormalisedName) -> Bool {
        guard letters.isSubset(of: name.letters), let first = parts.first, NamePattern.isThere(first, in: name, at: 0)
        else { return false }
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

/// A set of bytes in which bytes that differ by a multiple of 64 are one: enough to tell that another lacks one of
/// them.
private struct ByteSet: Hashable, Sendable {
    private var bits: UInt64 = 0

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { bits |= 1 << UInt64(byte & 63) }
    }

    func isSubset(of other: ByteSet) -> Bool { bits & ~other.bits == 0 }
}

/// A name in lower case without the separators between its words, with the word boundaries.
public struct NormalisedName: Sendable {
    /// The letters and digits.
    public let bytes: [UInt8]
    /// The set of `bytes`.
    fileprivate let letters: ByteSet
    /// Whether there is a word boundary before the byte at an index; one more element than `bytes`.
    private let edges: [Bool]

    /// Only the beginning of longer names is considered.
    public static let longest = 256

    /// Normalises at most ``longest`` bytes of `text`.
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
        letters = ByteSet(bytes)
        self.edges = edges
    }

    /// Whether there is a word boundary before the byte at `index`.
    func hasEdge(at index: Int) -> Bool { edges[index] }

    /// `userPass`, `pin2`, `2fa`, and the `P` of `XMLPass`.
    private static func isEdge(_ before: UInt8, _ byte: UInt8, _ next: UInt8?) -> Bool {
        let isUpper = byte &- 0x41 < 26
        if isUpper { return before &- 0x41 >= 26 || next.map { $0 &- 0x61 < 26 } ?? false }
        return ASCII.isDigit(before) != ASCII.isDigit(byte)
    }
}
