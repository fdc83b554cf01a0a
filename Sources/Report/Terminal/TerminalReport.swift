public import Analysis
import Formats
import Traffic

/// A run on one page of a terminal: the verdict first, then the figures behind it.
public struct TerminalReport {
    /// How the page looks.
    public struct Options: Hashable, Sendable {
        /// Columns of the terminal; kept between 60 and 160.
        public var width: Int
        /// Whether ANSI colours are written.
        public var usesColor: Bool
        /// The most endpoints that are shown, most requests first; the rest is counted.
        public var maxEndpoints: Int

        /// The layout of the page; by default 80 columns without colours.
        public init(width: Int = 80, usesColor: Bool = false, maxEndpoints: Int = 12) {
            self.width = width
            self.usesColor = usesColor
            self.maxEndpoints = maxEndpoints
        }
    }

    let summary: RunSummary
    let series: RunSeries?
    let caption: RunCaption?
    let apdex: Apdex?
    let style: TerminalStyle
    let width: Int
    let maxEndpoints: Int

    /// A report of a run for a terminal.
    ///
    /// - Parameters:
    ///   - series: for the sparklines; left out if nil.
    ///   - caption: what was run; left out if nil.
    ///   - apdex: the index to show; nil for none.
    public init(
        _ summary: RunSummary, series: RunSeries? = nil, caption: RunCaption? = nil, apdex: Apdex? = nil,
        options: Options = Options()
    ) {
        self.apdex = apdex
        self.summary = summary
        self.series = series
        self.caption = caption
        style = TerminalStyle(usesColor: options.usesColor)
        width = min(160, max(60, options.width))
        maxEndpoints = max(1, options.maxEndpoints)
    }

    /// The page; every line ends with a line feed and, not counting colours, is at most as wide as `Options.width`.
    public var text: String {
        let sections = [
            verdict, figures, failures, pictures, times, endpoints, metrics, bottlenecks, soak, cautions,
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }
}

extension TerminalReport {
    private var verdict: [String] {
        let role: TerminalStyle.Role =
            switch summary.verdict {
            case .pass: .goodBadge
            case .fail: .badBadge
            case .inconclusive, .none: .plainBadge
            }
        let badge = " \(summary.verdict.rawValue) "
        let indent = String(repeating: " ", count: badge.count + 1)
        var lines = summary.headline.displayable.wrapped(to: width - indent.count).enumerated().map { index, line in
            (index == 0 ? style(badge, role) + " " : indent) + style(line, .strong)
        }
        if let caption {
            lines += caption.title.displayable.wrapped(to: width)
            let facts = caption.facts.map { "\($0.name) \($0.value)".displayable }
            lines += TerminalReport.flow(facts, width: width).map { style($0, .soft) }
        }
        if !summary.gates.isEmpty { lines.append("") }
        let gateWidth = min(width / 2, summary.gates.map(\.gate.displayable.displayWidth).max() ?? 0)
        for gate in summary.gates { lines += gateLines(gate, gateWidth: gateWidth) }
        return lines
    }

    private func gateLines(_ gate: GateResult, gateWidth: Int) -> [String] {
        let (sign, role): (String, TerminalStyle.Role) =
            switch gate.outcome {
            case .passed: ("✓", .good)
            case .failed: ("✗", .bad)
            case .inconclusive: ("?", .unsure)
            }
        let name = gate.gate.displayable.cut(to: gateWidth).padded(to: gateWidth)
        let indent = 2 + 2 + gateWidth + 2
        let figure = gate.figure.displayable.wrapped(to: width - indent)
        return figure.enumerated().map { index, line in
            index == 0
                ? "  " + style("\(sign) \(name)", role) + "  " + line
                : String(repeating: " ", count: indent) + line
        }
    }

    private var figures: [String] {
        let connections = summary.connections
        let shares = summary.heldShares.map { "\($0.time) for \($0.cause)" }.joined(separator: " · ")
        let held = shares.isEmpty ? "" : "mean per request before it could be sent: \(shares)"
        return labelled(
            [
                ("Requests", requests),
                (
                    "Apdex",
                    apdex.map { "\($0.text) of \(Quantity.milliseconds.text($0.thresholdMs)) · \($0.explanation)" }
                        ?? ""
                ),
                ("Sessions", isRecorded ? "" : sessions),
                (
                    "Connections",
                    isRecorded ? "" : counts([(connections.opened, "opened"), (connections.peakOpen, "at once")])
                ),
                ("Tokens", isRecorded ? "" : tokens),
                ("Prelude", prelude),
                ("Renewals", renewals),
                ("Held back", held), ("Generator", isRecorded ? "" : generator),
            ].filter { !$0.1.isEmpty })
    }

