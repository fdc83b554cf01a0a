import Analysis
import Formats
public import Plan
public import SessionLog
import Traffic

/// A recording as one HTML file that loads nothing: traffic over time, endpoints, sessions as timelines, completeness,
/// bindings, and exchanges with their messages.
public struct LogReport {
    /// An exchange with its messages as text, secrets masked.
    public struct Shown: Sendable {
        /// Its row, with the secrets in its target masked.
        public var row: ListedExchange
        /// Both messages.
        public var text: String

        /// An exchange and its text.
        public init(_ row: ListedExchange, text: String) {
            self.row = row
            self.text = text
        }
    }

    /// The content of a recording's page.
    public struct Content: Sendable {
        /// The log's name, as the user gave it.
        public var name: String
        /// What is in the log.
        public var summary: LogSummary
        /// Its traffic over time.
        public var picture: RecordingOverview
        /// Exchanges with their messages.
        public var exchanges: [Shown]
        /// A note for when the page does not have all exchanges.
        public var more: String
        /// Values of responses that later requests use; nil if they were not searched for.
        public var bindings: [PlanFindings.Binding]?
        /// Why they were not searched for.
        public var withoutBindings: String?
        /// Whether a server serves the other exchanges.
        public var isServed = false

        /// A recording; omitted parts are not shown.
        public init(
            name: String, summary: LogSummary, picture: RecordingOverview, exchanges: [Shown], more: String = "",
            bindings: [PlanFindings.Binding]? = nil, withoutBindings: String? = nil
        ) {
            self.name = name
            self.summary = summary
            self.picture = picture
            self.exchanges = exchanges
            self.more = more
            self.bindings = bindings
            self.withoutBindings = withoutBindings
        }
    }

    private let content: Content
    private var summary: LogSummary { content.summary }

    /// The most endpoints that are listed.
    private static let rowLimit = 300

    /// The page of a recording.
    public init(_ content: Content) { self.content = content }

    /// The whole file, UTF-8.
    public var text: String { "<!DOCTYPE html>\n" + document.source + "\n" }

    private var document: Markup {
        HTMLReport.document(title: "\(content.name) · recording", script: LogScript.source) {
            head
            cards
            pictures
            endpoints
            bindings
            exchanges
            Markup.element("footer") { "Made by Reprise. This file is self-contained: it loads nothing." }
        }
    }

    private var head: Markup {
        let page = InspectPage(summary, name: content.name)
        let complete = page.complete ?? "there is no exchange"
        let isWhole = complete == "100%" && summary.ending == .whole
        return .element("header") {
            Markup.element("div") {
                Markup.element("p", ["class": "kicker"]) { "Reprise recording" }
                Markup.element("h1") { content.name }
            }
            HTMLReport.facts(
                [
                    ("From", summary.began.map { ClockText.utc($0) + " UTC" } ?? "–"),
                    ("To", summary.ended.map { ClockText.utc($0) + " UTC" } ?? "–"),
                    ("Hosts", LogReport.list(summary.hosts)), ("Protocols", LogReport.list(summary.protocols)),
                    ("Statuses", LogReport.list(summary.statuses)), ("Tokens", LogReport.list(summary.tokens)),
                ])
            Markup.element("div", ["class": "verdict \(isWhole ? "good" : "none")"]) {
                Markup.element("span", ["class": "badge"]) { isWhole ? "✓ Complete" : "Look" }
                Markup.element("div") {
                    Markup.element("p") { "Complete: \(complete)." }
                    Markup.element("p", ["class": "sub"]) {
                        "Lost: \(InspectPage.losses(summary.losses, summary.exchangesLostToDamage))."
                    }
                    for anomaly in summary.anomalies.descriptions {
                        Markup.element("p", ["class": "sub"]) { anomaly }
                    }
                }
            }
        }
    }

    private static func list(_ counts: [LogSummary.Count]) -> String {
        counts.prefix(6).map { "\($0.name) (\($0.count.grouped))" }.joined(separator: " · ")
            + (counts.count > 6 ? " · … \(counts.count - 6) more" : "")
    }

