import Credentials

/// One rule of a policy: where it looks, and what it does there.
struct RedactionRule: Sendable {
    /// What a rule looks at.
    enum Selector: Sendable {
        /// Values by their names, in these places.
        case names([NamePattern], Set<SecretPlace>)
        case jsonPaths([JSONPathPattern])
        /// Path segments where the templates have `{}`.
        case segments([PathTemplate])
        case pattern(TextPattern)
        /// Whole bodies of messages whose path, or media type, is meant.
        case bodies(paths: [GlobPattern], types: [GlobPattern])
    }

    var selectors: [Selector]
    var treatment: Treatment
    /// Which values of these names are meant; nil for all.
    var condition: ValueCondition?
    var side = MessageSide.both
}

/// What is found by how it looks, wherever it occurs.
enum TextPattern: Sendable {
    case card
    case email
    case jwt
    /// Keys that are known by their prefix, and private keys: ``Credentials/IssuedKey``.
    case key
    case expression(RegularExpression)

    /// The names of those that are built in.
    static let builtIn: [String: TextPattern] = ["card": .card, "email": .email, "jwt": .jwt, "key": .key]
}

/// A path in which `{}` or `{name}` represents a segment that is meant, and `*` for one that is not.
struct PathTemplate: Hashable, Sendable {
    private let segments: [[UInt8]]

    /// The template `text`; nil when it does not begin with a slash or means no segment.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        segments = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Array($0) }
        guard segments.contains(where: PathTemplate.isMeant) else { return nil }
    }

    /// Which of a path's segments are meant: those of a path that begins as the template does.
    func meant(in path: [ArraySlice<UInt8>]) -> [Int] {
        guard path.count >= segments.count else { return [] }
        for (own, other) in zip(segments, path) {
            let isOpen = PathTemplate.isMeant(own) || own == [UInt8(ascii: "*")]
            guard isOpen || own.elementsEqual(other) else { return [] }
        }
        return segments.indices.filter { PathTemplate.isMeant(segments[$0]) }
    }

    private static func isMeant(_ segment: [UInt8]) -> Bool {
        segment.first == UInt8(ascii: "{") && segment.last == UInt8(ascii: "}")
    }
}
