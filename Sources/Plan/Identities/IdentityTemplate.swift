import Formats

/// A text with placeholders for the clone's own values.
public struct IdentityTemplate: Hashable, Sendable {
    /// The placeholder for the clone's number.
    public static let placeholder = "{clone}"

    /// A part of a template.
    private enum Piece: Hashable, Sendable {
        case text([UInt8])
        /// The clone's number, from 0.
        case clone
        /// The same, padded with zeros to that many digits.
        case digits(Int)
        /// A random UUID (RFC 9562, version 4), the same everywhere in the clone.
        case uuid
        /// A counter that starts at 1.
        case counter
        /// When the clone began, in seconds since the Unix epoch.
        case now
        /// A value of the clone's row in a file.
        case column(table: Int, column: Int)
    }

    private static let placeholders: [(text: String, piece: Piece)] = [
        (placeholder, .clone), ("{uuid}", .uuid), ("{counter}", .counter), ("{now}", .now),
    ]

    /// The placeholders that are not columns.
    static let ownNames: Set<String> = ["clone", "uuid", "counter", "now"]

    private let pieces: [Piece]
    private let person: Int
    /// Makes its UUIDs differ from those of the same text elsewhere.
    private var salt: UInt64 = 0

    /// The name that `template` gives to person `person` of a recorded session.
    ///
    /// - Parameters:
    ///   - template: a text with `{clone}`, `{clone:7}` (padded to that many digits), `{uuid}` or `{counter}`, and
    ///     `{now}` if wanted.
    ///   - person: the person's index in the recorded session, from 0; those after the first get `-1`, `-2` … after the
    ///     clone's number, so that they stay different people.
    ///   - feeds: tables whose columns are placeholders too.
    /// - Returns: nil when all clones would have the same name.
    public init?(_ template: String, person: Int = 0, feeds: Feeds = Feeds()) {
        self.init(any: template, person: person, feeds: feeds)
        let isOwn = pieces.contains { piece in
            switch piece {
            case .clone, .digits, .uuid, .counter, .column: true
            case .text, .now: false
            }
        }
        guard isOwn else { return nil }
    }

    /// As ``init(_:person:feeds:)``, but the text may be the same for all clones.
    init(any template: String, person: Int = 0, feeds: Feeds = Feeds()) {
        self.person = person
        var placeholders = IdentityTemplate.placeholders
        for (table, named) in feeds.tables.enumerated() {
            for (column, name) in named.names.enumerated() {
                placeholders.append(("{\(name)}", .column(table: table, column: column)))
            }
        }
        var pieces: [Piece] = []
        var rest = template[...]
        var text: [UInt8] = []
        while !rest.isEmpty {
            if rest.first == "{", let found = placeholders.first(where: { rest.hasPrefix($0.text) }) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = []
                pieces.append(found.piece)
                rest = rest.dropFirst(found.text.count)
            } else if let (count, end) = IdentityTemplate.digits(rest) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = []
                pieces.append(.digits(count))
                rest = rest[end...]
            } else {
                text += rest.removeFirst().utf8
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    /// The names in braces in a template that are neither placeholders nor columns, so that they are sent as written.
    public static func unknownNames(in template: String, feeds: Feeds) -> [String] {
        let known = ownNames.union(feeds.tables.flatMap(\.names))
        return template.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
            guard let end = rest.firstIndex(of: "}") else { return nil }
            let name = rest[..<end]
            let isName = name.first?.isLetter == true && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            return isName && !known.contains(String(name)) ? String(name) : nil
        }
    }

    /// The name of clone `clone`, UTF-8.
    ///
    /// - Parameters:
    ///   - seed: the plan's seed, for `{uuid}`.
    ///   - now: seconds since the Unix epoch, for `{now}`.
    ///   - row: the clone's values from files; a value may have its own placeholders, but no columns.
    public func name(ofClone clone: Int, seed: UInt64 = 1, now: Int64 = 0, row: FeedRow? = nil) -> [UInt8] {
        var name: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .text(let text): name += text
            case .clone: name += (person == 0 ? "\(clone)" : "\(clone)-\(person)").utf8
            case .digits(let count):
                // People of the same clone differ in the first digit.
                let number = "\(person == 0 ? clone : clone + person * IdentityTemplate.power(count - 1))"
                name += (String(repeating: "0", count: max(0, count - number.utf8.count)) + number).utf8
            case .uuid: name += IdentityTemplate.uuid(seed: seed &+ salt, clone: clone, person: person)
            case .counter: name += (person == 0 ? "\(clone + 1)" : "\(clone + 1)-\(person)").utf8
            case .now: name += "\(now)".utf8
            case .column(let table, let column):
                guard let value = row?.value(table: table, column: column, person: person) else { continue }
                guard value.contains(UInt8(ascii: "{")) else {
                    name += value
                    continue
                }
                name += IdentityTemplate(any: String(decoding: value, as: UTF8.self), person: person)
                    .name(ofClone: clone, seed: seed, now: now)
            }
        }
        return name
    }

    private static func power(_ exponent: Int) -> Int {
        (0..<min(exponent, 15)).reduce(1) { product, _ in product * 10 }
    }

    /// Parses `{clone:7}` at the beginning of `text`: the number of digits, and the end.
    private static func digits(_ text: Substring) -> (count: Int, end: Substring.Index)? {
        let prefix = "{clone:"
        guard text.hasPrefix(prefix), let end = text.firstIndex(of: "}"),
            let count = Int(text[..<end].dropFirst(prefix.count)), (1...15).contains(count)
        else { return nil }
        return (count, text.index(after: end))
    }

    private static func uuid(seed: UInt64, clone: Int, person: Int) -> [UInt8] {
        var random = SplitMix64(
            seed: SplitMix64.value(seed: seed &+ UInt64(person) &* 0x9e37_79b9, index: UInt64(bitPattern: Int64(clone)))
        )
        let digits = Array("0123456789abcdef".utf8)
        var uuid = (0..<36).map { _ in digits[Int(random.next() >> 60)] }
        for mark in [8, 13, 18, 23] { uuid[mark] = UInt8(ascii: "-") }
        uuid[14] = UInt8(ascii: "4")
        uuid[19] = digits[8 + Int(random.next() >> 62)]
        return uuid
    }
}

extension IdentityTemplate {
    /// Whether a part of it comes from a file.
    var hasColumns: Bool {
        pieces.contains { piece in
            if case .column = piece { true } else { false }
        }
    }

    /// Whether it has a random UUID in it.
    var hasUUID: Bool { pieces.contains(.uuid) }

    /// The same text with other UUIDs.
    func salted(by number: Int) -> IdentityTemplate {
        var template = self
        template.salt = UInt64(bitPattern: Int64(number)) &* 0x9e37_79b9_7f4a_7c15
        return template
    }

    /// Whether it consists of several words: a whole field value, such as `Bearer {key}`.
    var hasBlanks: Bool {
        pieces.contains { piece in
            if case .text(let text) = piece { text.contains(0x20) } else { false }
        }
    }
}
