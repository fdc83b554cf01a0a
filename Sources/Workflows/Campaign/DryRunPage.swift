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

        /// A scenario with its plan.
        public init(_ scenario: ScenarioDefinition, _ load: CampaignLoad, _ plan: ReplayPlan) {
            self.scenario = scenario
            self.load = load
            self.plan = plan
        }
    }

    private let file: ScenarioFile
    private let entries: [Entry]
    private let width: Int

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
        lines += findingLines(findings.filter { $0.scenario.isEmpty })
        for entry in entries {
            lines += self.lines(of: entry)
            lines += findingLines(findings.filter { $0.scenario == entry.scenario.name }) + [""]
        }
        let lengths = entries.compactMap(\.scenario.length)
        let total = lengths.reduce(Duration.zero, +)
        let more = lengths.count < entries.count ? ", plus scenarios without a planned end" : ""
        lines.append("Total: \(Self.span(total))\(more), one scenario after another.")
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(of entry: Entry) -> [String] {
        let scenario = entry.scenario
        var lines = [scenario.name.displayable]
        let rows = scenario.phases.map { phase in
            [
                "  " + phase.name, Self.level(phase.level), phase.ramp > .zero ? Self.span(phase.ramp) : "at once",
                phase.hold.map(Self.span) ?? Plural.text(phase.passes ?? 1, "pass"),
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
                        : "")
                    + ", " + Self.pace(part))
        }
        let outline = entry.plan.outline()
        lines.append(
            "  at most \(Plural.text(outline.sockets, "connection")), about \(ByteCount(outline.memoryBytes)) of memory"
                + (outline.peakRequestsPerSecond.map { ", up to \($0.grouped) requests in one second" } ?? ""))
        for (title, commands) in [
            ("before", scenario.before), ("check", scenario.checks), ("after", scenario.after),
        ] {
            for command in commands { lines += wrapped("  \(title): \(command.command)") }
        }
        for fault in scenario.faults {
            let end = fault.length.map { ", undone after \(Self.span($0))" } ?? ""
            lines += wrapped("  fault \(fault.name) at \(Self.span(fault.at))\(end)")
        }
        let criteria: [(String, [Criterion])] = [
            ("gates", scenario.gates + scenario.phases.flatMap(\.gates)),
            ("goals", scenario.goals + scenario.phases.flatMap(\.goals)), ("guards", scenario.guards),
        ]
        for (title, list) in criteria where !list.isEmpty {
            lines += wrapped("  \(title): " + list.map { $0.label(phase: nil) }.joined(separator: ", "))
        }
        return lines
    }

    private func findingLines(_ findings: [DryRun.Finding]) -> [String] {
        findings.flatMap { wrapped("  ! \($0.text)") }
    }

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

    private static func span(_ duration: Duration) -> String {
        let seconds = Int(duration / .seconds(1))
        guard duration >= .seconds(1) else { return "\((duration / .milliseconds(1)).formatted(decimals: 0)) ms" }
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")].filter { $0.0 > 0 }
        return parts.map { "\($0.0)\($0.1)" }.joined()
    }
}
