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
