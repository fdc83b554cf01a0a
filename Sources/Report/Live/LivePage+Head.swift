import Analysis
import Formats

/// The head of the page: the most important facts at a glance.
extension LivePage {
    var state: Markup {
        MarkupBuilder.buildBlock(
            .element("p", ["class": "kicker"]) { "reprise · live · \(view.target)" },
            .element("h1") { view.title },
            .element("div", ["class": "verdict \(health.tone)", "data-state": stateWord]) {
                Markup.element("span", ["class": "badge"]) { health.badge }
                Markup.element("div") {
                    Markup.element("p") { health.sentence }
                    Markup.element("p", ["class": "sub"]) { progress }
                }
            })
    }

    /// The text that a screen reader announces when it changes: the last event.
    var said: Markup {
        if case .ended(let verdict, let text) = view.state { return Markup(text: "\(verdict). \(text)") }
        return Markup(text: view.events.last?.text ?? "")
    }

    private var stateWord: String {
        switch view.state {
        case .starting: "starting"
        case .running: "running"
        case .ending: "ending"
        case .ended: "ended"
        }
    }

    /// Whether all is well, and if not, whether the service or the generator is the cause.
    private var health: (badge: String, tone: String, sentence: String) {
        switch view.state {
        case .starting: return ("STARTING", "none", "The run has not sent anything yet.")
        case .ended(let verdict, let text):
            return (verdict, verdict == "PASS" ? "good" : verdict == "FAIL" ? "bad" : "none", text)
        case .running, .ending: break
        }
        let risks = view.gates.filter { $0.standing == .atRisk }
        let holding = view.gates.count { $0.standing == .holding }
        if isGeneratorLate {
            return (
                "GENERATOR LATE", "unsure",
                "The sending machine itself is late (\(Quantity.milliseconds.text(view.lag ?? 0))): "
                    + "the figures may not show the service." + (brokenSentence.map { " \($0)" } ?? "")
            )
        }
        if let brokenSentence { return ("BROKEN", "bad", brokenSentence) }
        if let fault = view.faults.first(where: \.isActive) {
            return (
                "FAULT", "unsure",
                "The fault \(fault.name) has been in effect since \(Quantity.duration(seconds: fault.begin))."
            )
        }
        if let first = risks.first {
            return ("AT RISK", "unsure", "\(first.text) is at risk: \(first.figure).")
        }
        if view.requests > 0, view.failing > 0, view.failing >= view.done / 100 {
            return (
                "FAILING", view.failing >= view.done / 2 ? "bad" : "unsure",
                "\(failureShare) of the requests are failing."
            )
        }
        let later = view.gates.count { $0.standing == .atEnd }
        if holding > 0, holding + later == view.gates.count {
            return ("HEALTHY", "good", "\(Plural.text(UInt64(holding), "gate holds", "gates hold")).")
        }
        return (
            "RUNNING", view.failures == 0 ? "good" : "none",
            view.failures == 0
                ? "No request has failed."
                : "\(Quantity.count(Int(clamping: view.failures))) requests have failed so far."
        )
    }

    /// The number of broken gates, and the first of them: preferably a gate that a late generator cannot break.
    private var brokenSentence: String? {
        let broken = view.gates.filter { $0.standing == .broken }
        guard let first = broken.first(where: { $0.line?.chart != .times }) ?? broken.first else { return nil }
        let since = first.since.map { " since \(Quantity.duration(seconds: $0.rounded()))" } ?? ""
        let figure = first.figure.isEmpty ? "" : ", \(first.figure)"
        return "\(Plural.text(UInt64(broken.count), "gate is", "gates are")) broken: \(first.text)\(since)\(figure)."
    }

    private var failureShare: String { Quantity.percent(view.done > 0 ? view.failing / view.done : 0) }

    private var isGeneratorLate: Bool { view.lag ?? 0 > LivePage.lateMs }

    /// The send lag above which a run's summary says that the generator was too slow, in milliseconds.
    static let lateMs = 10.0

