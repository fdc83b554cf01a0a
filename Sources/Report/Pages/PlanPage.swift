public import Analysis
import Formats
public import Plan
import Traffic

/// A plan as a page of text.
public struct PlanPage {
    /// What a part of the page is about.
    enum Topic {
        case recording, schedule, endpoints, bindings, notBound, users, tokens, madeByClients, rules, renewal, first
    }

    /// A line of the page.
    enum Line {
        case pair(name: String, value: String)
        case text(String)
    }

    /// Lines under a title; the first part has none.
    struct Part {
        var topic: Topic
        var title: String
        var lines: [Line] = []
    }

    /// The most bindings, and the most sinks of a binding, that are shown.
    private static let bindingRows = 30
    private static let sinkRows = 8
    private static let rateColumns = 60
    /// The name of the line with the sparkline.
    static let overTime = "over time"

    /// The parts of the page in order.
    private(set) var parts = [Part(topic: .recording, title: "")]
    private let plan: ReplayPlan
    private let findings: PlanFindings
    private let advisor: Advisor

    /// A page of a plan for a terminal.
    ///
    /// - Parameters:
    ///   - log: the name of the log, as the user gave it.
    ///   - first: how many of the first requests are listed.
    ///   - numbers: the numbers of the recorded exchanges by script and request; 0 if unknown.
    ///   - listsBindings: whether to list all bindings and nothing else.
    ///   - advisor: explains how to get rows that are not shown, or requests that are not sent.
    public init(
        _ plan: ReplayPlan, log: String, first: Int, numbers: [[UInt64]] = [], listsBindings: Bool = false,
        advisor: Advisor = .silent
    ) {
        self.plan = plan
        self.advisor = advisor
        findings = plan.findings
        add("\(log): \(count(findings.recordedSessions, "session")), \(count(findings.recordedExchanges, "exchange"))")
        guard !listsBindings else {
            for doubt in findings.sessionDoubts { add("warning: \(doubt.advised(by: advisor))") }
            listBindings()
            return
        }
        addLeftOut()
        addSchedule(plan.outline())
        addEndpoints()
        addBindings()
        addIdentities()
        addTokens()
        addClientMade()
        addRules()
        addLogins()
        addFirst(PlanDocument.Request.first(first, of: plan, numbers: numbers))
    }

    /// The page.
    public var text: String {
        var text = ""
        for part in parts {
            if !part.title.isEmpty { text += "\n" + part.title.displayable + "\n" }
            for line in part.lines { text += PlanPage.text(of: line).displayable + "\n" }
        }
        return text
    }

    private static func text(of line: Line) -> String {
        switch line {
        case .pair(let name, let value):
            "  " + name + String(repeating: " ", count: max(1, 14 - name.count)) + value
        case .text(let text): text
        }
    }

    /// Adds a line; names in a recording are untrusted text.
    private mutating func add(_ line: String) { parts[parts.count - 1].lines.append(.text(line)) }

    private mutating func addTitle(_ topic: Topic, _ title: String) { parts.append(Part(topic: topic, title: title)) }

    private mutating func row(_ name: String, _ value: String) {
        parts[parts.count - 1].lines.append(.pair(name: name, value: value))
    }

    private mutating func addLeftOut() {
        let reasons = ExclusionReason.allCases.compactMap { reason in
            findings.leftOut[reason].map { "\(number($0)) \(reason.label)" }
        }
        if findings.joinedSessions > 0 {
            add(
                "Joined: \(count(findings.joinedSessions, "session")) with the sessions whose responses contain their tokens"
            )
        }
        for doubt in findings.sessionDoubts { add("warning: \(doubt.advised(by: advisor))") }
        guard !reasons.isEmpty else { return }
        let total = findings.leftOut.values.reduce(0, +)
        let sessions = findings.emptySessions > 0 ? ", and with them \(count(findings.emptySessions, "session"))" : ""
        add("Left out: \(count(total, "exchange"))\(sessions) (\(reasons.joined(separator: "; ")))")
    }

