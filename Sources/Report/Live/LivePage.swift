import Formats

/// The live page of a run. The document is complete when it is served; an event stream replaces its parts during the
/// run.
public struct LivePage {
    /// The buttons of the page.
    public enum Controls: Hashable, Sendable {
        /// None: the run is over, or only read.
        case none
        /// Buttons that send this token along; `canEndPhase`: whether another phase follows.
        case buttons(token: String, canEndPhase: Bool)
    }

    let view: LiveView
    let controls: Controls

    /// A page that shows `view`.
    public init(_ view: LiveView, controls: Controls = .none) {
        self.view = view
        self.controls = controls
    }

    /// A part of the page that changes.
    public struct Part: Hashable, Sendable {
        /// The id of its element.
        public let id: String
        /// Its content: complete, escaped HTML.
        public let html: String
    }

    /// All parts that change, in the order of the page.
    public var parts: [Part] {
        pieces.map { Part(id: $0.id, html: $0.content.source) }
    }

    /// The whole page, UTF-8. It loads `/live.css` and `/live.js` of its origin, and nothing else.
    public var document: String {
        let pieces = Dictionary(uniqueKeysWithValues: pieces.map { ($0.id, $0.content) })
        let part = { (id: String) in pieces[id] ?? .empty }
        let document = Markup.element("html", ["lang": "en"]) {
            head
            Markup.element("body") {
                Markup.element("a", ["class": "skip", "href": "#charts"]) { "Skip to the charts" }
                Markup.element("main") {
                    Markup.element("header", ["id": "state"]) { part("state") }
                    Markup.element("p", ["id": "said", "class": "unseen", "role": "status"]) { part("said") }
                    Markup.element("div", ["class": "bar-top"]) {
                        Markup.element("p", ["id": "link", "class": "soft", "role": "status"]) { "Connecting…" }
                        Markup.element("button", ["id": "pause", "type": "button", "aria-pressed": "false"]) {
                            "Pause updates"
                        }
                    }
                    Markup.element("section", ["id": "cards", "class": "cards live", "aria-label": "Now"]) {
                        part("cards")
                    }
                    Markup.element("section", ["id": "controls", "class": "controls", "aria-label": "Controls"]) {
                        part("controls")
                    }
                    Markup.element("section", ["id": "levels"]) { part("levels") }
                    Markup.element("section", ["id": "gates"]) { part("gates") }
                    Markup.element("section", ["id": "soak"]) { part("soak") }
                    Markup.element("section", ["id": "charts", "tabindex": "-1"]) {
                        Markup.element("h2") { "Over time" }
                        Markup.element("p", ["class": "soft keys"]) {
                            "Point at a chart, or focus one and use the arrow keys, to read all of them at one time."
                        }
                        Markup.element("div", ["class": "charts"]) {
                            for chart in LivePage.charts {
                                Markup.element(
                                    "div", ["id": chart, "class": chart == "c-times" ? "slot wide" : "slot"]
                                ) {
                                    part(chart)
                                }
                            }
                        }
                        Markup.element("div", ["id": "c-watches", "class": "charts more"]) { part("c-watches") }
                    }
                    for table in LivePage.tables { section(table, part(table.id)) }
                }
                Markup.element("noscript") {
                    Markup.element("p") { "Without scripts, reload the page to see newer figures." }
                }
                Markup.element("script", ["src": "/live.js", "defer": ""])
            }
        }
        return "<!DOCTYPE html>\n" + document.source + "\n"
    }

    private static let charts = ["c-times", "c-rate", "c-failures", "c-sessions", "c-lag"]

    private var head: Markup {
        .element("head") {
            Markup.void("meta", ["charset": "utf-8"])
            Markup.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            Markup.void("meta", ["name": "color-scheme", "content": "light dark"])
            if case .buttons(let token, _) = controls {
                Markup.void("meta", ["name": "reprise-token", "content": token])
            }
            Markup.void("link", ["rel": "icon", "href": "data:,"])
            Markup.void("link", ["rel": "stylesheet", "href": "/live.css"])
            Markup.element("title") { "\(view.title) · live" }
        }
    }

    private func section(_ table: LivePage.Table, _ body: Markup) -> Markup {
        .element("section", ["aria-labelledby": "h-\(table.id)"]) {
            Markup.element("h2", ["id": "h-\(table.id)"]) { table.title }
            Markup.element("div", ["class": "panel"]) {
                Markup.element(
                    "table", ["class": "fold", "role": "table", "data-sortable": table.isSortable ? "" : nil]
                ) {
                    Markup.element("thead", ["role": "rowgroup"]) {
                        Markup.element("tr", ["role": "row"]) {
                            for (column, name) in table.columns.enumerated() {
                                Markup.element(
                                    "th",
                                    [
                                        "scope": "col", "role": "columnheader",
                                        "class": column > 0 && !table.textColumns.contains(column) ? "n" : nil,
                                    ]
                                ) {
                                    if table.isSortable {
                                        Markup.element("button", ["type": "button", "class": "sort"]) { name }
                                    } else {
                                        Markup(text: name)
                                    }
                                }
                            }
                        }
                    }
                    Markup.element("tbody", ["role": "rowgroup", "id": table.id]) { body }
                }
            }
        }
    }

    private var pieces: [(id: String, content: Markup)] {
        [
            ("state", state), ("said", said), ("cards", cards), ("controls", buttons), ("levels", levels),
            ("gates", gates),
            ("soak", soak),
            ("c-times", timesChart), ("c-rate", rateChart), ("c-failures", failuresChart),
            ("c-sessions", sessionsChart), ("c-lag", lagChart), ("c-watches", watchCharts),
        ] + LivePage.tables.map { ($0.id, rows(of: $0)) }
    }
}
