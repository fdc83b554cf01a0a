/// The fields of a progress line, which three spaces separate.
///
/// Where there is little room, whole fields are left out: a number that is cut off looks like another number.
public enum ProgressFields {
    private static let separator = "   "

    /// The text in at most `width` columns.
    ///
    /// The first field (how far the work is) and the last ones (its result) stay longest: the third field is left out
    /// first, then the second, again and again. Two fields that are still too wide lose the beginning of the first, the
    /// name of what runs.
    ///
    /// - Parameter width: columns of the terminal, above 0
    public static func fitted(_ text: String, width: Int) -> String {
        guard text.count > width else { return text }
        var fields = text.split(separator: separator, omittingEmptySubsequences: true).map(String.init)
        var next = 2
        while fields.count > 2, fields.joined(separator: separator).count > width {
            fields.remove(at: next)
            next = 1
        }
        let rest = fields.joined(separator: separator)
        guard rest.count > width else { return rest }
        return fields.count > 1 ? "…" + rest.suffix(max(0, width - 1)) : rest.prefix(max(0, width - 1)) + "…"
    }
}