    private mutating func addSchedule(_ outline: PlanOutline) {
        let options = plan.options
        let about = outline.isExtrapolated ? "about " : ""
        addTitle(.schedule, "What is sent, and when")
        row(
            "speed",
            options.speed == .max ? "max: no gaps (closed loop)" : "\(options.speed)×, \(pacing(options.pacing))")
        switch options.population {
        case .asRecorded: row("sessions", "\(number(plan.scripts.count)), each at its recorded time")
        case .slots(let slots): row("sessions", "\(count(slots, "slot")), \(spread("starting over", plan.ramp))")
        case .copies(let copies):
            row("sessions", "\(count(copies, "clone")) of each, \(spread("with a jitter up to", plan.ramp))")
        case .pools: row("sessions", "\(count(plan.slotCount, "slot")), as the phases define")
        }
        if let think = options.think { row("pauses", "\(think) before each request, instead of the recorded ones") }
        row(
            "clones",
            about + number(outline.clones) + " (at most \(number(outline.peakConcurrentClones)) at once as planned)")
        row("requests", about + number(outline.requests))
        if !findings.prelude.isEmpty {
            let total = findings.prelude.reduce(0) { $0 + $1.count }
            let shown = findings.prelude.prefix(PlanPage.sinkRows).map { "\($0.endpoint) ×\(number($0.count))" }
            let more = findings.prelude.count > shown.count ? ", …" : ""
            row(
                "prelude",
                advisor.adding(
                    .leavePreludeOut,
                    to: "\(count(total, "request")) of the recording that the filters leave out but others need: "
                        + "sent first, measured separately"))
            row("", shown.joined(separator: ", ") + more)
        }
        if let planned = outline.plannedDurationNs { row("duration", duration(.nanoseconds(planned))) }
        if let peak = outline.peakRequestsPerSecond { row("peak", "\(number(peak)) requests in one second") }
        if !outline.requestsOverTime.isEmpty {
            row(PlanPage.overTime, SparkLine.peaks(of: outline.requestsOverTime, width: PlanPage.rateColumns))
            row(
                "bandwidth",
                "at most \(ByteCount(outline.peakSentBytesPerSecond))/s sent, \(ByteCount(outline.peakReceivedBytesPerSecond))/s "
                    + "received, as recorded")
        }
        if outline.plannedDurationNs == nil || outline.peakRequestsPerSecond == nil {
            row("", "the pace depends on the target")
        }
        row("sockets", number(outline.sockets) + (isSlots ? "" : "; more when the target is slower than recorded"))
        row("memory", "about \(ByteCount(outline.memoryBytes))")
    }

    /// The endpoints with their requests in the recording, most first.
    var endpointCounts: [(label: String, requests: Int)] {
        var counts = Array(repeating: 0, count: plan.endpoints.count)
        for script in plan.scripts {
            for request in script.requests { counts[request.endpoint] += 1 }
        }
        let ordered = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
        return ordered.map { (plan.endpoints[$0].label, counts[$0]) }
    }

    private mutating func addEndpoints() {
        let counts = endpointCounts
        addTitle(.endpoints, "Endpoints, by requests in the recording: \(number(counts.count))")
        for endpoint in counts.prefix(PlanPage.bindingRows) { row(number(endpoint.requests), endpoint.label) }
        if counts.count > PlanPage.bindingRows {
            add(advisor.adding(.readAll, to: "  \(number(counts.count - PlanPage.bindingRows)) more"))
        }
    }

    private var isSlots: Bool { if case .slots = plan.options.population { true } else { false } }

    private mutating func addBindings() {
        addTitle(.bindings, "Values taken from responses" + (findings.bindings.isEmpty ? ": none" : ""))
        for binding in findings.bindings.prefix(PlanPage.bindingRows) {
            add("  \(binding.sourceEndpoint)  \(binding.source)  in \(count(binding.sessions, "session"))")
            // The same place in many endpoints is one line: a token is used everywhere.
            let places = Dictionary(grouping: binding.sinks, by: \.place)
                .map { place, sinks in (place, sinks, sinks.reduce(0) { $0 + $1.count }) }
                .sorted { ($1.2, $0.0) < ($0.2, $1.0) }
            for (place, sinks, uses) in places.prefix(PlanPage.sinkRows) {
                let endpoints = sinks.count == 1 ? sinks[0].endpoint : count(sinks.count, "endpoint")
                let others = sinks.reduce(0) { max($0, $1.recordedSessions) }
                add("    → \(place)  ×\(number(uses))  in \(endpoints)\(recorded(others))")
            }
            if places.count > PlanPage.sinkRows { add("    → \(places.count - PlanPage.sinkRows) more places") }
        }
        let hidden = findings.bindings.count - PlanPage.bindingRows
        if hidden > 0 { add(advisor.adding(.readAll, to: "  \(hidden) more")) }
        for note in bindingNotes { add(note) }
    }

