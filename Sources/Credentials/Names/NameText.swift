import Formats

/// Compares names, ignoring case and the separators between words: `X-Api-Key`, `x_api_key` and `xApiKey` are equal.
enum NameText {
    /// Whether `byte` is a separator between the words of a name.
    @inline(__always)
    static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// `name` with its non-ASCII letters in lower case: `Пароль` becomes `пароль`. Other letters are unchanged.
    static func folded(_ name: some Collection<UInt8>) -> [UInt8] {
        guard name.contains(where: { $0 >= 0x80 }) else { return Array(name) }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars
        return scalars.flatMap { scalar -> [UInt8] in
            scalar.isASCII ? [UInt8(scalar.value)] : Array(scalar.properties.lowercaseMapping.utf8)
        }
    }

    /// Whether all of `name` is `word`, which is in lower case without separators.
    static func isEqual(_ name: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard let end = end(of: word, in: name, at: 0) else { return false }
        return name[end...].allSatisfy(isMark)
    }

    /// Whether `word` occurs in `name` without adjacent letters: `connect.sid`, `sid_guard`.
    static func hasWord(_ word: StaticString, _ name: UnsafeRawBufferPointer) -> Bool {
        for start in name.indices where start == 0 || !ASCII.isLetter(name[start - 1]) {
            if let end = end(of: word, in: name, at: start), end == name.count || !ASCII.isLetter(name[end]) {
                return true
            }
        }
        return false
    }

    /// The end of `word` if it begins at `start`; separators in the name are skipped.
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

/// Words to search for in names; in lower case without separators.
struct NameWords: Sendable {
    /// The words by ``NameWords/bit(_:)`` of their first byte.
    private let words: [[StaticString]]
    /// A bit for each letter or digit that a word begins with.
    private let firsts: UInt64

    init(_ words: StaticString...) {
        var byFirst = [[StaticString]](repeating: [], count: UInt64.bitWidth)
        for word in words { byFirst[NameWords.bit(word.utf8Start[0])].append(word) }
        firsts = words.reduce(0) { $0 | 1 << UInt64(NameWords.bit($1.utf8Start[0])) }
        self.words = byFirst
    }

    /// Whether one of them is all of `name`.
    func include(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let first = name.first(where: { !NameText.isMark($0) }) else { return false }
        return beginning(with: first).contains { NameText.isEqual(name, $0) }
    }

    /// Whether one of them occurs in `name`.
    func occur(in name: UnsafeRawBufferPointer) -> Bool {
        for start in name.indices
        where beginning(with: name[start]).contains(where: { NameText.end(of: $0, in: name, at: start) != nil }) {
            return true
        }
        return false
    }

    /// Whether `name` ends with one of them.
    func end(_ name: UnsafeRawBufferPointer) -> Bool {
        for start in name.indices {
            for word in beginning(with: name[start]) {
                if let end = NameText.end(of: word, in: name, at: start), name[end...].allSatisfy(NameText.isMark) {
                    return true
                }
            }
        }
        return false
    }

    /// The words that may begin with `byte`, in either case.
    @inline(__always)
    private func beginning(with byte: UInt8) -> [StaticString] {
        let bit = NameWords.bit(ASCII.lowercased(byte))
        return firsts & 1 << UInt64(bit) == 0 ? [] : words[bit]
    }

    /// Below 64; letters and digits have one each.
    @inline(__always)
    private static func bit(_ byte: UInt8) -> Int { Int(byte >= 0x40 ? byte & 0x1f : byte & 0x1f | 0x20) }
}
