public import Analysis

/// A run as one HTML file that needs nothing else: styles, pictures and the read-out's script are in it, and it loads nothing.
public struct HTMLReport {
    let summary: RunSummary
    let series: RunSeries
    let caption: RunCaption

    /// The page of a run.
    public init(_ summary: RunSummary, series: RunSeries, caption: RunCaption) {
        self.summary = summary
        self.series = series
        self.caption = caption
    }

    /// The whole file, UTF-8.
    public var text: String {
        "<!DOCTYPE html>\n" + document.source + "\n"
    }

    private var document: Markup {
        .element("html", ["lang": "en"]) {
            HTMLReport.documentHead(title: "\(summary.verdict.rawValue) · \(caption.title)")
            Markup.element("body") {
                Markup.element("main") {
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
                Markup.element("script") { Markup(trusted: PageScript.source) }
            }
        }
    }

    /// The head of a file that loads nothing.
    static func documentHead(title: String) -> Markup {
        .element("head") {
            Markup.void("meta", ["charset": "utf-8"])
            // The browser itself refuses to fetch anything, whatever ended up in a label.
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
            Markup.element("h2") { title }
            content()
        }
    }
}
