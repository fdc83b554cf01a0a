/// A set of numbers as pages of bits: small for the dense numbers of a log, and bounded for any others.
struct NumberSet {
    /// 8 KiB each: 16 MiB in total, for 134 million consecutive numbers.
    private static let maximumPages = 2048
    private var pages: [UInt32: [UInt64]] = [:]
    /// Distinct numbers inserted; numbers past the limit are not counted.
    private(set) var count: UInt64 = 0

    mutating func insert(_ number: UInt32) {
        let page = number >> 16
        let word = Int(number >> 6 & 0x3FF)
        let bit: UInt64 = 1 << UInt64(number & 0x3F)
        guard let known = pages[page]?[word] else {
            guard pages.count < NumberSet.maximumPages else { return }
            var words = [UInt64](repeating: 0, count: 1024)
            words[word] = bit
            pages[page] = words
            count += 1
            return
        }
        guard known & bit == 0 else { return }
        pages[page]?[word] |= bit
        count += 1
    }
}
