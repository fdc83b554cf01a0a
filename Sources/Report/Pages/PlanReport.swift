public import Analysis
import Formats
public import Plan
import Traffic

/// A plan as one HTML file that loads nothing: what a replay would send and when, with the texts of ``PlanPage``.
public struct PlanReport {
    private let plan: ReplayPlan
    private let outline: PlanOutline
    private let page: PlanPage
    private let requests: [PlanDocument.Request]
    private let log: String
    /// The most endpoints that are listed.
    private static let rowLimit = 300

    /// The page of a plan.
    ///
    /// - Parameters:
    ///   - log: the name of the log, as the user gave it.
    ///   - first: how many of the first requests are listed.
    ///   - numbers: the numbers of the recorded exchanges by script and request; 0 if unknown.
    ///   - advisor: explains how to get rows that are not shown, or requests that are not sent.
    public init(
        _ plan: ReplayPlan, log: String, first: Int, numbers: [[UInt64]] = [], advisor: Advisor = .silent
    ) {
        self.plan = plan
        self.log = log
        outline = plan.outline()
        page = PlanPage(plan, log: log, first: 0, advisor: advisor)
        requests = PlanDocument.Request.first(first, of: plan, numbers: numbers)
    }

    /// The whole file, UTF-8.
    public var text: String { "<!DOCTYPE html>\n" + document.source + "\n" }

    private var document: Markup {
        HTMLReport.document(title: "\(log) · plan") {
            head
            cards
            chart
            for part in page.parts where part.topic != .recording { section(of: part) }
            firstRequests
            Markup.element("footer") { "Made by Reprise. This file is self-contained: it loads nothing." }
        }
    }

    private var head: Markup {
        .element("header") {
            Markup.element("div") {
                Markup.element("p", ["class": "kicker"]) { "Reprise plan" }
                Markup.element("h1") { log }
            }
            Markup.element("div", ["class": "verdict none"]) {
                Markup.element("span", ["class": "badge"]) { "Not sent" }
                Markup.element("div") {
                    Markup.element("p") { "What a replay of this recording would send, and when. Nothing was sent." }
                    for line in page.parts[0].lines {
                        Markup.element("p", ["class": "sub"]) { line.texts.joined(separator: " ") }
                    }
                }
            }
        }
    }

    private var cards: Markup {
        let about = outline.isExtrapolated ? "about " : ""
        return .element("div", ["class": "cards"]) {
            HTMLReport.card(
                "Requests", about + Quantity.count(outline.requests),
                outline.plannedDurationNs.map {
                    "in \(Quantity.duration(seconds: Nanoseconds.inSeconds($0)))"
                } ?? "as fast as the target responds")
            HTMLReport.card(
                "Sessions at once", Quantity.count(outline.peakConcurrentClones),
                "\(about)\(Plural.text(outline.clones, "session")) in all")
            if let peak = outline.peakRequestsPerSecond {
                HTMLReport.card("Busiest second", Quantity.count(peak), "requests due in one second")
            }
            HTMLReport.card(
                "Connections at once", Quantity.count(outline.sockets),
                "sockets that this machine needs")
            HTMLReport.card("Memory", "\(ByteCount(outline.memoryBytes))", "estimate for this machine")
            HTMLReport.card(
                "Values bound", Quantity.count(plan.findings.bindings.count),
                "taken from responses, put into later requests")
        }
    }

    /// The planned requests over time; nothing where the target's speed determines them.
    private var chart: Markup {
        let counts = outline.requestsOverTime
        let stretch = Nanoseconds.inSeconds(outline.rateStretchNs)
        guard counts.count > 1, stretch > 0 else { return .empty }
        let points = counts.enumerated().map { ChartPoint(x: Double($0) * stretch, y: Double($1) / stretch) }
        let caption =
            "As planned, before a rate limit or a slow target delays them."
            + (stretch > 1 ? " Each point is the mean of \(Quantity.duration(seconds: stretch))." : "")
        let frame = ChartFrame(
            id: "planned", title: "Requests per second", description: caption,
            x: .elapsed(seconds: Double(counts.count) * stretch),
            y: .linear(covering: points.compactMap(\.known), quantity: .perSecond), height: 180,
            quantity: .perSecond)
        return CampaignReport.section("Over time") {
            Markup.element("div", ["class": "charts"]) {
                Markup.element("figure", ["class": "chart wide"]) {
                    Markup.element("figcaption") {
                        Markup.element("h3") { "Requests per second" }
                        Markup.element("p") { caption }
                    }
                    LineChart(
                        frame: frame, lines: [.init(name: "planned", style: "s-rate", points: points, shape: .area)]
                    ).markup
                }
            }
        }
    }

