/// English texts for counts.
public enum Plural {
    /// `1 exchange`, `1,234 exchanges`, `2 bytes in gaps`.
    ///
    /// - Parameters:
    ///   - noun: the singular. The plural ending is added to the last word before `in`, `of`, `with` or `without`, or
    ///     to the last word if there is none of these.
    ///   - many: the plural, if the rules of ``word(_:_:_:)`` do not apply.
    public static func text(_ count: some BinaryInteger, _ noun: String, _ many: String? = nil) -> String {
        "\(count.grouped) \(word(count, noun, many))"
    }

    /// `exchange` for 1, `exchanges` for any other number.
    ///
    /// An s is appended; es after s, x, z, ch and sh; ies replaces a y after a consonant.
    public static func word(_ count: some BinaryInteger, _ noun: String, _ many: String? = nil) -> String {
        guard count != 1 else { return noun }
        if let many { return many }
        let places = [" in ", " of ", " with ", " without "].compactMap { noun.firstRange(of: $0)?.lowerBound }
        let end = places.min() ?? noun.endIndex
        return plural(of: noun[..<end]) + noun[end...]
    }

    private static func plural(of word: Substring) -> String {
        if ["s", "x", "z", "ch", "sh"].contains(where: word.hasSuffix) { return word + "es" }
        if word.hasSuffix("y"), let before = word.dropLast().last, !"aeiou".contains(before) {
            return word.dropLast() + "ies"
        }
        return word + "s"
    }
}
