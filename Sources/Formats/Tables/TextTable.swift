/// Rows of text in aligned columns for a terminal.
public struct TextTable: Sendable {
    /// The alignment of a cell in its column.
    public enum Alignment: Sendable { case left, right }

    private let columns: [Alignment]
    private let width: Int
    private let firstWidth: ClosedRange<Int>
    private var rows: [[String]] = []

    /// The minimum width of a text column.
    private static let narrowest = 16

    /// A table without rows.
    ///
    /// - Parameter width: the maximum columns per line. If rows are longer, a left-aligned last column is wrapped;
    ///   otherwise the first column is shortened.
    public init(columns: [Alignment], width: Int = .max) {
        self.columns = columns
        self.width = width
        firstWidth = 0...TextTable.narrowest
    }

    /// A table of figures: the first column is left-aligned, all others right-aligned under their heads. Control
    /// characters are made visible.
    ///
    /// - Parameters:
    ///   - width: the width of the whole table; the first column is shortened if the table is too wide.
    ///   - labelWidth: the minimum width of the first column, so that several tables line up.
    public init(head: [String], rows: [[String]], width: Int, labelWidth: Int = 12) {
        columns = head.indices.map { $0 == 0 ? .left : .right }
        self.width = width
        firstWidth = labelWidth...labelWidth
        self.rows = ([head] + rows).map { $0.map(\.displayable) }
    }

    /// Adds a row with a cell for each column.
    public mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a cell for each column")
        rows.append(row)
    }

    /// The rows, with two spaces between columns and none at line ends.
    public var text: String { lines.joined(separator: "\n") }

    /// The lines of ``text``.
    public var lines: [String] {
        var rows = self.rows
        var widths = columns.indices.map { column in rows.map { $0[column].displayWidth }.max() ?? 0 }
        guard !widths.isEmpty else { return [] }
        let excess = widths.reduce(2 * (columns.count - 1), +) - width
        if excess > 0, let last = columns.indices.last, columns[last] == .left, last > 0 {
            widths[last] = max(widths[last] - excess, TextTable.narrowest)
            rows = rows.flatMap { TextTable.wrapped($0, widths[last]) }
        } else if excess > 0, columns[0] == .left {
            widths[0] = max(widths[0] - excess, min(widths[0], firstWidth.upperBound))
            for index in rows.indices { rows[index][0] = rows[index][0].cut(to: widths[0]) }
        }
        widths[0] = max(widths[0], firstWidth.lowerBound)
        return rows.map { row in
            let cells = columns.indices.map { column in
                columns[column] == .left
                    ? row[column].padded(to: widths[column]) : row[column].leftPadded(to: widths[column])
            }
            return TextTable.trimmed(cells.joined(separator: "  "))
        }
    }

    /// Wraps a row into several whose last cells are at most `width` long, broken at spaces; a longer word has its own
    /// line.
    private static func wrapped(_ row: [String], _ width: Int) -> [[String]] {
        guard let text = row.last, text.displayWidth > width else { return [row] }
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let line = lines.last, line.displayWidth + 1 + String(word).displayWidth <= width {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(String(word))
            }
        }
        let blank = [String](repeating: "", count: row.count - 1)
        return lines.enumerated().map { ($0.offset == 0 ? Array(row.dropLast()) : blank) + [$0.element] }
    }

    private static func trimmed(_ line: String) -> String {
        line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? ""
    }
}
