import Credentials

/// One rule of a policy: what it selects, and how that is treated.
struct RedactionRule: Sendable {
    /// What a rule selects.
    enum Selector: Sendable {
        /// Values with these names, in these places.
        case names([NamePattern], Set<SecretPlace>)
        case jsonPaths([JSONPathPattern])
        /// Path segments at the `{}` of the templates.
        case segments([PathTemplate])
        case pattern(TextPattern)
        /// Whole bodies of messages by path or media type.
        case bodies(paths: [GlobPattern], types: [GlobPattern])
    }

    var selectors: [Selector]
    var treatment: Treatment
    /// Which values with these names are selected; nil for all.
    var condition: ValueCondition?
    var side = MessageSide.both
}

/// Values recognised by their pattern, wherever they occur.
enum TextPattern: Sendable {
    case card
    case email
    case jwt
    /// Keys recognised by their prefix, and private keys: `Credentials.IssuedKey`.
    case key
    case expression(RegularExpression)

    /// The built-in patterns by name.
    static let builtIn: [String: TextPattern] = ["card": .card, "email": .email, "jwt": .jwt, "key": .key]
}

/// A path in which `{}` or `{name}` selects a segment, and `*` matches any segment without selecting it.
struct PathTemplate: Hashable, Sendable {
    private let segments: [[UInt8]]

    /// Parses the template `text`; nil if it does not begin with a slash or does not select a segment.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        segments = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Array($0) }
        guard segments.contains(where: PathTemplate.isSelector) else { return nil }
    }

    /// The indexes of the selected segments of a path that begins with the template.
    func selected(in path: [ArraySlice<UInt8>]) -> [Int] {
        guard path.count >= segments.count else { return [] }
        for (own, other) in zip(segments, path) {
            let isOpen = PathTemplate.isSelector(own) || own == [UInt8(ascii: "*")]
            guard isOpen || own.elementsEqual(other) else { return [] }
        }
        return segments.indices.filter { PathTemplate.isSelector(segments[$0]) }
    }

    private static func isSelector(_ segment: [UInt8]) -> Bool {
        segment.first == UInt8(ascii: "{") && segment.last == UInt8(ascii: "}")
    }
}
