/// A table of figures, which becomes a list of blocks on a phone.
extension HTMLReport {
    /// A row: its label, and a figure for each further column.
    struct Row {
        var label: String
        /// Shown under the label in smaller type.
        var note = ""
        var isCode = false
        /// A bar under the label, 0…1.
        var share: Double?
        /// The link of the label: an anchor on the page.
        var link: String?
        var figures: [String]
        /// The style class of the first figure's colour.
        var tone: String?
    }

    /// - Parameters:
    ///   - head: the names of the columns, the labels' first.
    ///   - folds: whether each row becomes a block of named figures on a phone.
    static func table(head: [String], rows: [Row], folds: Bool = true) -> Markup {
        // Folding removes the table's layout, and with it browsers drop its semantics: the roles restore them.
        .element("table", ["class": folds ? "fold" : nil, "role": "table"]) {
            Markup.element("thead", ["role": "rowgroup"]) {
                Markup.element("tr", ["role": "row"]) {
                    for (column, name) in head.enumerated() {
                        Markup.element(
                            "th", ["scope": "col", "role": "columnheader", "class": column > 0 ? "n" : nil]
                        ) { name }
                    }
                }
            }
            Markup.element("tbody", ["role": "rowgroup"]) {
                for row in rows { markup(of: row, names: head) }
            }
        }
    }

    private static func markup(of row: Row, names: [String]) -> Markup {
        .element("tr", ["role": "row"]) {
            Markup.element("th", ["scope": "row", "role": "rowheader"]) {
                if row.isCode {
                    Markup.element("code") { row.label }
                } else if let link = row.link {
                    Markup.element("a", ["href": link]) { row.label }
                } else {
                    Markup(text: row.label)
                }
                if !row.note.isEmpty { Markup.element("small") { row.note } }
                if let share = row.share {
                    Markup.element("span", ["class": "share", "style": "width:\(ChartFrame.percent(share))"])
                }
            }
            for (column, figure) in row.figures.enumerated() where column + 1 < names.count {
                let tone = column == 0 ? row.tone.map { " word \($0)" } ?? "" : ""
                Markup.element(
                    "td", ["class": "n" + tone + width(of: figure), "role": "cell", "data-label": names[column + 1]]
                ) { figure }
            }
        }
    }

    /// The style class of a cell whose text does not fit in a quarter of a phone's width.
    private static func width(of text: String) -> String {
        text.count > 20 ? " full" : text.count > 9 ? " wide" : ""
    }

    func table(head: [String], rows: [Row], folds: Bool = true) -> Markup {
        HTMLReport.table(head: head, rows: rows, folds: folds)
    }
}
