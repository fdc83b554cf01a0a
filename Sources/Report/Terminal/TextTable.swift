/// A table on a terminal: the first column on the left edge, all others right-aligned under their heads.
struct TextTable {
    var head: [String]
    var rows: [[String]]
    /// Of the whole table; the first column gives way when it is too wide.
    var width: Int
    /// The first column's least width.
    var minimumLabelWidth = 12

    /// The lines, the head first; all of them of the same width, so that several tables can line up.
    var lines: [String] {
        let all = ([head] + rows).map { $0.map(\.displayable) }
        let columns = head.indices.dropFirst().map { column in
            all.map { $0[column].displayWidth }.max() ?? 0
        }
        let figures = columns.reduce(0) { $0 + $1 + 2 }
        let widest = all.map { $0[0].displayWidth }.max() ?? 0
        let label = max(minimumLabelWidth, min(widest, width - figures))
        return all.map { row in
            let cells = zip(row.dropFirst(), columns).map { "  " + $0.leftPadded(to: $1) }
            return row[0].cut(to: label).padded(to: label) + cells.joined()
        }
    }
}

extension String {
    /// The text with spaces after it up to `width` columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }

    /// The text with spaces before it up to `width` columns.
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth)) + self
    }
}
