import Formats

extension ValueSource.Locator {
    /// A place as ``description`` writes it: `$.a.b[0]`, `header X`, `header X path[1]`, `header X ?code`, `cookie sid`,
    /// `form code` or `HTML field csrf`; nil for any other. `[*]` is the first of a list.
    public init?(text: String) {
        if text.hasPrefix("$"), let path = JSONPath(text: text) {
            self = .json(path)
        } else if let name = ValueSource.Locator.rest(of: text, after: "cookie ") {
            self = .cookie(name)
        } else if let name = ValueSource.Locator.rest(of: text, after: "form ") {
            self = .form(name)
        } else if let name = ValueSource.Locator.rest(of: text, after: "HTML field ") {
            self = .html(name, ordinal: 0)
        } else if let rest = ValueSource.Locator.rest(of: text, after: "header ") {
            let words = rest.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else {
                self = .header(rest)
                return
            }
            if let parameter = ValueSource.Locator.rest(of: words[1], after: "?") {
                self = .inside(.header(words[0]), .queryParameter(parameter))
            } else if words[1].hasPrefix("path["), words[1].hasSuffix("]"),
                let index = Int(words[1].dropFirst(5).dropLast())
            {
                self = .inside(.header(words[0]), .pathSegment(index))
            } else {
                return nil
            }
        } else {
            return nil
        }
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) && text.count > prefix.count ? String(text.dropFirst(prefix.count)) : nil
    }
}
