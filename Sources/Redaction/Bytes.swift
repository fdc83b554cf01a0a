import Formats

/// Bytes that are only read during a call.
typealias Bytes = UnsafeBufferPointer<UInt8>

extension UInt8 {
    @inline(__always)
    var isDigit: Bool { ASCII.isDigit(self) }
    @inline(__always)
    var isLower: Bool { self &- 0x61 < 26 }
    @inline(__always)
    var isUpper: Bool { self &- 0x41 < 26 }
    @inline(__always)
    var isLetter: Bool { ASCII.isLetter(self) }
    @inline(__always)
    var isAlphanumeric: Bool { ASCII.isAlphanumeric(self) }
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }
    @inline(__always)
    var lowercased: UInt8 { ASCII.lowercased(self) }

    /// The value of a hexadecimal digit.
    var hexValue: UInt8? { ASCII.hexValue(self) }
}

extension Bytes {
    /// `range` without white space at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while start < end, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// The index of the first `byte` in `range`.
    func index(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// Whether `text` (ASCII, case-insensitive) is at `start` and ends before `end`.
    func has(_ text: StaticString, at start: Int, before end: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard start >= 0, end - start >= length else { return false }
        for index in 0..<length where self[start + index].lowercased != text.utf8Start[index] { return false }
        return true
    }

    /// The index of the first occurrence of `text` (ASCII, case-insensitive) in `range`.
    func find(_ text: StaticString, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        let last = range.upperBound - text.utf8CodeUnitCount
        while index <= last {
            if has(text, at: index, before: range.upperBound) { return index }
            index += 1
        }
        return nil
    }

    /// The bytes of `range`, which must be within bounds.
    func part(_ range: Range<Int>) -> Bytes { Bytes(rebasing: self[range]) }
}
