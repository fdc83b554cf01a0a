/// Searches for bytes in bytes.
public enum ByteSearch {
    /// The end of the first occurrence of `pattern`; 0 for an empty pattern, nil if there is none.
    public static func end(of pattern: [UInt8], in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
        guard let first = pattern.first else { return 0 }
        guard pattern.count <= text.count else { return nil }
        var position = start
        while position <= text.count - pattern.count,
            let found = index(of: first, in: text, position..<text.count - pattern.count + 1)
        {
            if text[found..<found + pattern.count].elementsEqual(pattern) { return found + pattern.count }
            position = found + 1
        }
        return nil
    }

    /// The index of the first `byte` in `range` of `text`; nil if there is none. Examines eight bytes at a time.
    public static func index(of byte: UInt8, in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= text.count, "the range is of the text")
        let raw = UnsafeRawBufferPointer(text)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let wanted = UInt64(byte) &* ones
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            // An equal byte becomes zero, and the lowest zero byte borrows from its highest bit.
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ wanted
            let zeros = (word &- ones) & ~word & (ones << 7)
            if zeros != 0 { return position + zeros.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < range.upperBound {
            if text[position] == byte { return position }
            position += 1
        }
        return nil
    }
}

/// ASCII words for a case-insensitive search in bytes.
public struct AnyCaseWords: Sendable {
    private let words: [[UInt8]]
    /// A bit for each first byte of a word, below 128.
    private let firsts: (low: UInt64, high: UInt64)

    /// - Parameter words: in lower case, not empty.
    public init(_ words: String...) {
        self.words = words.map { Array($0.utf8) }
        var firsts: (low: UInt64, high: UInt64) = (0, 0)
        for word in self.words {
            if word[0] < 64 { firsts.low |= 1 << word[0] } else { firsts.high |= 1 << (word[0] - 64) }
        }
        self.firsts = firsts
    }

    /// Whether any of the words occurs in `bytes`.
    @inlinable
    public func occur(in bytes: some Collection<UInt8>) -> Bool {
        bytes.withContiguousStorageIfAvailable(occur) ?? Array(bytes).withUnsafeBufferPointer(occur)
    }

    @usableFromInline
    func occur(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for start in bytes.indices {
            let first = ASCII.lowercased(bytes[start])
            let bits = first < 64 ? firsts.low : first < 128 ? firsts.high : 0
            if bits >> (first & 63) & 1 == 1, words.contains(where: { isThere($0, bytes, start) }) { return true }
        }
        return false
    }

    private func isThere(_ word: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard bytes.count - start >= word.count else { return false }
        for index in word.indices where ASCII.lowercased(bytes[start + index]) != word[index] { return false }
        return true
    }
}

extension AnyCaseWords {
    // Words that identify media types (RFC 6839).
    /// JSON media types.
    public static let json = AnyCaseWords("json")
    /// HTML media types.
    public static let html = AnyCaseWords("html")
    /// XML media types.
    public static let xml = AnyCaseWords("xml")
    /// JavaScript media types.
    public static let javascript = AnyCaseWords("javascript")
}
