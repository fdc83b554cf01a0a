/// Rows of text in columns that line up.
struct TextTable {
    /// Where a cell stands in its column.
    enum Alignment { case left, right }

    private let columns: [Alignment]
    private let width: Int
    private var rows: [[String]] = []

    /// The narrowest a column of text becomes.
    private static let narrowest = 16

    /// - Parameter width: characters a line should have at most. Where rows are longer, the text of a last column that stands left is
    ///   wrapped; otherwise that of a first column is shortened.
    init(columns: [Alignment], width: Int = .max) {
        self.columns = columns
        self.width = width
    }

    /// Adds a row with a cell for each column.
    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a cell for each column")
        rows.append(row)
    }

    /// The rows, two blanks between columns, none at the ends of lines.
    var text: String {
        var rows = self.rows
        var widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let excess = widths.reduce(2 * (columns.count - 1), +) - width
        if excess > 0, let last = columns.indices.last {
            if columns[last] == .left, last > 0 {
                widths[last] = max(widths[last] - excess, TextTable.narrowest)
                rows = rows.flatMap { TextTable.wrapped($0, widths[last]) }
            } else if columns[0] == .left {
                widths[0] = max(widths[0] - excess, min(widths[0], TextTable.narrowest))
                for index in rows.indices { rows[index][0] = TerminalText.shortened(rows[index][0], to: widths[0]) }
            }
        }
        return rows.map { row in
            let cells = columns.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column] == .left ? row[column] + padding : padding + row[column]
            }
            return trimmed(cells.joined(separator: "  "))
        }.joined(separator: "\n")
    }

    /// A row as several whose last cells are at most `width` long, broken at blanks; a longer word keeps its line.
    private static func wrapped(_ row: [String], _ width: Int) -> [[String]] {
        guard let text = row.last, text.count > width else { return [row] }
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let line = lines.last, line.count + 1 + word.count <= width {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(String(word))
            }
        }
        let blank = [String](repeating: "", count: row.count - 1)
        return lines.enumerated().map { ($0.offset == 0 ? Array(row.dropLast()) : blank) + [$0.element] }
    }

    private func trimmed(_ line: String) -> Substring {
        guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
        return line[...last]
    }
}
