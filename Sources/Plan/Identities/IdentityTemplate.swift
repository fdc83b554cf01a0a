/// A user name with the clone's number in it.
public struct IdentityTemplate: Hashable, Sendable {
    /// Where the clone's number goes in a template.
    public static let placeholder = "{clone}"

    private let pieces: [[UInt8]]
    private let person: Int

    /// The name that `template` gives to a recorded session's person `person`.
    ///
    /// - Parameters:
    ///   - template: text with `{clone}` where the clone's number goes.
    ///   - person: which of the recorded session's people this is, from 0; those after the first get `-1`, `-2` … after the
    ///     clone's number, so that they stay different people.
    /// - Returns: nil when the template has no `{clone}`.
    public init?(_ template: String, person: Int = 0) {
        var pieces: [[UInt8]] = []
        var rest = template[...]
        while let range = rest.firstRange(of: IdentityTemplate.placeholder) {
            pieces.append(Array(rest[..<range.lowerBound].utf8))
            rest = rest[range.upperBound...]
        }
        guard !pieces.isEmpty else { return nil }
        pieces.append(Array(rest.utf8))
        self.pieces = pieces
        self.person = person
    }

    /// The name of clone `clone`, UTF-8.
    public func name(ofClone clone: Int) -> [UInt8] {
        let number = Array((person == 0 ? "\(clone)" : "\(clone)-\(person)").utf8)
        return Array(pieces.joined(separator: number))
    }
}