    private func section(of part: PlanPage.Part) -> Markup {
        switch part.topic {
        case .endpoints: endpoints
        case .bindings where !plan.findings.bindings.isEmpty: bindings(part)
        default: CampaignReport.section(part.title) { PlanReport.list(part.lines) }
        }
    }

    /// Lines with a name as facts, others as a list.
    private static func list(_ lines: [PlanPage.Line]) -> Markup {
        .element("div", ["class": "panel"]) {
            let facts = PlanReport.facts(lines)
            if !facts.isEmpty { HTMLReport.facts(facts, isList: true) }
            let texts = lines.compactMap { line in if case .text(let text) = line { text } else { nil } }
            if !texts.isEmpty {
                Markup.element("ul", ["class": "facts rows"]) {
                    for text in texts { Markup.element("li") { text.withoutColumns } }
                }
            }
        }
    }

    /// Named values; a line without a name continues the value before it. The sparkline is a chart on this page.
    private static func facts(_ lines: [PlanPage.Line]) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        for case .pair(let name, let value) in lines where name != PlanPage.overTime {
            if name.isEmpty, !facts.isEmpty {
                facts[facts.count - 1].value += "; " + value
            } else {
                facts.append((name, value))
            }
        }
        return facts
    }

    private var endpoints: Markup {
        let counts = page.endpointCounts
        let most = Double(max(1, counts.first?.requests ?? 1))
        return CampaignReport.section(Plural.text(counts.count, "endpoint")) {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.table(
                    head: ["Endpoint", "requests in the recording"],
                    rows: counts.prefix(PlanReport.rowLimit).map { endpoint in
                        HTMLReport.Row(
                            label: endpoint.label, isCode: true, share: Double(endpoint.requests) / most,
                            figures: [endpoint.requests.grouped])
                    })
                if counts.count > PlanReport.rowLimit {
                    Markup.element("p", ["class": "soft"]) {
                        "and \((counts.count - PlanReport.rowLimit).grouped) more"
                    }
                }
            }
        }
    }

    /// The bindings as a table, and what the text page notes after them.
    private func bindings(_ part: PlanPage.Part) -> Markup {
        CampaignReport.section(part.title) {
            HTMLReport.panel(of: plan.findings.bindings)
            if !page.bindingNotes.isEmpty {
                Markup.element("ul", ["class": "plain panel after"]) {
                    for note in page.bindingNotes { Markup.element("li") { note.withoutColumns } }
                }
            }
        }
    }

    @MarkupBuilder private var firstRequests: Markup {
        if !requests.isEmpty {
            CampaignReport.section("The first \(Plural.text(requests.count, "request"))") {
                Markup.element("div", ["class": "panel"]) {
                    HTMLReport.table(
                        head: ["Request", "due", "clone", "session", "exchange"],
                        rows: requests.map { request in
                            HTMLReport.Row(
                                label: request.endpoint, isCode: true,
                                figures: [
                                    "\(request.dueSeconds.formatted(decimals: 3)) s", request.clone.grouped,
                                    "\(request.session)", request.exchange?.grouped ?? "–",
                                ])
                        })
                }
            }
        }
    }
}

extension PlanPage.Line {
    /// Its name and value, or its text.
    fileprivate var texts: [String] {
        switch self {
        case .pair(let name, let value): [name, value].filter { !$0.isEmpty }
        case .text(let text): [text]
        }
    }
}

extension String {
    /// The text without its indent, and with a sign between what spaces separate in columns.
    fileprivate var withoutColumns: String { drop { $0 == " " }.split(separator: "  ").joined(separator: " · ") }
}
