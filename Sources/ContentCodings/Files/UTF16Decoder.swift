/// Converts UTF-16 text, as written by Windows programs, to UTF-8. Unpaired surrogates become U+FFFD.
struct UTF16Decoder {
    private let isBigEndian: Bool
    private var carried: [UInt8] = []

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// The byte order if `bytes`, the first of a file, are UTF-16: detected by the byte order mark, or by a brace next
    /// to a zero byte.
    static func isBigEndian(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        guard bytes.count >= 4 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0xff, 0xfe) where bytes[2] != 0 || bytes[3] != 0: return false
        case (0xfe, 0xff): return true
        case (UInt8(ascii: "{"), 0) where bytes[3] == 0: return false
        case (0, UInt8(ascii: "{")) where bytes[2] == 0: return true
        default: return nil
        }
    }

    /// Converts `more` bytes, after the remainder of the previous ones.
    ///
    /// - Parameter isLast: whether no more bytes follow.
    mutating func text(_ more: [UInt8], isLast: Bool) -> [UInt8] {
        var units = (carried + more)[...]
        // An odd byte and a high surrogate wait for the rest.
        var waiting = units.count % 2
        if !isLast, units.count - waiting >= 2 {
            let last = unit(units, at: units.endIndex - waiting - 2)
            if UTF16.isLeadSurrogate(last) { waiting += 2 }
        }
        carried = isLast ? [] : Array(units.suffix(waiting))
        units = units.dropLast(waiting)
        let pairs = stride(from: units.startIndex, to: units.endIndex - units.count % 2, by: 2)
        return Array(String(decoding: pairs.map { unit(units, at: $0) }, as: UTF16.self).utf8)
    }

    private func unit(_ bytes: ArraySlice<UInt8>, at index: Int) -> UInt16 {
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }
}
