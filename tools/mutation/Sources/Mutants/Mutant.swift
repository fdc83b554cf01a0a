/// A small change to a source file that a test should detect.
public struct Mutant: Sendable, Hashable {

    /// The file, relative to the root of the package.
    public var file: String
    /// The line of the change, from 1.
    public var line: Int
    /// What is replaced, as UTF-8 offsets in the file.
    public var range: Range<Int>
    /// The text of `range` in the source.
    public var original: String
    /// The mutant's text in its place.
    public var replacement: String
    public var kind: MutationKind
    /// The whole line of the source, without surrounding white space.
    public var sourceLine: String
    /// Where a run-time switch selects the source or the mutant; empty if a switch is not possible.
    public var sites: [MutantSite]
    /// The function, initialiser or property around the change, as UTF-8 offsets in the file.
    public var scope: Range<Int>

    public init(
        file: String, line: Int, range: Range<Int>, original: String, replacement: String, kind: MutationKind,
        sourceLine: String, sites: [MutantSite] = [], scope: Range<Int> = 0..<Int.max
    ) {
        self.file = file
        self.line = line
        self.range = range
        self.original = original
        self.replacement = replacement
        self.kind = kind
        self.sourceLine = sourceLine
        self.sites = sites
        self.scope = scope
    }

    /// The change in a few words, such as ``"`<` to `<=`"``.
    public var change: String {
        switch kind {
        case .removedCall, .removedAssignment: "removed: \(MutantText.short(original))"
        case .earlyReturn: "begins with `\(replacement.trimmedOfSpace)`"
        default: "`\(MutantText.short(original))` to `\(MutantText.short(replacement))`"
        }
    }

    /// The target of the package that the file belongs to: the folder below `Sources`.
    public var target: String {
        let parts = file.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : ""
    }
}

/// A place in the source where a mutant differs, in a form that a switch can select at run time.
public struct MutantSite: Sendable, Hashable {

    public enum Form: Sendable, Hashable {
        /// The site is an expression, and this is the mutant's. If the two differ in type, the source's is passed to an
        /// initialiser.
        case expression(String, initializer: String = "")
        /// The site is a statement; the mutant leaves it out.
        case statement
        /// The site is the start of a body; the mutant begins with this statement.
        case start(String)
    }

    /// As UTF-8 offsets in the file.
    public var range: Range<Int>
    public var form: Form

    public init(range: Range<Int>, form: Form) {
        self.range = range
        self.form = form
    }
}

/// What a mutant changes.
public enum MutationKind: String, Sendable, CaseIterable {
    case relation, boundary, arithmetic, condition, constant
    case removedCall = "removed call"
    case removedAssignment = "removed assignment"
    case earlyReturn = "early return"
    case swappedArguments = "swapped arguments"
}

enum MutantText {

    /// The text on one line, cut to 60 characters.
    static func short(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 60 ? line.prefix(57) + "..." : line
    }
}

extension String {

    var trimmedOfSpace: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true || text.last == ";" { text.removeLast() }
        return String(text)
    }
}
