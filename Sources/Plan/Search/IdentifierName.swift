import Formats

/// What a field's name says about its value.
enum IdentifierName {
    /// What a field named `name` identifies: `user` for `user_id`, `userId` or `userIDs`, empty for `id`; nil when the
    /// name does not indicate an identifier.
    static func noun(_ name: some StringProtocol) -> String? {
        let lower = name.lowercased()
        for suffix in ["uuids", "uuid", "guid", "slug", "ids", "id"] where lower.hasSuffix(suffix) {
            let rest = name.dropLast(suffix.count)
            let isShort = suffix == "id" || suffix == "ids"
            // `paid` and `valid` also end in `id`: a separator or a capital has to come before it.
            let isApart =
                rest.isEmpty || rest.last == "_" || rest.last == "-" || rest.last == "." || !isShort
                || name[rest.endIndex] == "I"
            guard isApart else { return nil }
            return singular(rest.trimmingMarks().lowercased())
        }
        return nil
    }

    /// What a field named `name` identifies, by the names around it: `post` for `comment[post_id]`, `item` for
    /// `order[items][0][id]`; nil if the name does not indicate an identifier.
    ///
    /// - Parameters:
    ///   - parents: what an `id` of the enclosing object identifies.
    ///   - resource: what the path names.
    static func nouns(ofField name: String, parents: [String] = [], resource: String?) -> [String]? {
        var parts = name.split { $0 == "[" || $0 == "]" }.filter { Int($0) == nil }
        guard let last = parts.popLast(), let noun = noun(last) else { return nil }
        guard noun.isEmpty else { return [noun] }
        return (parts.last.map { nouns(ofParent: String($0)) } ?? parents) + [resource].compactMap(\.self)
    }

    /// A quick check whether the name in `range` may end like that of an identifier;
    /// ``nouns(ofField:parents:resource:)`` decides.
    static func mayIdentify(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1] == UInt8(ascii: "]") || bytes[end - 1] == UInt8(ascii: "[") {
            end -= 1
        }
        guard end - range.lowerBound >= 2 else { return false }
        let last = ASCII.lowercased(bytes[end - 1])
        return last == UInt8(ascii: "d") || last == UInt8(ascii: "s") || last == UInt8(ascii: "g")
    }

    /// `item` for `items`; all words for people become `user`.
    static func singular(_ noun: String) -> String {
        var noun = noun.lowercased()
        if noun.hasSuffix("ies"), noun.count > 4 {
            noun = noun.dropLast(3) + "y"
        } else if noun.hasSuffix("s"), !noun.hasSuffix("ss"), noun.count > 2 {
            noun.removeLast()
        }
        return people.contains(noun) ? "user" : noun
    }

    /// What an `id` identifies, by the name of its parent: `item` for `items`; `comment` too for `editComment`.
    static func nouns(ofParent name: String) -> [String] {
        let own = singular(name)
        let words = words(of: name)
        guard words.count > 1, let last = words.last, !last.isEmpty else { return [own] }
        return [own, singular(last)]
    }

    /// The words of a name, split at separators and before capitals.
    static func words(of name: String) -> [String] {
        var words: [String] = [""]
        for character in name {
            if character == "_" || character == "-" {
                words.append("")
            } else if character.isUppercase, words[words.count - 1].last?.isLowercase == true {
                words.append(String(character))
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words
    }

    /// Whether a name indicates an amount or a position, which an id may equal by chance.
    static func namesAmount(_ name: String) -> Bool { amounts.contains(IdentityFieldName.plain(name)) }

    /// Whether a response's field named `source` gives the amount or position that requests call `name`: `X-Page-Index`
    /// gives an `index`.
    static func isAmount(_ name: String, of source: String) -> Bool {
        IdentityFieldName.plain(source) == name || words(of: source).last?.lowercased() == name
    }

    private static let amounts: Set<String> = [
        "qty", "quantity", "count", "amount", "size", "limit", "offset", "page", "perpage", "pagesize", "total",
        "price",
        "cost", "year", "month", "day", "hour", "minute", "age", "rating", "score", "stars", "weight", "width",
        "height",
        "length", "level", "priority", "rank", "index", "position", "start", "end", "first", "last", "top", "skip",
        "take",
        "ttl", "timeout", "depth",
    ]

    private static let people: Set<String> = [
        "user", "account", "member", "customer", "person", "people", "profile", "register", "registration", "signup",
        "sign-up", "sign_up", "login", "signin", "sign-in", "auth", "me", "owner", "author",
    ]
}

extension StringProtocol {
    fileprivate func trimmingMarks() -> String {
        var rest = String(self)
        while let last = rest.last, "_-.".contains(last) { rest.removeLast() }
        return rest
    }
}
