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

    /// A quick check whether the name in `range` may end like that of an identifier; ``noun(_:)`` decides.
    static func mayIdentify(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 2 else { return false }
        let last = ASCII.lowercased(bytes[range.upperBound - 1])
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
        guard words.count > 1, let last = words.last, !last.isEmpty else { return [own] }
        return [own, singular(last)]
    }

    /// Whether a name indicates an amount or a position, which an id may equal by chance.
    static func namesAmount(_ name: String) -> Bool { amounts.contains(IdentityFieldName.plain(name)) }

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
