import Formats

/// Values that do not grant access, whatever their name.
public enum PlainValue {
    /// Longer values are never plain.
    private static let longest = 128
    /// Maximum letters of a word.
    private static let longestWord = 24
    /// Digits that a word may begin or end with: `HS256`, `v4`.
    private static let wordDigits = 4

    /// Whether `value` is a number, a date, or made of words: `3600`, `2026-11-30T10:00:00Z`, `Bearer`,
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer`, `AWS4-HMAC-SHA256`.
    ///
    /// Letters and digits that alternate, as in keys and tokens, are not plain.
    public static func isPlain(_ value: some Collection<UInt8>) -> Bool { isMadeOfWords(value, maximumDigits: 24) }

    /// Whether `value` is a number too short for a one-time code, or made of words: `404`, `NOT_FOUND`.
    public static func isShort(_ value: some Collection<UInt8>) -> Bool { isMadeOfWords(value, maximumDigits: 5) }

    private static func isMadeOfWords(_ value: some Collection<UInt8>, maximumDigits: Int) -> Bool {
        guard value.count <= longest else { return false }
        var digits = 0
        let runs = value.split { !ASCII.isAlphanumeric($0) }
        guard value.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { return false }
        for run in runs {
            digits += run.count(where: ASCII.isDigit)
            let leading = run.prefix(while: ASCII.isDigit).count
            if leading == run.count { continue }
            let rest = run.dropFirst(leading)
            let letters = rest.prefix(while: ASCII.isLetter).count
            let trailing = rest.count - letters
            guard rest.dropFirst(letters).allSatisfy(ASCII.isDigit), letters <= longestWord,
                trailing <= wordDigits, leading <= wordDigits
            else { return false }
        }
        return digits <= maximumDigits
    }
}