    /// Whether the figures are of recorded traffic, which has no sessions, tokens and generator of a replay.
    private var isRecorded: Bool { summary.generator.peakRSSBytes == 0 && summary.sessions.planned == 0 }

    /// The requests that were sent before the filtered ones; they are not in other figures.
    private var prelude: String {
        guard let prelude = summary.prelude else { return "" }
        let p95 = "p95 " + Quantity.milliseconds.text(prelude.serviceTimeMs.p95)
        return counts([(prelude.requests, "separate requests"), (prelude.failures, "failed")]) + " · \(p95)"
    }

    /// The requests that were sent to renew tokens; they are not in other figures.
    private var renewals: String {
        guard let renewals = summary.renewals else { return "" }
        let p95 = "p95 " + Quantity.milliseconds.text(renewals.serviceTimeMs.p95)
        return counts([
            (renewals.requests, "separate requests"), (renewals.failures, "failed"),
            (renewals.logins, "logins"), (renewals.resent, "sent again"),
        ]) + (renewals.requests > 0 ? " · \(p95)" : "")
    }

    private var tokens: String {
        let tokens = summary.tokens
        var parts = [
            (tokens.bound, "values bound"), (tokens.minted, "minted"), (tokens.refreshed, "refreshed"),
            (tokens.rejected, "rejected"),
        ]
        if let failed = tokens.failed, failed > 0 { parts.append((failed, "not made")) }
        return [counts(parts), summary.mintingText].compactMap { $0 }.joined(separator: " · ")
    }

    private var requests: String {
        guard summary.requests > 0 else { return "none finished" }
        let failed =
            summary.failures == 0
            ? "none failed" : "\(Quantity.count(summary.failures)) failed (\(Quantity.percent(summary.failureRatio)))"
        let rate =
            Quantity.perSecond.text(summary.throughputRps) + " answered"
            + (summary.steadyRate.map { " (\($0) after the ramp)" } ?? "")
        return "\(Quantity.count(summary.requests)) in \(Quantity.duration(seconds: summary.durationSeconds))"
            + " · \(rate) · \(failed)"
            + (summary.load.unsent == 0 ? "" : ", \(Quantity.count(summary.load.unsent)) of them not sent")
    }

    private var sessions: String {
        let sessions = summary.sessions
        let completed = "\(Quantity.count(sessions.completed)) of \(Quantity.count(sessions.planned)) completed"
        let started = sessions.started == sessions.planned ? [] : [(sessions.started, "started")]
        let cut = sessions.cut == 0 ? [] : [(sessions.cut, "cut off before their end")]
        return completed + " · " + counts(started + cut + [(sessions.peakConcurrent, "at once")])
    }

    private var generator: String {
        let use = summary.generator
        let memory = use.peakRSSBytes == 0 ? "" : " · peak memory \(Quantity.bytes.text(Double(use.peakRSSBytes)))"
        return "\(Quantity.percent(use.cpuRatio)) of its processors\(memory)"
            + (use.saturated ? " · too slow for the plan" : "")
    }

    private func counts(_ items: [(count: Int, name: String)]) -> String {
        items.map { "\(Quantity.count($0.count)) \($0.name)" }.joined(separator: " · ")
    }

    /// Items on as many lines as needed, broken between items.
    static func flow(_ items: [String], width: Int) -> [String] {
        var lines: [String] = []
        for item in items {
            if let last = lines.last, last.displayWidth + 3 + item.displayWidth <= width {
                lines[lines.count - 1] = last + " · " + item
            } else {
                lines += item.wrapped(to: width)
            }
        }
        return lines
    }

    /// Labels in one column, texts wrapped in the other.
    func labelled(_ rows: [(name: String, text: String)]) -> [String] {
        let label = min(20, rows.map(\.name.displayable.displayWidth).max() ?? 0)
        return rows.flatMap { row in
            row.text.displayable.wrapped(to: width - label - 2).enumerated().map { index, line in
                let name = (index == 0 ? row.name.displayable.cut(to: label) : "").padded(to: label)
                return style(name, .soft) + "  " + line
            }
        }
    }
}