    /// What is not bound, and why.
    var bindingNotes: [String] {
        var notes: [String] = []
        if !findings.constants.isEmpty {
            notes.append(
                advisor.adding(
                    .readAll,
                    to: "  \(count(findings.constants.count, "value")) of responses sent as recorded: sessions of "
                        + "different users share them"))
        }
        if findings.codedBodies > 0 {
            notes.append("  \(count(findings.codedBodies, "body", "bodies")) not searched: they cannot be decompressed")
        }
        if findings.droppedCookies > 0 {
            notes.append(
                advisor.adding(
                    .keepCookies,
                    to:
                        "  \(count(findings.droppedCookies, "cookie")) that no earlier response of the session had set: "
                        + "not sent"))
        }
        if findings.ownAddresses > 0 {
            let verb = findings.ownAddresses == 1 ? "is" : "are"
            notes.append(
                "  \(count(findings.ownAddresses, "address", "addresses")) of the service itself in requests \(verb) "
                    + "sent with the target's address")
        }
        if findings.rowsNotShown > 0 {
            notes.append("  \(number(findings.rowsNotShown)) uses in places past the first thousand not counted")
        }
        return notes
    }

    /// Lists each binding as `source → sinks`, with its evidence.
    private mutating func listBindings() {
        for binding in findings.bindings { list(binding) }
        if findings.bindings.isEmpty { add("No later request contains a value from a response.") }
        if !findings.constants.isEmpty { addTitle(.notBound, "Not bound: sessions of different users share the value") }
        for binding in findings.constants { list(binding) }
        addIdentities()
        addClientMade()
        addRules()
    }

    /// The number of sessions in which a place is sent as recorded although others bind it.
    private func recorded(_ sessions: Int) -> String {
        sessions == 0 ? "" : ", sent as recorded in \(number(sessions))"
    }

    private mutating func addClientMade() {
        guard !findings.clientMade.isEmpty else { return }
        let isNew = findings.clientMade.contains { $0.kind == .perRequest && !$0.isReused }
        addTitle(
            .madeByClients,
            "Made by the client, sent as recorded"
                + (isNew ? " (a binding with value: \"{uuid}\" makes a new one for each request)" : ""))
        for made in findings.clientMade.prefix(PlanPage.bindingRows) {
            add(
                "  \(made.endpoint)  \(made.place)  ×\(number(made.count))  \(count(made.values, "value")) in "
                    + count(made.sessions, "session") + PlanPage.use(of: made))
        }
        for made in findings.clientMade where made.kind == .signature && made.changedRequests > 0 {
            add(
                "  warning: \(made.place) of \(made.endpoint) signs \(count(made.changedRequests, "request")) that "
                    + "\(made.changedRequests == 1 ? "is" : "are") not sent as recorded: the signature no longer fits")
        }
    }

    /// The purpose of a value made by a client, and its consequence.
    private static func use(of made: PlanFindings.ClientMade) -> String {
        switch made.kind {
        case .signature: ", a signature (a binding with signature: has a command make it)"
        case .authorization: ", of an authorization: its steps must fit together"
        case .time: ", the time of the request"
        case .perRequest where made.isReused:
            ", sent in several requests (a binding with value: \"{uuid}\" needs per: clone)"
        case .perRequest: ""
        }
    }

    /// Lists the effect of each rule in the user's file.
    private mutating func addRules() {
        guard !findings.rules.isEmpty else { return }
        addTitle(.rules, "Rules of the bindings file")
        for rule in findings.rules {
            let effect = rule.problem == nil ? "in effect at \(count(rule.places, "place"))" : "no effect"
            add("  \(rule.rule): \(effect)")
        }
    }

    private mutating func list(_ binding: PlanFindings.Binding) {
        let sessions = "\(number(binding.sessions)) of \(count(findings.recordedSessions, "session"))"
        add("")
        add("\(binding.name): \(binding.sourceEndpoint)  \(binding.source)  in \(sessions)")
        for sink in binding.sinks {
            let sessions = count(sink.sessions, "session") + recorded(sink.recordedSessions)
            add("  → \(sink.endpoint)  \(sink.place)  ×\(number(sink.count)) in \(sessions)")
        }
    }

