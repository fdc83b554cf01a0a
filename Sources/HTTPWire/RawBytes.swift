import Formats
import Glibc

/// Searches and comparisons in raw bytes, without allocation.
extension UnsafeRawBufferPointer {
    /// The index of the first `byte` at or after `start`.
    @inline(__always)
    func index(ofByte byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress, let found = memchr(base + start, Int32(byte), count - start) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }

    /// Whether the bytes begin with `text`.
    @inline(__always)
    func hasPrefix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount, let baseAddress else { return false }
        return memcmp(baseAddress, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Whether `text` begins with the bytes.
    @inline(__always)
    func isPrefix(of text: StaticString) -> Bool {
        guard let baseAddress else { return true }
        return count <= text.utf8CodeUnitCount && memcmp(baseAddress, text.utf8Start, count) == 0
    }

    /// Whether the bytes begin with `text`, which is lower-case ASCII, ignoring case.
    @inline(__always)
    func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        let expected = UnsafeRawPointer(text.utf8Start)
        var index = 0
        while index + 8 <= length {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let wanted = expected.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if ASCII.lowercased(word) != wanted { return false }
            index += 8
        }
        while index < length {
            if ASCII.lowercased(self[index]) != expected.load(fromByteOffset: index, as: UInt8.self) { return false }
            index += 1
        }
        return true
    }

    /// The bytes without one carriage return at the end.
    @inline(__always)
    var withoutReturn: UnsafeRawBufferPointer {
        guard let last, last == ASCII.carriageReturn else { return self }
        return UnsafeRawBufferPointer(start: baseAddress, count: count - 1)
    }

    /// The bytes of `range`, which must be within bounds.
    @inline(__always)
    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }
}
