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

    /// Whether two ranges of bytes are equal. Compares eight bytes at a time.
    public static func areEqual(
        _ left: UnsafeBufferPointer<UInt8>, _ leftRange: Range<Int>, _ right: UnsafeBufferPointer<UInt8>,
        _ rightRange: Range<Int>
    ) -> Bool {
        guard leftRange.count == rightRange.count else { return false }
        let own = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(left)[leftRange])
        let other = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(right)[rightRange])
        var position = 0
        while own.count - position >= 8 {
            guard
                own.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                    == other.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            else { return false }
            position += 8
        }
        while position < own.count {
            guard own[position] == other[position] else { return false }
            position += 1
        }
        return true
    }
}

/// ASCII words for a case-insensitive search in bytes.
public struct AnyCaseWords: Sendable {
    private let words: [[UInt8]]
    /// The first bytes of the words, and their second ones.
    private let firsts: ByteSet
    private let seconds: ByteSet

    /// A set of words that are searched for in any case.
    ///
    /// - Parameter words: in lower case, of two bytes or more.
    public init(_ words: String...) {
        precondition(words.allSatisfy { $0.utf8.count >= 2 }, "words have two bytes or more")
        self.words = words.map { Array($0.utf8) }
        firsts = ByteSet(inEitherCase: self.words.map { $0[0] })
        seconds = ByteSet(inEitherCase: self.words.map { $0[1] })
    }

    /// Bytes below 128.
    private struct ByteSet {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        init(inEitherCase bytes: [UInt8]) {
            for byte in bytes + bytes.filter(ASCII.isLetter).map({ $0 & ~0x20 }) {
                if byte < 64 { low |= 1 << byte } else { high |= 1 << (byte - 64) }
            }
        }

        func contains(_ byte: UInt8) -> Bool {
            (byte < 64 ? low : byte < 128 ? high : 0) >> (byte & 63) & 1 == 1
        }
    }

    /// Whether any of the words occurs in `bytes`.
    @inlinable
    public func occur(in bytes: some Collection<UInt8>) -> Bool {
        bytes.withContiguousStorageIfAvailable(occur) ?? Array(bytes).withUnsafeBufferPointer(occur)
    }

    @usableFromInline
    func occur(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 2 else { return false }
        for start in 0..<bytes.count - 1 where firsts.contains(bytes[start]) && seconds.contains(bytes[start + 1]) {
            if words.contains(where: { isThere($0, bytes, start) }) { return true }
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
