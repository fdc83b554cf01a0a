/// Highlights text on a terminal with ANSI colours (ECMA-48 SGR), or not at all without colours.
struct TerminalStyle {
    var usesColor: Bool

    /// The meaning of a text, rather than its look.
    enum Role: String {
        case strong = "1"
        case soft = "2"
        case good = "32"
        case bad = "31"
        case unsure = "33"
        case goodBadge = "1;30;42"
        case badBadge = "1;97;41"
        case plainBadge = "1;7"
    }

    /// `text` in the role's colours.
    func callAsFunction(_ text: String, _ role: Role) -> String {
        usesColor && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }
}
