/// How text stands out on a terminal: ANSI colours (ECMA-48 SGR), or nothing where colour was not asked for.
struct TerminalStyle {
    var usesColor: Bool

    /// What a piece of text says, not how it looks.
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
