import Formats

/// Values that are searched for anywhere in longer texts. A value that no response has as a whole may be part of a
/// cookie, a script or a custom protocol.
struct EmbeddedValues {
    /// The shortest value that is searched for, in bytes.
    static let shortest = 8
    /// The maximum number of values of one session.
    static let limit = 4096

    /// By their first eight bytes.
    private var values: [UInt64: [[UInt8]]] = [:]
    /// A bit for each hash of first bytes.
    private var bits: [UInt64] = Array(repeating: 0, count: 1 << 10)

    /// - Parameter values: each of ``shortest`` bytes or more; others are left out.
    init(_ values: some Sequence<[UInt8]>) {
        for value in values.prefix(EmbeddedValues.limit) where value.count >= EmbeddedValues.shortest {
            let start = value.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            self.values[start, default: []].append(value)
            let bit = EmbeddedValues.bit(of: start)
            bits[bit >> 6] |= 1 << UInt64(bit & 63)
        }
    }

    var isEmpty: Bool { values.isEmpty }

    private static func bit(of start: UInt64) -> Int { Int((start &* 0x9e37_79b9_7f4a_7c15) >> 48) }

    /// Calls `body` with each occurrence of one of the values in `range`, until it returns false.
    private func search(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>, [UInt8]) -> Bool
    ) {
        guard range.count >= EmbeddedValues.shortest, !values.isEmpty else { return }
        let raw = UnsafeRawBufferPointer(bytes)
        bits.withUnsafeBufferPointer { bits in
            for start in range.lowerBound...(range.upperBound - EmbeddedValues.shortest) {
                let word = raw.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                let bit = EmbeddedValues.bit(of: word)
                guard bits[bit >> 6] >> UInt64(bit & 63) & 1 == 1, let known = values[word] else { continue }
                for value in known where value.count <= range.upperBound - start {
                    let place = start..<start + value.count
                    if bytes[place].elementsEqual(value), !body(place, value) { return }
                }
            }
        }
    }

    /// Calls `body` with each occurrence of one of the values in `range`.
    func each(
        in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>, [UInt8]) -> Void
    ) {
        search(bytes, range) {
            body($0, $1)
            return true
        }
    }

    /// Whether `bytes` contain any of the values.
    func occur(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var isThere = false
        search(bytes, 0..<bytes.count) { _, _ in
            isThere = true
            return false
        }
        return isThere
    }
}

extension Derivation {
    /// Finds the value at `place` in `text` by the bytes around it; nil if they do not identify it.
    static func slice(at place: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Derivation? {
        guard let end = sliceEnd(of: place, in: text), let prefix = slicePrefix(before: place.lowerBound, in: text)
        else {
            return nil
        }
        return .slice(after: prefix, end)
    }

    /// Bytes before `start` that do not occur earlier in the text, preferably without digits, which differ between
    /// responses.
    private static func slicePrefix(before start: Int, in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard start > 0 else { return [] }
        var found: [UInt8]?
        for count in [4, 6, 8, 12, 16, 24, 48] {
            let prefix = Array(text[max(0, start - count)..<start])
            let hasDigits = prefix.contains(where: ASCII.isDigit)
            if found != nil, hasDigits { break }
            guard ByteSearch.end(of: prefix, in: text) == start else { continue }
            if !hasDigits { return prefix }
            found = found ?? prefix
        }
        return found
    }

    /// How the end of the value at `place` is found: by the characters after it if the value does not contain them,
    /// otherwise by its length. Nil if it is a short part of a longer word.
    private static func sliceEnd(of place: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> SliceEnd? {
        let isInWord = place.lowerBound > 0 && ASCII.isAlphanumeric(text[place.lowerBound - 1])
        guard !isInWord || place.count >= longestPiece else { return nil }
        guard place.upperBound < text.count else { return .before([]) }
        if !ASCII.isAlphanumeric(text[place.upperBound]) {
            let value = UnsafeBufferPointer(rebasing: text[place])
            for count in 1...4 where place.upperBound + count <= text.count {
                let mark = Array(text[place.upperBound..<place.upperBound + count])
                if ByteSearch.end(of: mark, in: value) == nil { return .before(mark) }
            }
        }
        return .count(place.count)
    }

    /// A value of at least this length, in bytes, counts even directly after letters.
    private static let longestPiece = 16
}