    private var cards: Markup {
        let errors = summary.endpoints.reduce(UInt64(0)) {
            $0 &+ $1.clientErrors &+ $1.serverErrors &+ $1.missingResponses
        }
        return .element("div", ["class": "cards"]) {
            HTMLReport.card(
                "Exchanges", summary.exchanges.grouped,
                "in \(Quantity.duration(seconds: content.picture.seconds))")
            HTMLReport.card(
                "Sessions", summary.sessions.grouped, Plural.text(summary.connections, "connection"))
            HTMLReport.card(
                "Errors", errors.grouped, "4xx, 5xx and requests without a response", tone: errors > 0 ? "bad" : nil)
            if let times = summary.serviceTimeMs {
                HTMLReport.card(
                    "Service p95", Quantity.milliseconds.text(times.p95),
                    "p99 \(Quantity.milliseconds.text(times.p99)), slowest \(Quantity.milliseconds.text(times.max))")
            }
        }
    }
}

extension LogReport {
    private var pictures: Markup {
        let picture = content.picture
        let x = Axis.elapsed(seconds: picture.axisEnd)
        let context = ChartContext()
        let hasErrors = picture.columns.contains { $0.errors > 0 }
        return CampaignReport.section("Over time") {
            Markup.element("div", ["class": "charts"]) {
                chart(
                    "requests", "Requests per second", rateCaption, x, context, .perSecond, isWide: !hasErrors,
                    .init(name: "requests", style: "s-rate", points: picture.requestRates, shape: .area))
                if hasErrors {
                    chart(
                        "errors", "Errors over time", errorCaption, x, context, .count,
                        .init(name: "errors", style: "s-bad", points: picture.errorCounts, shape: .needles))
                }
                if let heat = picture.heat?.thinned(to: ResponseHeatMap.columnLimit) {
                    LogReport.figure(
                        "Service times over time",
                        "From the first byte of a request to the last byte of its response. \(HeatMapChart.legend) The axis is logarithmic."
                    ) {
                        HeatMapChart(
                            id: "heat", title: "Distribution of service times over time", map: heat, x: x,
                            context: context
                        ).markup
                    }
                }
                if !picture.lanes.isEmpty {
                    LogReport.figure("Sessions as timelines", lanesCaption) {
                        SessionTimelines(id: "sessions", lanes: picture.lanes, x: x, context: context).markup
                    }
                }
            }
        }
    }

    private var lanesCaption: String {
        let picture = content.picture
        let hidden = picture.hiddenSessions.count
        let shown = picture.lanes.reduce(0) { $0 + $1.exchanges }
        return
            "One line per session, one stroke per exchange: blue answered, amber 4xx, red 5xx, grey without a response."
            + (hidden > 0 ? " \(hidden.grouped) more sessions are not drawn." : "")
            + (picture.spans < shown
                ? " Of \(shown.grouped) exchanges, the first \(picture.spans.grouped) are drawn." : "")
    }

    /// The busiest second, as in the log's summary; a column of several seconds has only their mean.
    private var rateCaption: String {
        let columns = content.picture.columns.map(\.requests)
        let length = content.picture.secondsPerColumn
        let mean = length > 1 ? " Each point is the mean of \(length) s." : ""
        let most = Double(columns.max() ?? 0) / Double(length)
        guard most > 0 else { return "None." }
        guard let rate = summary.rate, rate.busiestPerSecond > 0 else {
            return "At most \(Quantity.perSecond.text(most)).\(mean)"
        }
        let bucket = rate.secondsPerBucket > 1 ? " (mean of \(rate.secondsPerBucket) s)" : ""
        return "At most \(Quantity.perSecond.text(rate.busiestPerSecond))\(bucket).\(mean)"
    }

    private var errorCaption: String {
        let columns = content.picture.columns.map(\.errors)
        let length = content.picture.secondsPerColumn
        return "\(columns.reduce(0, +).grouped) in all, at most \((columns.max() ?? 0).grouped) in "
            + (length == 1 ? "one second." : "\(length) s.")
    }

    private func chart(
        _ id: String, _ title: String, _ caption: String, _ x: Axis, _ context: ChartContext, _ quantity: Quantity,
        isWide: Bool = false, _ line: LineChart.Line
    ) -> Markup {
        let frame = ChartFrame(
            id: id, title: title, description: caption, x: x,
            y: .linear(covering: line.points.compactMap(\.known), quantity: quantity), height: 160, quantity: quantity,
            context: context)
        return .element("figure", ["class": isWide ? "chart wide" : "chart"]) {
            Markup.element("figcaption") {
                Markup.element("h3") { title }
                Markup.element("p") { caption }
            }
            LineChart(frame: frame, lines: [line]).markup
        }
    }

    private static func figure(_ title: String, _ caption: String, @MarkupBuilder chart: () -> Markup) -> Markup {
        .element("figure", ["class": "chart wide"]) {
            Markup.element("figcaption") {
                Markup.element("h3") { title }
                Markup.element("p") { caption }
            }
            chart()
        }
    }

