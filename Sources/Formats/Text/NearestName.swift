/// Finds the intended name for a misspelt one.
public enum NearestName {
    /// Maximum characters compared.
    private static let longest = 64

    /// The known name that is closest to `name`; nil if more than a third of its characters differ.
    public static func of(_ name: String, among known: some Sequence<String>) -> String? {
        let limit = max(1, min(name.count, longest) / 3)
        var best: (name: String, distance: Int)?
        for candidate in known where abs(min(candidate.count, longest) - min(name.count, longest)) <= limit {
            let distance = EditDistance.between(name, candidate, longest: longest)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }
}
