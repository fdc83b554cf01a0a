import Formats

extension ValueSource.Locator {
    /// A place as ``description`` writes it: `$.a.b[0]`, `$.a name`, `$.a after "b "`, `line[1] $.a`, `/a/b[1]/@c`,
    /// `header X`, `header X path[1]`, `header X ?code`, `header X #code`, `header X after "a="`, the same with
    /// `trailer`, `body after "a="`, `cookie sid`, `form code` or `HTML field csrf`; nil for any other text. `[*]` is
    /// the first element of a list.
    public init?(text: String) {
        if text.hasPrefix("$"), text.hasSuffix("\""), let mark = text.firstRange(of: " after \""),
            let path = JSONPath(text: String(text[..<mark.lowerBound])),
            let prefix = ValueSource.Locator.unquoted("\"" + text[mark.upperBound...])
        {
            self = .inside(.json(path), .word(after: prefix))
        } else if text.hasPrefix("$"), let path = JSONPath(text: text) {
            self = .json(path)
        } else if text.hasPrefix("$"), text.hasSuffix(" name"), let path = JSONPath(text: String(text.dropLast(5))) {
            self = .jsonName(path, 0)
        } else if let rest = ValueSource.Locator.rest(of: text, after: "line["), let end = rest.firstRange(of: "] "),
            let path = JSONPath(text: String(rest[end.upperBound...])),
            let line = rest[..<end.lowerBound] == "*" ? 0 : Int(rest[..<end.lowerBound]), line >= 0
        {
            self = .jsonLine(line, path)
        } else if text.hasPrefix("/"), let path = XMLPath(text: text) {
            self = .xml(path)
        } else if let name = ValueSource.Locator.rest(of: text, after: "cookie ") {
            self = .cookie(name)
        } else if let name = ValueSource.Locator.rest(of: text, after: "form ") {
            self = .form(name)
        } else if let name = ValueSource.Locator.rest(of: text, after: "HTML field ") {
            self = .html(name, ordinal: 0)
        } else if let quoted = ValueSource.Locator.rest(of: text, after: "body after "),
            let prefix = ValueSource.Locator.unquoted(quoted)
        {
            self = .inside(.body, .word(after: prefix))
        } else if let rest = ValueSource.Locator.rest(of: text, after: "header ") {
            self.init(field: rest, ValueSource.Locator.header)
        } else if let rest = ValueSource.Locator.rest(of: text, after: "trailer ") {
            self.init(field: rest, ValueSource.Locator.trailer)
        } else {
            return nil
        }
    }

    /// A field, or a part of its value: `X`, `X path[1]`, `X ?code`, `X #code` or `X after "a="`.
    private init?(field text: String, _ field: (String) -> ValueSource.Locator) {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else {
            self = field(text)
            return
        }
        if let parameter = ValueSource.Locator.rest(of: words[1], after: "?") {
            self = .inside(field(words[0]), .queryParameter(parameter))
        } else if let parameter = ValueSource.Locator.rest(of: words[1], after: "#") {
            self = .inside(field(words[0]), .fragmentParameter(parameter))
        } else if let quoted = ValueSource.Locator.rest(of: words[1], after: "after "),
            let prefix = ValueSource.Locator.unquoted(quoted)
        {
            self = .inside(field(words[0]), .word(after: prefix))
        } else if words[1].hasPrefix("path["), words[1].hasSuffix("]"),
            let index = Int(words[1].dropFirst(5).dropLast())
        {
            self = .inside(field(words[0]), .pathSegment(index))
        } else {
            return nil
        }
    }

    /// The bytes of a quoted text, as used in labels; nil when it is not quoted.
    private static func unquoted(_ text: String) -> [UInt8]? {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
        return Array(text.dropFirst().dropLast().utf8).withUnsafeBufferPointer {
            Sink.Coding.json.decoded($0, 0..<$0.count)
        }
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) && text.count > prefix.count ? String(text.dropFirst(prefix.count)) : nil
    }
}
