import Formats

extension Redactor {
    /// What a person should know: what was left out, and what may be left in; a sentence each.
    public var notices: [String] {
        var notices: [String] = []
        if counts.unreadableBodies > 0 {
            notices.append(
                "\(Plural.text(counts.unreadableBodies, "body")) left out: the content coding is unknown, damaged or too long "
                    + "to search")
        }
        if forgottenSecrets > 0 {
            notices.append(
                "\(Plural.text(forgottenSecrets, "redacted value")) dropped from memory (limit reached): where no rule names "
                    + "them, they may remain in later exchanges")
        }
        return notices
    }
}
