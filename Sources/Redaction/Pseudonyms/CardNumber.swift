/// Payment card numbers (ISO/IEC 7812-1): 13 to 19 digits, grouped or not, the last a Luhn check digit.
enum CardNumber {
    static let digits = 13...19

    /// Whether all of `value` is a card number.
    static func isOne(_ value: [UInt8]) -> Bool {
        value.withUnsafeBufferPointer { end(in: $0, from: 0, before: $0.count) == $0.count && !$0.isEmpty }
    }

    /// The end of the card number that begins at `start`; nil if there is none.
    static func end(in bytes: Bytes, from start: Int, before limit: Int) -> Int? {
        var (index, count, first) = (start, 0, UInt8(0))
        var (sum, sumShifted) = (0, 0)
        var last = start
        // Two sums by parity from the start; which of them counts is known at the end.
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
        // The first digits of payment cards; most other numbers that pass the check by chance begin differently.
        guard digits.contains(count), (0x32...0x36).contains(first) else { return nil }
        return (count % 2 == 1 ? sum : sumShifted) % 10 == 0 ? last : nil
    }

    /// Sets the check digit of the number in `value`, and a first digit of payment cards.
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
