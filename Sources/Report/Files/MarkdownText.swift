import Formats

/// Text for GitHub-flavoured Markdown, escaped so that foreign text is never markup.
enum MarkdownText {
    /// The most characters of one text: the size of a summary is limited.
    static let limit = 300

    /// Text in a line or a cell.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in cut(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // Foreign text must not create a mention.
            case "@": result += "&#64;"
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "$":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        // Escaped, URLs do not become links.
        return result.replacing("://", with: ":&#47;/").replacing("www.", with: "www&#46;")
    }

    /// Text in a code span, also within a table.
    static func code(_ text: String) -> String {
        var isAfterBackslash = false
        let body = cut(text).replacingScalars { scalar in
            defer { isAfterBackslash = scalar == "\\" }
            switch scalar {
            case "`": return "'"
            // After a backslash of the text, which a code span cannot escape, an escaped bar would end the cell.
            case "|": return isAfterBackslash ? "¦" : "\\|"
            default: return nil
            }
        }
        return body.isEmpty ? "" : "`\(body)`"
    }

    /// A row of a table.
    static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// A table in which all columns except the first are right-aligned.
    static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        [row(head), row(head.indices.map { $0 == 0 ? "---" : "---:" })] + rows.map(row)
    }

    private static func cut(_ text: String) -> String {
        let text = text.displayable
        return text.count > limit ? text.prefix(limit - 1) + "…" : text
    }
}
