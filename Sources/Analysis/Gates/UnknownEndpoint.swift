public import Formats

/// A gate on an endpoint that does not exist.
public struct UnknownEndpoint: Error, Hashable, Sendable, CustomStringConvertible {
    /// The gate as the user wrote it.
    public let gate: String
    /// The endpoint it names.
    public let endpoint: String
    /// The existing endpoints with the most similar names, the nearest first.
    public let nearest: [String]
    /// The gate's line in a scenario file; nil if it comes from the command line.
    public let place: TextPlace?

    /// The error with the names that may have been meant.
    public var description: String {
        let names = nearest.map { "'\($0)'" }.joined(separator: ", ")
        let location = place.map { "line \($0.line), column \($0.column): " } ?? ""
        return "\(location)gate '\(gate)': there is no endpoint '\(endpoint)'"
            + (names.isEmpty ? "" : "; the nearest: \(names)")
    }

    /// The most names shown.
    private static let shown = 3
    /// The most names compared, and their longest length: a plan may have very many.
    private static let mostNames = 10_000
    private static let mostCharacters = 128

    /// The first gate on an endpoint that is not among `labels`; nil if there is none.
    ///
    /// - Parameter isEndpoint: whether a name in a gate's scope is meant to be an endpoint.
    public static func first(
        in gates: [Criterion], among labels: [String], where isEndpoint: (String) -> Bool = { _ in true }
    ) -> UnknownEndpoint? {
        let known = Set(labels)
        for gate in gates {
            guard case .named(let endpoint) = gate.scope, isEndpoint(endpoint), !known.contains(endpoint) else {
                continue
            }
            let nearest = labels.prefix(mostNames).map {
                (label: $0, distance: EditDistance.between(endpoint, $0, longest: mostCharacters))
            }
            .sorted { ($0.distance, $0.label) < ($1.distance, $1.label) }.prefix(shown).map(\.label)
            return UnknownEndpoint(gate: gate.text, endpoint: endpoint, nearest: nearest, place: gate.place)
        }
        return nil
    }
}
