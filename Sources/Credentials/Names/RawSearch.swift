import Glibc

extension UnsafeRawBufferPointer {
    /// The position of the first occurrence of `text` at or after `start`.
    func find(_ text: StaticString, from start: Int) -> Int? {
        guard let base = baseAddress else { return nil }
        let length = text.utf8CodeUnitCount
        var offset = start
        while offset + length <= count,
            let found = memchr(base + offset, Int32(text.utf8Start[0]), count - length + 1 - offset)
        {
            let candidate = UnsafeRawPointer(found)
            if memcmp(candidate, text.utf8Start, length) == 0 { return candidate - base }
            offset = candidate - base + 1
        }
        return nil
    }
}
