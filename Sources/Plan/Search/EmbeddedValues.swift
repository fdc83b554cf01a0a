import Formats

/// Values that are searched for anywhere in longer texts. A value that no response has as a whole may be part of a
/// cookie, a script or a custom protocol.
struct EmbeddedValues {
    /// The shortest value that is searched for, in bytes.
    static let shortest = 8
    /// The maximum number of values of one session.
    static let limit = 4096

    /// Eight bytes of a value.
    private struct Window {
        /// An index into ``values``.
        var value: Int32
        /// Where they are in the value.
        var offset: Int32
        /// The next window with the same bytes, an index into ``windows``; -1 for none.
        var next: Int32
    }

    private var values: [[UInt8]] = []
    private var windows: [Window] = []
    /// The first window with each eight bytes.
    private var first = HashTable<Int32>()
    /// A bit for each hash of the bytes of windows.
    private var bits: [UInt64] = []
    /// The distance of the places that are examined in a text: one window of any value that occurs in the text starts
    /// at one of these places.
    private var stride = 1

    /// - Parameter values: each of ``shortest`` bytes or more; others are left out.
    init(_ values: some Sequence<[UInt8]>) {
        self.values = values.prefix(EmbeddedValues.limit).filter { $0.count >= EmbeddedValues.shortest }
        guard let least = self.values.lazy.map(\.count).min() else { return }
        stride = min(EmbeddedValues.shortest, least - EmbeddedValues.shortest + 1)
        bits = Array(repeating: 0, count: 1 << 10)
        for (index, value) in self.values.enumerated() {
            value.withUnsafeBytes { bytes in
                for offset in 0..<stride {
                    add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), of: index, offset)
                }
            }
        }
    }

    private mutating func add(_ word: UInt64, of value: Int, _ offset: Int) {
        let bit = EmbeddedValues.bit(of: word)
        bits[bit >> 6] |= 1 << UInt64(bit & 63)
        let key = EmbeddedValues.key(of: word)
        windows.append(Window(value: Int32(value), offset: Int32(offset), next: first[key] ?? -1))
        first[key, default: 0] = Int32(windows.count - 1)
    }

    var isEmpty: Bool { values.isEmpty }

    private static func key(of word: UInt64) -> UInt64 { word &* 0x9e37_79b9_7f4a_7c15 }
    private static func bit(of word: UInt64) -> Int { Int(key(of: word) >> 48) }

    /// Calls `body` with each occurrence of one of the values in `range`, until it returns false.
    private func search(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>, [UInt8]) -> Bool
    ) {
        guard range.count >= EmbeddedValues.shortest, !values.isEmpty else { return }
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range is of the text")
        let raw = UnsafeRawBufferPointer(bytes)
        bits.withUnsafeBufferPointer { bits in
            var position = range.lowerBound
            while position <= range.upperBound - EmbeddedValues.shortest {
                defer { position += stride }
                let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                let bit = EmbeddedValues.bit(of: word)
                guard bits[bit >> 6] >> UInt64(bit & 63) & 1 == 1 else { continue }
                var next = first[EmbeddedValues.key(of: word)] ?? -1
                while next >= 0 {
                    let window = windows[Int(next)]
                    next = window.next
                    let value = values[Int(window.value)]
                    let start = position - Int(window.offset)
                    guard start >= range.lowerBound, value.count <= range.upperBound - start else { continue }
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
