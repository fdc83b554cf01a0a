import Traffic

/// Numbers as a page shows them.
enum Figures {
    /// `1,234,567`.
    static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        return digits.indices.map { index in
            let separator = index > 0 && (digits.count - index) % 3 == 0 ? "," : ""
            return separator + String(digits[index])
        }.joined()
    }

    /// `1 gap`, `2 gaps`, `2 bytes in gaps`: the first word of `noun` takes the plural's s, or all of it when it is told apart
    /// by the words before it.
    static func counted(_ number: UInt64, _ noun: String) -> String {
        guard number != 1 else { return "1 \(noun)" }
        let places = [" in ", " of "].compactMap { noun.firstRange(of: $0)?.lowerBound }
        let end = places.min() ?? noun.endIndex
        return "\(grouped(number)) \(noun[..<end])s\(noun[end...])"
    }

    /// Milliseconds to three digits, as many as are known: `0.123`, `12.3`, `1234`.
    static func milliseconds(_ value: Double) -> String {
        value.formatted(decimals: value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)
    }
}
