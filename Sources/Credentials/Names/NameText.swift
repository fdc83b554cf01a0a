import Formats

/// Comparing names without regard to case and to the marks between words: `X-Api-Key`, `x_api_key` and `xApiKey` are one name.
enum NameText {
    /// Whether `byte` only sets words of a name apart.
    @inline(__always)
    static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// `name` with the small forms of letters that are not ASCII's: `Пароль` is `пароль`. The others stay as they are.
    static func folded(_ name: some Collection<UInt8>) -> [UInt8] {
        guard name.contains(where: { $0 >= 0x80 }) else { return Array(name) }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars
        return scalars.flatMap { scalar -> [UInt8] in
            scalar.isASCII ? [UInt8(scalar.value)] : Array(scalar.properties.lowercaseMapping.utf8)
        }
    }

    /// Whether all of `name` is `word`, which is in lower case without marks.
    static func isEqual(_ name: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard let end = end(of: word, in: name, at: 0) else { return false }
        return name[end...].allSatisfy(isMark)
    }

    /// Whether `word` is in `name` with no letter beside it: `connect.sid`, `sid_guard`.
    static func hasWord(_ word: StaticString, _ name: UnsafeRawBufferPointer) -> Bool {
        for start in name.indices where start == 0 || !ASCII.isLetter(name[start - 1]) {
            if let end = end(of: word, in: name, at: start), end == name.count || !ASCII.isLetter(name[end]) {
                return true
            }
        }
        return false
    }

    /// Where `word` ends when it begins at `start`; marks of the name are passed over.
    static func end(of word: StaticString, in name: UnsafeRawBufferPointer, at start: Int) -> Int? {
        var index = start
        for position in 0..<word.utf8CodeUnitCount {
            while index < name.count, isMark(name[index]) { index += 1 }
            guard index < name.count, ASCII.lowercased(name[index]) == word.utf8Start[position] else { return nil }
            index += 1
        }
        return index
    }
}

/// Words looked for in names; in lower case without marks.
struct NameWords: Sendable {
    private let words: [StaticString]
    /// A bit for each letter or digit that a word begins with.
    private let firsts: UInt64

    init(_ words: StaticString...) {
        self.words = words
        firsts = words.reduce(0) { $0 | NameWords.bit($1.utf8Start[0]) }
    }

    /// Whether one of them is all of `name`.
    func include(_ name: UnsafeRawBufferPointer) -> Bool { words.contains { NameText.isEqual(name, $0) } }

    /// Whether one of them occurs in `name`.
    func occur(in name: UnsafeRawBufferPointer) -> Bool {
        for start in name.indices where firsts & NameWords.bit(ASCII.lowercased(name[start])) != 0 {
            if words.contains(where: { NameText.end(of: $0, in: name, at: start) != nil }) { return true }
        }
        return false
    }

    /// Whether `name` ends with one of them.
    func end(_ name: UnsafeRawBufferPointer) -> Bool {
        for start in name.indices where firsts & NameWords.bit(ASCII.lowercased(name[start])) != 0 {
            for word in words {
                if let end = NameText.end(of: word, in: name, at: start), name[end...].allSatisfy(NameText.isMark) {
                    return true
                }
            }
        }
        return false
    }

    @inline(__always)
    private static func bit(_ byte: UInt8) -> UInt64 {
        byte >= 0x40 ? 1 << UInt64(byte & 0x1f) : 1 << UInt64(byte & 0x1f | 0x20)
    }
}