    private var progress: String {
        let elapsed = Quantity.duration(seconds: max(0, view.elapsed.rounded()))
        switch view.state {
        case .starting: return "Waiting for the first request."
        case .ended: return "Ended after \(elapsed)."
        case .ending: return "\(elapsed) · no new requests begin; those in flight may finish."
        case .running: break
        }
        guard let planned = view.planned else { return "\(elapsed) · the target's speed decides when it ends" }
        return "\(elapsed) of \(Quantity.duration(seconds: planned.rounded()))"
    }

    var cards: Markup {
        let isOver = view.state.isOver
        let wholeRun = "over the whole run"
        return MarkupBuilder.buildBlock(
            phaseCard, timeCard,
            card(
                isOver ? "Sessions at once" : "Sessions", Quantity.count(view.sessions),
                view.plannedSessions.map { "of \(Quantity.count(Int($0.rounded()))) planned" } ?? "no level is planned"),
            card(
                "Requests/s", Quantity.significant(view.done),
                isOver
                    ? wholeRun
                    : view.offered.map { "\(Quantity.perSecond.text($0)) due by the plan" }
                        ?? "closed loop: the target decides",
                tone: isBehind ? "unsure" : nil),
            card(
                "Failures", Quantity.count(Int(clamping: view.failures)),
                "of \(Quantity.count(Int(clamping: view.requests))) requests; \(failureShare)\(isOver ? "" : " now")",
                tone: view.failing > 0 ? "bad" : nil),
            card(
                "p95 response time", view.p95.map { Quantity.milliseconds.text($0) } ?? "–",
                isOver ? wholeRun : "over the last seconds"),
            card(
                "Generator late by", view.lag.map { Quantity.milliseconds.text($0) } ?? "–",
                generatorNote, tone: isGeneratorLate ? "unsure" : nil),
            card("Connections", Quantity.count(view.connections), "open"))
    }

    private var isBehind: Bool {
        view.offered.map { !view.state.isOver && view.elapsed > 5 && view.done < 0.9 * $0 } ?? false
    }

    private var generatorNote: String {
        let load =
            view.state.isOver
            ? "p99 of the whole run"
            : view.generatorLoad.map { "p99; \(Quantity.percent($0)) of its CPU used" } ?? "p99"
        return view.stalled > 0 ? "\(load); stalled for \(Quantity.duration(seconds: view.stalled))" : load
    }

    private var phaseCard: Markup {
        guard let index = view.phase else { return card("Phase", "–", "") }
        let phase = view.phases[index]
        return card(
            "Phase \(index + 1) of \(view.phases.count)", phase.name + (phase.isRamp ? " (ramp)" : ""),
            phase.end.map { end in
                view.state.isOver
                    ? "over" : "\(Quantity.duration(seconds: max(0, (end - view.elapsed).rounded()))) left in it"
            } ?? "until the run ends")
    }

    private var timeCard: Markup {
        if view.state.isOver { return card("Time left", "0 s", "the run is over") }
        guard let planned = view.planned else { return card("Time left", "–", "unknown") }
        let left = max(0, (planned - view.elapsed).rounded())
        return card(
            "Time left", Quantity.duration(seconds: left), "of \(Quantity.duration(seconds: planned.rounded()))")
    }

    private func card(_ label: String, _ value: String, _ note: String, tone: String? = nil) -> Markup {
        HTMLReport.card(label, value, note, tone: tone)
    }

    var buttons: Markup {
        guard case .buttons(let token, let canEndPhase) = controls, !view.state.isOver, view.state != .ending else {
            return .empty
        }
        return MarkupBuilder.buildArray(
            [
                button("Stop the run", "stop", token, question: "End this run now? Requests in flight may finish."),
                canEndPhase
                    ? button("End this phase", "end-phase", token, question: "End this phase and go on with the next?")
                    : .empty,
            ]
                + view.faults.filter(\.isActive).map {
                    button(
                        "Undo fault \($0.name)", "undo", token, fault: $0.name,
                        question: "Undo the fault \($0.name) now?")
                })
    }

    private func button(
        _ label: String, _ action: String, _ token: String, fault: String? = nil, question: String
    ) -> Markup {
        .element("form", ["method": "post", "action": "/\(action)", "data-question": question]) {
            Markup.void("input", ["type": "hidden", "name": "token", "value": token])
            if let fault { Markup.void("input", ["type": "hidden", "name": "fault", "value": fault]) }
            Markup.element("button", ["type": "submit"]) { label }
        }
    }

