/// Finding bytes in bytes.
public enum ByteSearch {
    /// Where the first occurrence of `pattern` ends; 0 for an empty one, nil when there is none.
    public static func end(of pattern: [UInt8], in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
        guard let first = pattern.first else { return 0 }
        guard pattern.count <= text.count else { return nil }
        var position = start
        while position <= text.count - pattern.count,
            let found = text[position...(text.count - pattern.count)].firstIndex(of: first)
        {
            if text[found..<found + pattern.count].elementsEqual(pattern) { return found + pattern.count }
            position = found + 1
        }
        return nil
    }
}

/// Words in ASCII, looked for in bytes whatever their case.
public struct AnyCaseWords: Sendable {
    private let words: [[UInt8]]
    /// A bit for each byte below 128 that a word begins with.
    private let firsts: (low: UInt64, high: UInt64)

    /// - Parameter words: in small letters; none is empty.
    public init(_ words: String...) {
        self.words = words.map { Array($0.utf8) }
        var firsts: (low: UInt64, high: UInt64) = (0, 0)
        for word in self.words {
            if word[0] < 64 { firsts.low |= 1 << word[0] } else { firsts.high |= 1 << (word[0] - 64) }
        }
        self.firsts = firsts
    }

    /// Whether any of the words occurs in `bytes`.
    public func occur(in bytes: some Collection<UInt8>) -> Bool {
        bytes.withContiguousStorageIfAvailable(occur) ?? Array(bytes).withUnsafeBufferPointer(occur)
    }

    private func occur(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
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
    // What media types are told by (RFC 6839).
    /// Of media types of JSON.
    public static let json = AnyCaseWords("json")
    /// Of media types of HTML.
    public static let html = AnyCaseWords("html")
    /// Of media types of XML.
    public static let xml = AnyCaseWords("xml")
    /// Of media types of scripts.
    public static let javascript = AnyCaseWords("javascript")
}
