extension String {
    /// The text with some scalars replaced, for escaping.
    ///
    /// `replacing(_:with:)` compares characters: it misses a delimiter that a combining mark follows, and each half of a
    /// CR LF. Readers of the escaped text compare bytes or scalars.
    ///
    /// - Parameter replacement: the text in place of a scalar; nil keeps the scalar.
    public func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        result.unicodeScalars.reserveCapacity(unicodeScalars.count)
        for scalar in unicodeScalars {
            if let text = replacement(scalar) {
                result.unicodeScalars.append(contentsOf: text.unicodeScalars)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