    var levels: Markup {
        guard !view.levels.isEmpty else { return .empty }
        return MarkupBuilder.buildBlock(
            .element("h2") { "Levels of the ladder" },
            .element("ol", ["class": "panel plain gates", "role": "list"]) {
                for level in view.levels {
                    let (sign, tone) = level.standing.signAndTone
                    Markup.element("li") {
                        Markup.element("span", ["class": "sign \(tone)", "aria-hidden": "true"]) { sign }
                        Markup.element("div", ["class": "line"]) {
                            Markup.element("span") { Plural.text(UInt64(clamping: level.sessions), "session") }
                            Markup.element("span", ["class": "word \(tone)"]) { level.standing.rawValue }
                            Markup.element("span") { level.purpose.rawValue }
                        }
                    }
                }
            })
    }

    var gates: Markup {
        guard !view.gates.isEmpty else { return .empty }
        return MarkupBuilder.buildBlock(
            .element("h2") { "Gates" },
            .element("ul", ["class": "panel plain gates"]) {
                for gate in view.gates { line(of: gate) }
            })
    }

    private func line(of gate: LiveView.Gate) -> Markup {
        let (sign, tone) = gate.standing.signAndTone
        let since = view.state.isOver ? nil : gate.since
        return .element("li") {
            Markup.element("span", ["class": "sign \(tone)", "aria-hidden": "true"]) { sign }
            Markup.element("div", ["class": "line"]) {
                Markup.element("code") { gate.text }
                Markup.element("span", ["class": "word \(tone)"]) {
                    view.state.isOver ? gate.standing.wordAtEnd : gate.standing.rawValue
                }
                Markup.element("span") {
                    gate.figure + (since.map { " · since \(Quantity.duration(seconds: $0.rounded()))" } ?? "")
                }
            }
        }
    }

    var soak: Markup {
        guard !view.soak.isEmpty else { return .empty }
        return MarkupBuilder.buildBlock(
            .element("h2") { view.state.isOver ? "Leaks and drift" : "Leaks and drift so far" },
            .element("ul", ["class": "panel plain findings"]) {
                for finding in view.soak {
                    let (sign, tone) = LivePage.signAndTone(ofSoak: finding.verdict)
                    Markup.element("li") {
                        Markup.element("span", ["class": "sign \(tone)", "aria-hidden": "true"]) { sign }
                        Markup.element("div") {
                            Markup.element("span", ["class": "word \(tone)"]) { finding.verdict.rawValue }
                            ": \(finding.text)"
                        }
                    }
                }
            },
            (view.state.isOver ? nil : view.soakTime).map { time in
                Markup.element("p", ["class": "soft after"]) {
                    "As of \(Quantity.duration(seconds: time.rounded())); not final."
                }
            } ?? .empty)
    }

    private static func signAndTone(ofSoak verdict: SoakVerdict) -> (String, String) {
        switch verdict {
        case .growing: ("✗", "bad")
        case .stable: ("✓", "good")
        case .inconclusive: ("?", "unsure")
        }
    }
}

extension LiveView.Level.Standing {
    /// How it is shown.
    var signAndTone: (sign: String, tone: String) {
        switch self {
        case .now: ("▸", "soft")
        case .held: ("✓", "good")
        case .failed: ("✗", "bad")
        case .inconclusive: ("?", "unsure")
        }
    }
}

extension LiveView.Gate.Standing {
    /// The outcome that it is after the run.
    var wordAtEnd: String {
        switch self {
        case .holding, .atRisk: "passed"
        case .broken: "failed"
        case .open, .atEnd: "inconclusive"
        }
    }

    /// Its sign and the style class of its colour.
    var signAndTone: (sign: String, tone: String) {
        switch self {
        case .holding: ("✓", "good")
        case .atRisk: ("!", "unsure")
        case .broken: ("✗", "bad")
        case .open, .atEnd: ("?", "soft")
        }
    }
}
