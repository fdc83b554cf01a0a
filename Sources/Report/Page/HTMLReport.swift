public import Analysis

/// A run as one self-contained HTML file: it includes styles, charts and the read-out's script, and loads nothing.
public struct HTMLReport {
    let summary: RunSummary
    let series: RunSeries
    let caption: RunCaption
    let apdex: Apdex?
    let place: Place

    /// Where a report's parts are: on their own page, or on a campaign's page.
    struct Place: Hashable {
        /// The prefix of each id, so that the ids of several reports differ; also the name of the charts' group.
        var prefix = ""
        /// The number of points of a line.
        var columns = LineChart.columns
        /// The number of columns of a heat map.
        var heatColumns = ResponseHeatMap.columnLimit
        /// The maximum number of drawn gauges; others are only in the table, so that the page stays small.
        var drawnMetrics = 12
        /// The maximum number of listed metrics; the run's own report has all.
        var listedMetrics = Int.max
        /// Whether headings are one level lower.
        var isPart = false
    }

    /// The page of a run.
    ///
    /// - Parameter apdex: the index to show; nil for none.
    public init(_ summary: RunSummary, series: RunSeries, caption: RunCaption, apdex: Apdex? = nil) {
        self.init(summary, series: series, caption: caption, apdex: apdex, place: Place())
    }

    init(_ summary: RunSummary, series: RunSeries, caption: RunCaption, apdex: Apdex? = nil, place: Place) {
        self.summary = summary
        self.series = series
        self.caption = caption
        self.apdex = apdex
        self.place = place
    }

    /// The whole file, UTF-8.
    public var text: String {
        "<!DOCTYPE html>\n" + document.source + "\n"
    }

    private var document: Markup {
        HTMLReport.document(title: "\(summary.verdict.rawValue) · \(caption.title)") {
            head
            gates
            cards
            cautions
            failureCauses
            findings
            bottlenecks
            pictures
            processes
            metrics
            distribution
            times
            endpoints
            counts
            notes
        }
    }

    /// A file that loads nothing.
    ///
    /// - Parameter script: a script that runs after that of the charts.
    static func document(title: String, script: StaticString? = nil, @MarkupBuilder content: () -> Markup) -> Markup {
        .element("html", ["lang": "en"]) {
            documentHead(title: title)
            Markup.element("body") {
                Markup.element("main") { content() }
                Markup.element("script") {
                    Markup(trusted: ChartScript.beginning)
                    Markup(trusted: PageScript.source)
                }
                if let script { Markup.element("script") { Markup(trusted: script) } }
            }
        }
    }

    /// The head of a file that loads nothing.
    static func documentHead(title: String) -> Markup {
        .element("head") {
            Markup.void("meta", ["charset": "utf-8"])
            // With this policy the browser itself refuses to fetch anything, whatever is in a label.
            Markup.void(
                "meta",
                [
                    "http-equiv": "Content-Security-Policy",
                    "content": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                        + "img-src data:; base-uri 'none'; form-action 'none'",
                ])
            Markup.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            Markup.void("meta", ["name": "color-scheme", "content": "light dark"])
            Markup.void("link", ["rel": "icon", "href": "data:,"])
            Markup.element("title") { title }
            Markup.element("style") { Markup(trusted: PageStyle.sheet) }
        }
    }

    /// A part of the page under its heading.
    func section(_ title: String, @MarkupBuilder content: () -> Markup) -> Markup {
        .element("section") {
            if place.isPart {
                Markup.element("h3", ["class": "part"]) { title }
            } else {
                Markup.element("h2") { title }
            }
            content()
        }
    }
}