    private mutating func addIdentities() {
        guard !findings.identities.isEmpty else { return }
        addTitle(.users, "Users, one for each replayed session")
        for identity in findings.identities.prefix(PlanPage.bindingRows) {
            add(
                "  \(identity.endpoint)  \(identity.field) → \(identity.becomes ?? "as recorded")  "
                    + "\(count(identity.names, "value")) in \(count(identity.places, "place"))")
        }
        addFeeds()
        if findings.loginsWithoutRegistration > 0 {
            add(
                "  warning: \(count(findings.loginsWithoutRegistration, "user")) log in without registering in their session: a "
                    + "fresh target does not know their new names")
        }
    }

    private mutating func addFeeds() {
        guard let clones = plan.clonesWithValues else { return }
        let outline = plan.outline()
        let rule =
            switch plan.options.feeds.whenUsedUp {
            case .stop: plan.isShortOfValues(outline) ? "no more sessions start after that" : "enough"
            case .reuse: "the sessions of a slot share a row"
            case .wrap: "start again at the first row"
            }
        add("  values from files for \(count(clones, "clone")): \(rule)")
    }

    private mutating func addTokens() {
        let (foreign, strange) = (
            findings.tokens.filter(\.isOfAnotherSession), findings.tokens.filter { !$0.isOfAnotherSession }
        )
        add(strange, title: "Tokens and digests that no recorded response contains")
        add(foreign, title: "Tokens that only responses to other sessions contain")
    }

    private mutating func add(_ tokens: [PlanFindings.Token], title: String) {
        guard !tokens.isEmpty else { return }
        addTitle(.tokens, title)
        for token in tokens.prefix(PlanPage.bindingRows) {
            let kind = token.algorithm.map { $0.hasPrefix("Digest ") ? $0 : "JWT \($0)" } ?? "opaque"
            let lifetime = token.lifetimeSeconds.map { ", valid for \(duration(.seconds($0)))" } ?? ""
            let fate =
                token.sentAsRecorded.map { "sent as recorded: \($0.label)" }
                ?? (kind.hasPrefix("Digest ") ? "computed for each request" : "re-signed")
            add("  \(token.endpoint)  \(token.place)  ×\(number(token.count))  \(kind)\(lifetime)  \(fate)")
        }
    }

    /// Lists where tokens and cookies come from, and how a clone renews them when they expire.
    private mutating func addLogins() {
        guard !findings.logins.isEmpty else { return }
        addTitle(.renewal, "Renewal of tokens")
        for login in findings.logins.prefix(PlanPage.bindingRows) {
            let again =
                switch (login.refresh, login.steps) {
                case (let refresh?, _): "renewed by \(refresh)"
                case (nil, 0): "cannot be renewed: no refresh was recorded, and it works only once"
                case (nil, 1): "renewed by logging in again"
                case (nil, let steps): "renewed by logging in again, with \(count(steps - 1, "request")) before it"
                }
            let sessions = "in \(count(login.sessions, "session"))"
            add("  \(login.endpoint ?? "the token endpoint")  \(sessions)  \(again)")
        }
    }

    private mutating func addFirst(_ requests: [PlanDocument.Request]) {
        guard !requests.isEmpty else { return }
        addTitle(.first, "First requests")
        for request in requests {
            let due = request.dueSeconds.formatted(decimals: 6)
            let exchange = request.exchange.map { "exchange \($0.grouped)  " } ?? ""
            add("  \(due) s  clone \(request.clone)  session \(request.session)  \(exchange)\(request.endpoint)")
        }
    }
}

private func pacing(_ pacing: Pacing) -> String {
    switch pacing {
    case .timeline: "at the recorded times (open loop)"
    case .think: "the recorded pause after each response (closed loop)"
    }
}

private func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number(count)) \(count == 1 ? one : many ?? one + "s")"
}

private func number(_ value: Int) -> String { max(0, value).grouped }

private func spread(_ words: String, _ span: Duration) -> String {
    span == .zero ? "all at once" : "\(words) \(duration(span))"
}

private func duration(_ duration: Duration) -> String {
    let seconds = duration.seconds
    switch seconds {
    case ..<0: return "0 s (expired when recorded)"
    case ..<1: return "\((seconds * 1000).formatted(decimals: 1)) ms"
    case ..<120: return "\(seconds.formatted(decimals: 1)) s"
    case ..<7200: return "\((seconds / 60).formatted(decimals: 1)) min"
    default: return "\((seconds / 3600).formatted(decimals: 1)) h"
    }
}
