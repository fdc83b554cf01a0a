import Formats

/// Converts UTF-16 text, as written by Windows programs, to UTF-8, in chunks. Unpaired surrogates become U+FFFD.
struct UTF16Decoder {
    private let isBigEndian: Bool
    private var carried: [UInt8] = []

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Converts `more` bytes, after the remainder of the previous ones.
    ///
    /// - Parameter isLast: whether no more bytes follow.
    mutating func text(_ more: [UInt8], isLast: Bool) -> [UInt8] {
        let bytes = carried + more
        var units = bytes.withUnsafeBytes { UTF16Text.units($0, isBigEndian: isBigEndian) }
        // An odd byte and a high surrogate wait for the rest.
        var waiting = bytes.count % 2
        if !isLast, let last = units.last, UTF16.isLeadSurrogate(last) {
            waiting += 2
            units.removeLast()
        }
        carried = isLast ? [] : Array(bytes.suffix(waiting))
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
