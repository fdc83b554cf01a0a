import Analysis
import Measurement

/// The verdict and the figures behind it: the part that is read first, and often the only one.
extension HTMLReport {
    var head: Markup {
        .element("header") {
            Markup.element("div") {
                Markup.element("p", ["class": "kicker"]) { "Reprise replay report" }
                Markup.element("h1") { caption.title }
            }
            if !caption.facts.isEmpty { facts }
            verdict
        }
    }

    private var facts: Markup { HTMLReport.facts(caption.facts.map { ($0.name, $0.value) }) }

    /// Names above values, side by side or one per line.
    static func facts(_ facts: [(name: String, value: String)], isList: Bool = false) -> Markup {
        .element("ul", ["class": isList ? "facts rows" : "facts"]) {
            for (name, value) in facts where !value.isEmpty {
                Markup.element("li") {
                    Markup.element("small") { name }
                    Markup.element("span") { value }
                }
            }
        }
    }

    private var verdict: Markup {
        .element("div", ["class": "verdict \(summary.verdict.tone)"]) {
            Markup.element("span", ["class": "badge"]) {
                summary.verdict == .none ? "No verdict" : "\(summary.verdict.sign) \(summary.verdict.rawValue)"
            }
            Markup.element("div") {
                Markup.element("p") { summary.headline }
                Markup.element("p", ["class": "sub"]) { summary.requestSentence }
            }
        }
    }

    var gates: Markup {
        guard !summary.gates.isEmpty else { return .empty }
        return section("Gates") {
            Markup.element("ul", ["class": "gates plain panel"]) {
                for gate in summary.gates { row(of: gate) }
            }
        }
    }

    private func row(of gate: GateResult) -> Markup {
        let (sign, tone, word) = gate.outcome.shown
        return .element("li") {
            Markup.element("span", ["class": "sign \(tone)", "aria-hidden": "true"]) { sign }
            Markup.element("div", ["class": "line"]) {
                Markup.element("code") { gate.gate }
                Markup.element("span", ["class": "word \(tone)"]) { word }
                Markup.element("span") { gate.figure }
            }
        }
    }

    var cards: Markup {
        let times = summary.times.percentiles(.response)
        let (sessions, connections) = (summary.sessions, summary.connections)
        return .element("div", ["class": "cards"]) {
            card(
                "Requests", Quantity.count(summary.requests),
                "in \(Quantity.duration(seconds: summary.durationSeconds))")
            card(
                "Throughput", Quantity.perSecond.text(summary.throughputRps),
                summary.steadyRate.map { "\($0) after the ramp" } ?? "requests answered per second")
            card(
                "Failures", Quantity.percent(summary.failureRatio),
                summary.failures == 0
                    ? "none" : "\(Quantity.count(summary.failures)) of \(Quantity.count(summary.requests))",
                tone: summary.failures > 0 ? "bad" : nil)
            if times.max > 0 {
                card("Response p50", time(times.p50), "half took longer")
                card("Response p95", time(times.p95), "1 in 20 took longer")
                card("Response p99", time(times.p99), "slowest \(time(times.max))")
            }
            if let apdex {
                card(
                    "Apdex of \(time(apdex.thresholdMs))", apdex.text, apdex.explanation)
            }
            card(
                "Sessions at once", Quantity.count(sessions.peakConcurrent),
                "\(Quantity.count(sessions.completed)) of \(Quantity.count(sessions.planned)) completed")
            card(
                "Connections at once", Quantity.count(connections.peakOpen),
                "\(Quantity.count(connections.opened)) opened")
        }
    }

    private func card(_ label: String, _ value: String, _ sub: String, tone: String? = nil) -> Markup {
        HTMLReport.card(label, value, sub, tone: tone)
    }

    /// A figure in large type.
    static func card(_ label: String, _ value: String, _ sub: String, tone: String? = nil) -> Markup {
        .element("div", ["class": "card"]) {
            Markup.element("div", ["class": "label"]) { label }
            Markup.element("div", ["class": tone.map { "value \($0)" } ?? "value"]) { value }
            Markup.element("div", ["class": "sub"]) { sub }
        }
    }

    var cautions: Markup {
        guard !summary.warnings.isEmpty else { return .empty }
        return .element("section", ["class": "cautions"]) {
            Markup.element("h2") { "Before you rely on these figures" }
            Markup.element("ul") {
                for caution in summary.warnings { Markup.element("li") { caution } }
            }
        }
    }

    var findings: Markup {
        let (chief, others) = (summary.chiefFindings, summary.otherFindings)
        guard !summary.soak.isEmpty else { return .empty }
        return section("Leaks and drift") {
            if !chief.isEmpty {
                Markup.element("ul", ["class": "findings plain panel"]) {
                    for finding in chief { HTMLReport.row(of: finding) }
                }
            }
            if !others.isEmpty {
                Markup.element("div", ["class": chief.isEmpty ? "panel" : "panel after"]) {
                    for other in others { list(of: other.findings, kind: other.kind) }
                }
            }
        }
    }

    /// Findings that need no action; collapsed if there are many.
    private func list(of findings: [SoakFinding], kind: SoakKind) -> Markup {
        let name =
            kind == .latency
            ? "Latency of endpoints" : kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
        let rows = findings.prefix(HTMLReport.maxEndpoints).map { finding in
            Row(
                label: finding.subject, note: finding.explanation,
                figures: ["\(finding.verdict.signAndTone.sign) \(finding.verdict.rawValue)"])
        }
        let list = table(head: [name, "verdict"], rows: Array(rows), folds: false)
        guard findings.count > 6 else { return list }
        let counts = [SoakVerdict.stable, .inconclusive].compactMap { verdict -> String? in
            let count = findings.count { $0.verdict == verdict }
            return count == 0 ? nil : "\(count) \(verdict.rawValue)"
        }
        return .element("details") {
            Markup.element("summary") { "\(name): " + counts.joined(separator: ", ") }
            list
        }
    }

    /// A finding about memory or drift, as an item of a list of findings.
    static func row(of finding: SoakFinding) -> Markup {
        let (sign, tone) = finding.verdict.signAndTone
        return .element("li") {
            Markup.element("span", ["class": "sign \(tone)", "aria-hidden": "true"]) { sign }
            Markup.element("div") {
                Markup.element("p") {
                    Markup.element("span", ["class": "word \(tone)"]) { finding.verdict.rawValue }
                    " · \(finding.kind.rawValue) · \(finding.subject)"
                }
                Markup.element("p") { finding.explanation }
                if !finding.evidence.isEmpty {
                    Markup.element("p", ["class": "soft"]) { finding.evidence.joined(separator: " · ") }
                }
            }
        }
    }

    func time(_ milliseconds: Double) -> String { Quantity.milliseconds.text(milliseconds) }
}

extension SoakVerdict {
    /// A sign in addition to the colour, which not everybody can see.
    var signAndTone: (sign: String, tone: String) {
        switch self {
        case .growing: ("↗", "bad")
        case .stable: ("✓", "good")
        case .inconclusive: ("?", "unsure")
        }
    }
}
