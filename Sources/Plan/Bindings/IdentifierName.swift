import Formats

/// What the name of a field says about its value.
enum IdentifierName {
    /// The name of the thing that a field named `name` identifies: `user` of `user_id`, `userId` or `userIDs`, empty of
    /// `id`; nil when the name does not say that its value identifies something.
    static func noun(_ name: some StringProtocol) -> String? {
        let lower = name.lowercased()
        for suffix in ["uuids", "uuid", "guid", "slug", "ids", "id"] where lower.hasSuffix(suffix) {
            let rest = name.dropLast(suffix.count)
            let isShort = suffix == "id" || suffix == "ids"
            // `paid` and `valid` end in two letters that say nothing: a mark or a capital has to set them off.
            let isApart =
                rest.isEmpty || rest.last == "_" || rest.last == "-" || rest.last == "." || !isShort
                || name[rest.endIndex] == "I"
            guard isApart else { return nil }
            return singular(rest.trimmingMarks().lowercased())
        }
        return nil
    }

    /// Whether the name in `range` ends as one that identifies something does; ``noun(_:)`` is sure.
    static func mayIdentify(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 2 else { return false }
        let last = ASCII.lowercased(bytes[range.upperBound - 1])
        return last == UInt8(ascii: "d") || last == UInt8(ascii: "s") || last == UInt8(ascii: "g")
    }

    /// `item` of `items`; one word for all that people are called in paths.
    static func singular(_ noun: String) -> String {
        var noun = noun.lowercased()
        if noun.hasSuffix("ies"), noun.count > 4 {
            noun = noun.dropLast(3) + "y"
        } else if noun.hasSuffix("s"), !noun.hasSuffix("ss"), noun.count > 2 {
            noun.removeLast()
        }
        return people.contains(noun) ? "user" : noun
    }

    /// Whether a field of this name holds something that is made to be sent back.
    static func namesToken(_ name: some Collection<UInt8>) -> Bool {
        tokenWords.occur(in: name)
    }

    private static let tokenWords = AnyCaseWords("token", "csrf", "xsrf", "session", "nonce", "ticket")

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
