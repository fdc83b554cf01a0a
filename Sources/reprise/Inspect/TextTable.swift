/// Rows of text in columns that line up.
struct TextTable {
    /// Where a cell stands in its column.
    enum Alignment { case left, right }

    private let columns: [Alignment]
    private var rows: [[String]] = []

    init(columns: [Alignment]) { self.columns = columns }

    /// Adds a row with a cell for each column.
    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a cell for each column")
        rows.append(row)
    }

    /// The rows, two blanks between columns, none at the ends of lines.
    var text: String {
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = columns.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column] == .left ? row[column] + padding : padding + row[column]
            }
            return trimmed(cells.joined(separator: "  "))
        }.joined(separator: "\n")
    }

    private func trimmed(_ line: String) -> Substring {
        guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
        return line[...last]
    }
}
