import Formats

extension ValueSource.Locator {
    /// Parses a place as ``description`` or ``labelWithoutPositions`` writes it, where `[*]` and omitted positions mean
    /// the first: `$.a.b[0]`, `line[1] $.a`, `/a/b[1]/@c`, `header X`, `HTML field csrf [2]`, each optionally followed
    /// by a derivation: `header Location path[1]`, `$.next ?cursor`, `body between "a=" and ";"`. Nil for any other
    /// text, and for an option known by its text, which is not in it.
    public init?(text: String) {
        var words = PlaceWords(text)
        guard var locator = ValueSource.Locator(first: &words) else { return nil }
        while !words.isEmpty {
            guard let derivation = Derivation(next: &words) else { return nil }
            locator = .inside(locator, derivation)
        }
        self = locator
    }

    private init?(first words: inout PlaceWords) {
        guard let word = words.next() else { return nil }
        if word.hasPrefix("$"), let path = JSONPath(text: word) {
            self = words.take("name") ? .jsonName(path, words.position() ?? 0) : .json(path)
        } else if word.hasPrefix("/"), let path = XMLPath(text: word) {
            self = .xml(path)
        } else if let line = PlaceWords.index(word, of: "line"), let path = words.path() {
            self = .jsonLine(line, path)
        } else {
            self.init(kind: word, &words)
        }
    }

    /// A place whose first word is its kind.
    private init?(kind: String, _ words: inout PlaceWords) {
        switch kind {
        case "header":
            guard let name = words.name() else { return nil }
            self = .header(name)
        case "trailer":
            guard let name = words.name() else { return nil }
            self = .trailer(name)
        case "cookie":
            guard let name = words.name() else { return nil }
            self = .cookie(name)
        case "form":
            guard let name = words.name() else { return nil }
            self = .form(name)
        case "HTML":
            let isOption = words.take("option")
            guard isOption || words.take("field"), let name = words.name() else { return nil }
            let ordinal = words.position() ?? 0
            guard isOption || ordinal >= 0 else { return nil }
            self = isOption ? .option(name, ordinal: ordinal) : .html(name, ordinal: ordinal)
        case "link":
            guard let pattern = words.name().flatMap(LinkPattern.init(text:)) else { return nil }
            self = .link(pattern, ordinal: words.position() ?? 0)
        case "protobuf":
            guard let path = ProtobufPath(message: words.index(of: "message"), text: words.next() ?? "") else {
                return nil
            }
            self = .protobuf(path)
        case "body": self = .body
        case "Digest":
            guard words.take("challenge") else { return nil }
            self = .challenge
        default: return nil
        }
    }
}

extension Derivation {
    /// The derivation that `words` continue with, as ``description`` writes it.
    fileprivate init?(next words: inout PlaceWords) {
        guard let word = words.next() else { return nil }
        if let index = PlaceWords.index(word, of: "path") {
            self = .pathSegment(index)
        } else if let index = PlaceWords.index(word, of: "number") {
            self = .number(index)
        } else if word.hasPrefix("?"), let name = PlaceWords.name(String(word.dropFirst())) {
            self = .queryParameter(name)
        } else if word.hasPrefix("#"), let name = PlaceWords.name(String(word.dropFirst())) {
            self = .fragmentParameter(name)
        } else if let count = Int(word), count > 0, words.take("bytes"), let prefix = words.prefix() {
            self = .slice(after: prefix, .count(count))
        } else {
            self.init(kind: word, &words)
        }
    }

    private init?(kind: String, _ words: inout PlaceWords) {
        switch kind {
        case "JSON":
            guard let path = words.path() else { return nil }
            self = .json(path)
        case "claim":
            guard let path = words.path() else { return nil }
            self = .claim(path)
        case "base64": self = .base64
        case "decoded": self = .percentDecoded
        case "digits": self = words.prefix().map { .digits(after: $0) } ?? .trailingDigits
        case "after":
            guard let prefix = words.quoted() else { return nil }
            self = .word(after: prefix)
        case "all":
            guard let prefix = words.prefix() else { return nil }
            self = .slice(after: prefix, .before([]))
        case "between":
            guard let prefix = words.quoted(), words.take("and"), let end = words.quoted(), !end.isEmpty else {
                return nil
            }
            self = .slice(after: prefix, .before(end))
        default: return nil
        }
    }
}

/// The words of a place's description, separated by blanks; blanks in quotes belong to their word.
struct PlaceWords {
    private var words: ArraySlice<String>

    init(_ text: String) {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == " ", !isQuoted {
                words.append(word)
                word = ""
                continue
            }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && scalar == "\\" && !isEscaped
            word.unicodeScalars.append(scalar)
        }
        words.append(word)
        self.words = isQuoted ? [] : words[...]
    }

    /// Whether there are no more words.
    var isEmpty: Bool { words.isEmpty }

    /// The next word; nil after the last.
    mutating func next() -> String? { words.popFirst() }

    /// Takes the next word if it is `word`.
    mutating func take(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }

    /// Takes a name.
    mutating func name() -> String? { next().flatMap(PlaceWords.name) }

    /// Takes a path in JSON.
    mutating func path() -> JSONPath? { next().flatMap { JSONPath(text: $0) } }

    /// Takes a quoted text.
    mutating func quoted() -> [UInt8]? { next().flatMap(PlaceWords.unquoted) }

    /// Takes `after` and a quoted text.
    mutating func prefix() -> [UInt8]? { take("after") ? quoted() : nil }

    /// Takes a position: `[2]` or `[-1]`; nil if there is none.
    mutating func position() -> Int? {
        guard let word = words.first, word.hasPrefix("["), word.hasSuffix("]"),
            let number = Int(word.dropFirst().dropLast())
        else { return nil }
        words.removeFirst()
        return number
    }

    /// Takes `name[2]`; nil if the next word is different.
    mutating func index(of name: String) -> Int? {
        guard let index = words.first.flatMap({ PlaceWords.index($0, of: name) }) else { return nil }
        words.removeFirst()
        return index
    }

    /// The number in `name[2]`, or 0 for `name[*]`.
    static func index(_ word: String, of name: String) -> Int? {
        guard word.hasPrefix(name + "["), word.hasSuffix("]") else { return nil }
        let text = word.dropFirst(name.count + 1).dropLast()
        guard let number = text == "*" ? 0 : Int(text), number >= 0 else { return nil }
        return number
    }

    /// A name as ``word(of:)`` writes it.
    static func name(_ word: String) -> String? {
        guard word.hasPrefix("\"") else { return word.isEmpty ? nil : word }
        return unquoted(word).map { String(decoding: $0, as: UTF8.self) }
    }

    /// `name` as a single word: in quotes if it contains blanks or quotes.
    static func word(of name: String) -> String {
        let isPlain = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
        return isPlain ? name : JSONText.quoted(name)
    }

    /// The bytes of a quoted text; nil if it is not quoted.
    private static func unquoted(_ text: String) -> [UInt8]? {
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
        return Array(text.utf8.dropFirst().dropLast()).withUnsafeBufferPointer {
            JSONText.unescaped($0, 0..<$0.count)
        }
    }
}
