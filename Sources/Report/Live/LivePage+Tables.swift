import Formats

/// The tables of the page.
extension LivePage {
    /// A table with changing rows.
    struct Table: Hashable {
        let id: String
        let title: String
        let columns: [String]
        var isSortable = false
        /// Columns other than the first that hold words.
        var textColumns: Set<Int> = []
    }

    static let tables = [
        Table(
            id: "t-endpoints", title: "Endpoints",
            columns: ["Endpoint", "requests", "failed", "requests/s", "p50", "p95", "p99", "max"], isSortable: true),
        Table(
            id: "t-phases", title: "Phases",
            columns: ["Phase", "from", "to", "sessions", "requests", "failed", "p50", "p95", "p99"]),
        Table(
            id: "t-failures", title: "Failures",
            columns: ["Endpoint", "expected", "received", "cause", "count", "first seen", "last seen", "exchange"],
            textColumns: [3]
        ),
        Table(id: "t-watches", title: "Watches", columns: ["Watch", "now", "min", "max", "failed readings"]),
        Table(id: "t-events", title: "Events", columns: ["Time", "what happened"], textColumns: [1]),
    ]

    /// The most rows of failures and events.
    static let rowLimit = 200

    func rows(of table: Table) -> Markup {
        let rows: [[Cell]] =
            switch table.id {
            case "t-endpoints": view.endpoints.map(cells)
            case "t-phases": view.phases.enumerated().map { cells($0.offset, $0.element) }
            case "t-failures": view.failureKinds.prefix(LivePage.rowLimit).map(cells)
            case "t-watches": view.watches.map(cells)
            default: view.events.suffix(LivePage.rowLimit).reversed().map(cells)
            }
        guard !rows.isEmpty else {
            return .element("tr", ["role": "row"]) {
                Markup.element("td", ["class": "none", "role": "cell", "colspan": "\(table.columns.count)"]) {
                    table.id == "t-failures" ? "None so far." : "Nothing yet."
                }
            }
        }
        return MarkupBuilder.buildArray(
            rows.map { row in
                .element("tr", ["role": "row"]) {
                    for (column, cell) in row.enumerated() {
                        if column == 0 {
                            Markup.element("th", ["scope": "row", "role": "rowheader", "data-v": cell.key]) {
                                if cell.isCode { Markup.element("code") { cell.text } } else { Markup(text: cell.text) }
                            }
                        } else {
                            Markup.element(
                                "td",
                                [
                                    "class": table.textColumns.contains(column) ? "full" : "n", "role": "cell",
                                    "data-label": table.columns[column], "data-v": cell.key,
                                ]
                            ) { cell.text }
                        }
                    }
                }
            })
    }

    /// A cell with its sort value.
    struct Cell {
        var text: String
        var key: String?
        var isCode = false

        init(_ text: String, key: String? = nil, isCode: Bool = false) {
            self.text = text
            self.key = key
            self.isCode = isCode
        }
    }

    /// A shortened label: labels come from the network and can be of any length.
    static func label(_ text: String) -> String {
        text.utf8.count <= 300 ? text : String(text.unicodeScalars.prefix(200).map(Character.init)) + "…"
    }

    private func number(_ value: UInt64) -> Cell { Cell(Quantity.count(Int(clamping: value)), key: "\(value)") }

    private func time(_ value: Double?) -> Cell {
        Cell(value.map { Quantity.milliseconds.text($0) } ?? "–", key: value.map { $0.formatted(decimals: 4) } ?? "-1")
    }

    private func cells(_ endpoint: LiveView.Endpoint) -> [Cell] {
        let label = LivePage.label(endpoint.label)
        return [
            Cell(label, key: label, isCode: true), number(endpoint.requests), number(endpoint.failures),
            Cell(Quantity.significant(endpoint.rate), key: endpoint.rate.formatted(decimals: 3)),
            time(endpoint.p50), time(endpoint.p95), time(endpoint.p99), time(endpoint.longest),
        ]
    }

    private func cells(_ index: Int, _ phase: LiveView.Phase) -> [Cell] {
        let mark = index == view.phase && !view.state.isOver ? " ◂ now" : ""
        return [
            Cell(phase.name + (phase.isRamp ? " (ramp)" : "") + mark), Cell(Quantity.duration(seconds: phase.begin)),
            Cell(phase.end.map { Quantity.duration(seconds: $0) } ?? "–"),
            Cell(phase.level.map { Quantity.count.text($0.rounded()) } ?? "–"), number(phase.requests),
            number(phase.failures), time(phase.p50), time(phase.p95), time(phase.p99),
        ]
    }

    private func cells(_ kind: LiveView.FailureKind) -> [Cell] {
        [
            Cell(LivePage.label(kind.endpoint), isCode: true), Cell(kind.expected), Cell(kind.received),
            Cell(LivePage.label(kind.cause)), number(kind.count),
            Cell(Quantity.duration(seconds: kind.first.rounded())),
            Cell(Quantity.duration(seconds: kind.last.rounded())), Cell(kind.exchange.map { "\($0)" } ?? "–"),
        ]
    }

    private func cells(_ watch: LiveView.Watch) -> [Cell] {
        let quantity = watch.unit.quantity
        let text = { (value: Double?) in Cell(value.map { quantity.text($0) } ?? "–") }
        return [
            Cell(LivePage.label(watch.name), isCode: true), text(watch.values.last), text(watch.values.min()),
            text(watch.values.max()), Cell(Quantity.count(watch.gaps)),
        ]
    }

    private func cells(_ event: LiveView.Event) -> [Cell] {
        [Cell(Quantity.duration(seconds: max(0, event.time.rounded()))), Cell(LivePage.label(event.text))]
    }
}
