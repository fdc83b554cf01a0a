import Formats

/// Text for GitHub-flavoured Markdown, in which nothing that came from elsewhere is markup.
enum MarkdownText {
    /// Characters of one text at most: a summary has its limits.
    static let limit = 300

    /// Text in a line or a cell.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in cut(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // A mention or a link is not ours to make.
            case "@": result += "&#64;"
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "$":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        // A scheme that links by itself no longer does.
        return result.replacing("://", with: ":&#47;/").replacing("www.", with: "www&#46;")
    }

    /// Text in a code span, which may be in a table.
    static func code(_ text: String) -> String {
        let body = cut(text).replacing("`", with: "'").replacing("|", with: "\\|")
        return body.isEmpty ? "" : "`\(body)`"
    }

    /// A row of a table.
    static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// A table whose columns but the first are aligned to the right.
    static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        [row(head), row(head.indices.map { $0 == 0 ? "---" : "---:" })] + rows.map(row)
    }

    private static func cut(_ text: String) -> String {
        let text = text.displayable
        return text.count > limit ? text.prefix(limit - 1) + "…" : text
    }
}
