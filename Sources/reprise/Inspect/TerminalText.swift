/// Recorded text made harmless for a terminal: whoever sent it could otherwise move the cursor or rewrite the screen.
enum TerminalText {
    /// `text` on one line, each control character as a dot.
    static func safe(_ text: String) -> String { String(text.map { isSafe($0) ? $0 : "·" }) }

    /// `text` with its lines and tabs, every other control character as a dot.
    static func safeLines(_ text: String) -> String {
        String(
            text.compactMap {
                $0 == "\n" || $0 == "\t" || $0 == "\r\n" ? ($0 == "\t" ? $0 : "\n") : isSafe($0) ? $0 : "·"
            })
    }

    /// `text` cut to `count` characters, with an ellipsis where something is missing.
    static func shortened(_ text: String, to count: Int) -> String {
        text.count <= count ? text : text.prefix(count - 1) + "…"
    }

    /// Control and format characters are not: the latter turn the direction of text around.
    private static func isSafe(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
            default: true
            }
        }
    }
}
