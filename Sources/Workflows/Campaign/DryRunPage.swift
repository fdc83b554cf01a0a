import Analysis
import Formats
public import Plan
public import Scenario
import Traffic

/// A page that shows what a campaign would do, before anything is sent.
public struct DryRunPage {

    /// A scenario with its plan.
    public struct Entry {
        let scenario: ScenarioDefinition
        let load: CampaignLoad
        let plan: ReplayPlan
        let problems: [String]

        /// A scenario with its plan.
        ///
        /// - Parameter problems: why it cannot be run on this machine, as sentences without a full stop
        public init(
            _ scenario: ScenarioDefinition, _ load: CampaignLoad, _ plan: ReplayPlan, problems: [String] = []
        ) {
            self.scenario = scenario
            self.load = load
            self.plan = plan
            self.problems = problems
        }
    }

    private let file: ScenarioFile
    private let entries: [Entry]
    private let width: Int

    /// A page of a dry run for a terminal.
    ///
    /// - Parameter width: columns of the terminal
    public init(_ file: ScenarioFile, _ entries: [Entry], width: Int = 100) {
        self.file = file
        self.entries = entries
        self.width = min(160, max(80, width))
    }

    /// The page; every line ends with a line feed.
    public var text: String {
        var lines = ["\(file.name.displayable): what would run. Nothing is sent.", ""]
        let findings = DryRun(file).findings
        lines += findingLines(findings.filter { $0.scenario.isEmpty }.map(\.text))
        lines += surroundings
        for entry in entries {
            lines += self.lines(of: entry)
            let own = findings.filter { $0.scenario == entry.scenario.name }.map(\.text)
            lines += findingLines(entry.problems + own + sharedValues(of: entry)) + [""]
        }
        let lengths = entries.compactMap(\.scenario.length)
        let total = lengths.reduce(Duration.zero, +)
        let more = lengths.count < entries.count ? ", plus scenarios without a planned end" : ""
        lines.append("Total: \(DurationText.text(total))\(more), one scenario after another.")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The services and watches of all scenarios.
    private var surroundings: [String] {
        let services = file.services.map { service in
            "service \(service.name): started by '\(service.start)' unless it is ready"
                + (service.stop.map { ", and then stopped by '\($0)'" } ?? ", and then stopped by a signal")
        }
        let watches = file.watches.map(\.name).joined(separator: ", ")
        let lines = services + (watches.isEmpty ? [] : ["watches: \(watches)"])
        return lines.isEmpty ? [] : lines.flatMap { wrapped($0) } + [""]
    }

    /// Traffic whose files have fewer rows than it has sessions at once.
    private func sharedValues(of entry: Entry) -> [String] {
        entry.plan.parts.indices.compactMap { index in
            let name = entry.plan.parts[index].name
            guard let rows = entry.plan.clonesWithValues(ofPart: index),
                let most = sessions(of: name, in: entry.scenario),
                rows < most, entry.plan.options.feeds.whenUsedUp != .stop || entry.plan.parts.count > 1
            else { return nil }
            return "\(name.isEmpty ? "its" : "the") files\(name.isEmpty ? "" : " of '\(name)'") have values for "
                + "\(Plural.text(rows, "session")), and \(most.grouped) run at once: several share the same values"
        }
    }

    /// The most sessions of a traffic at once; nil if they arrive at a rate.
    private func sessions(of traffic: String, in scenario: ScenarioDefinition) -> Int? {
        var most = 0.0
        for phase in scenario.phases {
            let counts: [LoadLevel.TrafficCount]
            switch phase.level {
            case .rate: return nil
            case .byTraffic(let own): counts = own
            case .sessions(let count):
                counts = [.init(traffic: phase.traffic ?? scenario.traffic ?? "", sessions: count)]
            }
            let own = counts.reduce(0.0) { sum, count in
                file.shares(of: count.traffic).reduce(sum) {
                    $1.traffic == traffic ? $0 + $1.share * Double(count.sessions) : $0
                }
            }
            most = max(most, own)
        }
        return Int(most.rounded(.up))
    }

    private func lines(of entry: Entry) -> [String] {
        let scenario = entry.scenario
        var lines = [scenario.name.displayable]
        let rows = scenario.phases.map { phase in
            [
                "  " + phase.name, Self.level(phase.level),
                phase.ramp > .zero ? DurationText.text(phase.ramp) : "at once",
                phase.hold.map(DurationText.text) ?? Plural.text(phase.passes ?? 1, "pass"),
                phase.traffic ?? scenario.traffic ?? "everything", phase.isJudged ? "" : "not judged",
            ]
        }
        lines += TextTable(head: ["  phase", "level", "ramp", "hold", "traffic", ""], rows: rows, width: width).lines
        for part in entry.plan.parts {
            let scripts = entry.plan.scripts[part.scripts]
            let requests = scripts.reduce(0) { $0 + $1.requests.count { !$0.isPrelude } }
            let preludes = scripts.reduce(0) { $0 + $1.requests.count(where: \.isPrelude) }
            let name = part.name.isEmpty ? "everything" : part.name
            lines += wrapped(
                "  \(name): \(Plural.text(scripts.count, "recorded session")) with "
                    + Plural.text(requests, "request")
                    + (preludes > 0
                        ? ", and \(preludes.grouped) that these need, sent first and measured separately (prelude)"
                            + preludeCount(part.name, preludes, scripts.count, scenario)
                        : "")
                    + ", " + Self.pace(part))
        }
        let outline = entry.plan.outline()
        let mostPerSecond =
            outline.peakRequestsPerSecond
            ?? DryRun.mostRequestsPerSecond(of: scenario, in: file).map { Int($0.rounded(.up)) }
        lines.append(
            "  at most \(Plural.text(outline.sockets, "connection")), about \(ByteCount(outline.memoryBytes)) of memory"
                + (mostPerSecond.map { ", up to \($0.grouped) requests per second" } ?? ""))
        for (title, commands) in [
            ("before", scenario.before), ("check", scenario.checks), ("after", scenario.after),
        ] {
            for command in commands { lines += wrapped("  \(title): \(command.command)") }
        }
        for fault in scenario.faults {
            let end = fault.length.map { ", undone after \(DurationText.text($0))" } ?? ""
            lines += wrapped("  fault \(fault.name) at \(DurationText.text(fault.at))\(end)")
        }
        let criteria: [(String, [String])] = [
            ("gates", labels(scenario, \.gates, \.gates)), ("goals", labels(scenario, \.goals, \.goals)),
            ("guards", scenario.guards.map(\.label)),
        ]
        for (title, list) in criteria where !list.isEmpty {
            lines += wrapped("  \(title): " + list.joined(separator: ", "))
        }
        return lines
    }

    /// The criteria of a scenario and of its phases, as its result names them.
    private func labels(
        _ scenario: ScenarioDefinition, _ own: KeyPath<ScenarioDefinition, [Criterion]>,
        _ ofPhase: KeyPath<Phase, [Criterion]>
    ) -> [String] {
        scenario[keyPath: own].map(\.label)
            + scenario.phases.flatMap { phase in phase[keyPath: ofPhase].map { $0.label(phase: phase.name) } }
    }

    /// How many requests come before the measured ones: `: about 20,000 before all 10,000 sessions are at work`.
    private func preludeCount(
        _ traffic: String, _ preludes: Int, _ scripts: Int, _ scenario: ScenarioDefinition
    ) -> String {
        guard scripts > 0, let most = sessions(of: traffic, in: scenario), most > 1 else { return "" }
        let count = Int((Double(most) * Double(preludes) / Double(scripts)).rounded())
        return ": about \(count.grouped) before all \(most.grouped) sessions are at work"
    }

    private func findingLines(_ findings: [String]) -> [String] { findings.flatMap { wrapped("  ! \($0)") } }

    private func wrapped(_ text: String) -> [String] {
        let indent = String(text.prefix { $0 == " " })
        return text.displayable.wrapped(to: width - 4).enumerated().map {
            indent + ($0.offset == 0 ? "" : "  ") + $0.element
        }
    }

    private static func level(_ level: LoadLevel) -> String {
        switch level {
        case .sessions(let count): "\(count.grouped) sessions"
        case .rate(let perSecond): "\(perSecond) sessions/s"
        case .byTraffic(let counts): counts.map { "\($0.sessions.grouped) \($0.traffic)" }.joined(separator: ", ")
        }
    }

    private static func pace(_ part: PlanPart) -> String {
        if let think = part.think { return "pauses of \(think) before each request" }
        if part.speed == .max { return "without pauses" }
        return (part.pacing == .think ? "recorded pauses" : "recorded times")
            + (part.speed == .factor(1) ? "" : " divided by \(part.speed)")
    }
}
