/// Payment card numbers (ISO/IEC 7812-1): 13 to 19 digits, in groups or not, the last a check digit by Luhn's rule.
enum CardNumber {
    static let digits = 13...19

    /// Whether all of `value` is one.
    static func isOne(_ value: [UInt8]) -> Bool {
        value.withUnsafeBufferPointer { end(in: $0, from: 0, before: $0.count) == $0.count && !$0.isEmpty }
    }

    /// Where a number that begins at `start` ends; nil when none does.
    static func end(in bytes: Bytes, from start: Int, before limit: Int) -> Int? {
        var (index, count, first) = (start, 0, UInt8(0))
        var (sum, sumShifted) = (0, 0)
        var last = start
        // By parity from the start; which of the two sums counts is known at the end.
        while index < limit, count < digits.upperBound + 1 {
            let byte = bytes[index]
            if byte.isDigit {
                let digit = Int(byte &- 0x30)
                let doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2
                sum += count % 2 == 0 ? digit : doubled
                sumShifted += count % 2 == 0 ? doubled : digit
                if count == 0 { first = byte }
                count += 1
                last = index + 1
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") {
                guard index + 1 < limit, bytes[index + 1].isDigit else { break }
            } else {
                break
            }
            index += 1
        }
        // The first digits of payment cards; other numbers that pass the check by chance mostly begin otherwise.
        guard digits.contains(count), (0x32...0x36).contains(first) else { return nil }
        return (count % 2 == 1 ? sum : sumShifted) % 10 == 0 ? last : nil
    }

    /// Makes the number in `value` pass the check by its last digit, and begin as cards do.
    static func mend(_ value: inout [UInt8]) {
        let places = value.indices.filter { value[$0].isDigit }
        guard let lastPlace = places.last, let firstPlace = places.first else { return }
        value[firstPlace] = 0x33 + value[firstPlace] % 4
        var sum = 0
        for (offset, place) in places.dropLast().reversed().enumerated() {
            let digit = Int(value[place] &- 0x30)
            let doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2
            sum += offset % 2 == 0 ? doubled : digit
        }
        value[lastPlace] = 0x30 + UInt8((10 - sum % 10) % 10)
    }
}
