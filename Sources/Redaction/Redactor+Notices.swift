import Formats

extension Redactor {
    /// Messages for the user about what was left out and what may remain; one sentence each.
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