    private var endpoints: Markup {
        guard !summary.endpoints.isEmpty else { return .empty }
        let most = Double(summary.endpoints.map(\.count).max() ?? 1)
        let rest = summary.endpoints.count - LogReport.rowLimit
        return CampaignReport.section(Plural.text(summary.endpoints.count, "endpoint")) {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.table(
                    head: ["Endpoint", "count", "4xx", "5xx", "no response", "p50", "p95", "p99", "max", "mean body"],
                    rows: summary.endpoints.prefix(LogReport.rowLimit).map { row in
                        let counts = [row.clientErrors, row.serverErrors, row.missingResponses].map {
                            $0 == 0 ? "–" : $0.grouped
                        }
                        let times = row.serviceTimeMs.map {
                            [$0.p50, $0.p95, $0.p99, $0.max].map(Quantity.milliseconds.text)
                        }
                        return HTMLReport.Row(
                            label: row.method == "*" ? "(other)" : "\(row.method) \(row.path)", isCode: true,
                            share: Double(row.count) / most,
                            figures: [row.count.grouped] + counts + (times ?? ["–", "–", "–", "–"])
                                + [row.count > 0 ? Quantity.bytes.text(Double(row.responseBodyBytes / row.count)) : "–"]
                        )
                    })
                if rest > 0 { Markup.element("p", ["class": "soft"]) { "and \(rest.grouped) more" } }
            }
        }
    }

    private var bindings: Markup {
        CampaignReport.section("Bindings") {
            if let bindings = content.bindings, !bindings.isEmpty {
                HTMLReport.panel(of: bindings)
            } else {
                Markup.element("p", ["class": "panel"]) {
                    content.withoutBindings ?? "No later request contains a value from a response."
                }
            }
        }
    }

    private var exchanges: Markup {
        guard !content.exchanges.isEmpty else { return .empty }
        return CampaignReport.section("Exchanges") {
            Markup.element("p", ["class": "soft"]) {
                "Number, time (UTC), session, method, status, time taken, bytes of the response, path. Secrets are masked."
                    + (content.more.isEmpty ? "" : " " + content.more)
            }
            if content.isServed {
                Markup.element("p", ["class": "after"]) {
                    Markup.element("a", ["href": "/exchanges"]) { "All exchanges, page by page" }
                }
            }
            Markup.element("div", ["class": "panel exchanges after", "id": "exchanges"]) {
                LogReport.heads
                for shown in content.exchanges { LogReport.row(of: shown) }
            }
        }
    }

    /// The names of the columns above ``row(of:)``.
    static var heads: Markup {
        let names = ["No.", "Time (UTC)", "Session", "Method", "Status", "Took", "Bytes", "Path"]
        let numbers: Set = ["No.", "Session", "Status", "Took", "Bytes"]
        return .element("div", ["class": "heads"]) {
            for name in names { Markup.element("span", ["class": numbers.contains(name) ? "n" : nil]) { name } }
        }
    }

    /// One exchange that can be expanded.
    static func row(of shown: Shown) -> Markup {
        let row = shown.row
        let kind = RecordingOverview.Kind(row)
        let tone = kind == .answered ? "" : kind == .clientError ? " unsure" : " bad"
        let status = row.grpcStatus.flatMap { $0 == 0 ? nil : "grpc \($0)" } ?? row.status.map { "\($0)" } ?? "none"
        let time = UTCDateTime(nanosecondsSinceEpoch: row.time)
        return .element("details", ["id": "x\(row.number)"]) {
            Markup.element("summary") {
                Markup.element("span", ["class": "n"]) { "\(row.number)" }
                Markup.element("span") { "\(time.timeText).\(time.fractionText(decimals: 3))" }
                Markup.element("span", ["class": "n"]) { "\(row.session)" }
                Markup.element("span") { row.method ?? "–" }
                Markup.element("span", ["class": "n\(tone)"]) { status }
                Markup.element("span", ["class": "n"]) { row.ms.map(Quantity.milliseconds.text) ?? "–" }
                Markup.element("span", ["class": "n"]) { Quantity.bytes.text(Double(row.responseBodyBytes)) }
                Markup.element("code") { (row.target ?? "(no request seen)").cut(to: 200) }
            }
            Markup.element("pre", ["tabindex": "0"]) { Markup(lines: shown.text) }
        }
    }
}
