/// How unlikely it is that a value occurs in a response and again in a request by chance.
enum Distinctiveness {
    /// A flag, a date or an amount: a match proves nothing.
    case never
    /// One or more words: a match counts only where sessions with other values agree on the two places.
    case faint
    /// A short number or name: a match counts only where the names around it agree.
    case weak
    /// A token, a UUID or a long random string: a match counts anywhere.
    case strong

    /// The longest value considered: a whole field, such as the state of a page or the response of an identity
    /// provider.
    static let countLimit = 1 << 20
    /// Numbers with this many digits do not match by chance.
    static let longNumberCount = 9
    /// The longest value that counts as several words.
    static let phraseLimit = 256

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        let count = range.count
        guard count > 0, count <= Distinctiveness.countLimit else {
            self = .never
            return
        }
        var digits = 0
        var lower = 0
        var upper = 0
        var hasAt = false
        var hasBlank = false
        var run = 0
        var longestRun = 0
        for index in range {
            run += 1
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"): lower += 1
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper += 1
            case UInt8(ascii: " "):
                guard count <= Distinctiveness.phraseLimit else {
                    self = .never
                    return
                }
                hasBlank = true
                run = 0
            case 0..<0x20, 0x7f:
                self = .never
                return
            case let other:
                run = 0
                if other == UInt8(ascii: "@") { hasAt = true }
            }
            longestRun = max(longestRun, run)
        }
        if hasBlank {
            let letters: Distinctiveness = lower + upper > 0 ? .faint : .never
            self = Distinctiveness.hasStrongWord(bytes, range) ? .strong : letters
            return
        }
        // Words do not have runs this long.
        if lower + upper > 0, longestRun >= 20 {
            self = .strong
        } else {
            self = Distinctiveness.of(count: count, digits: digits, lower: lower, upper: upper, hasAt: hasAt)
        }
    }

    /// The shortest word that makes a text with blanks a token: `["ann", []].Zk3wqA.9xTb…`.
    private static let shortestWord = 16

    private static func hasStrongWord(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: " ")) ?? range.upperBound
            if end - start >= shortestWord, Distinctiveness(bytes, start..<end) == .strong { return true }
            start = end + 1
        }
        return false
    }

    private static func of(count: Int, digits: Int, lower: Int, upper: Int, hasAt: Bool) -> Distinctiveness {
        let letters = lower + upper
        if digits == count { return count >= longNumberCount ? .strong : .weak }
        // Dates, amounts and addresses are digits with punctuation between them.
        if letters == 0 { return digits >= 14 ? .strong : .never }
        if hasAt, count >= 6 { return .strong }
        if digits == 0 {
            if count >= 32 || count >= 16 && lower > 0 && upper > 1 { return .strong }
            return count >= 6 ? .weak : count >= 3 ? .faint : .never
        }
        if count >= 8, digits >= 2 || lower > 0 && upper > 0 { return .strong }
        return count >= 24 ? .strong : .weak
    }
}
