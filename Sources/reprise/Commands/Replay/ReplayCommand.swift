import Analysis
import ArgumentParser
import Formats
import Foundation
import Live
import Measurement
import Plan
import Replay
import Report
import Traffic
import Workflows

/// `reprise replay`: sends a session log's traffic to a target and judges what came back.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send recorded traffic to a target, faster and many times over, and judge the responses.",
        discussion: """
            Each replayed session has its own identity, tokens, cookies and connections. Times are measured from the \
            schedule, so a stalled target cannot hide its stall. Requests are sent only to the targets you name; a target that \
            is not loopback needs --allow-host. 'reprise plan' shows what would be sent.

            Examples:
              reprise replay shop.rlog --target http://localhost:8080
              reprise replay shop.rlog --target http://localhost:8080 --gate 'p95<500ms'
              reprise replay shop.rlog --target http://localhost:8080 --speed 10 \\
                  --sessions 1000 --for 5m

            Exit codes: 0 success, 1 nothing was answered, 64 usage, 99 a gate failed, 130 Ctrl-C (the report is written).

            More options, each with 'reprise help NAME':
              filters              --endpoint, --method, --status, --host, --where, …
              replay.load          --arrivals, --order, --max-behind, --seed, …
              replay.identities    --identity, --identities, --feed, …
              replay.tokens        --on-401, --mint-key, --oauth-token-url, …
              replay.connections   --proxy, --cacert, --resolve, --workers, …
              replay.watching      --watch-metrics, --warm-up, --stop-when-sure, …
              replay.comparing     --baseline-target, --pairs, --margin
              gates                what --gate understands
            """)

    @OptionGroup var input: LogInput

    @OptionGroup(title: "Filters", visibility: .hidden)
    var filters: FilterArguments

    @OptionGroup(title: "Target")
    var sending: SendingArguments

    @OptionGroup(title: "Load")
    var plan: PlanArguments

    @OptionGroup(title: "Results")
    var judging: JudgingArguments

    @OptionGroup(title: "Watching")
    var watching: LivePageArguments

    @OptionGroup(title: "Comparing")
    var baseline: BaselineArguments

    func validate() throws {
        if case .listed = plan.bindings {
            throw ValidationError("--bindings needs a file; 'reprise plan LOG --bindings' lists the bindings.")
        }
    }

    func run() throws {
        let path = judging.runFolder(ofLogs: input.choice.logs)
        try OutputPaths.check([path], against: input.choice.inputs + plan.inputs)
        let gates = try judging.gates.parsed()
        try judging.watch.check(gates)
        var options = try sending.options(plan: plan)
        options.stretches = gates.stretches
        if sending.insecure { Console.warn(SendingArguments.insecureWarning) }
        if sending.proxying.proxyInsecure { Console.warn(ProxyArguments.insecureWarning) }
        guard baseline.baselineTarget.isEmpty else {
            try runPairs(options, gates, folder: path)
            return
        }
        let planOptions = try plan.options()
        if planOptions.bindingRules.needsCommand, sending.mintWith == nil {
            throw CommandFailure(
                "the bindings file needs a command that makes values: give it with --mint-with", .usage)
        }
        let replayPlan = try input.plan(planOptions, filters: filters, hasPrelude: !plan.noPrelude)
        for warning in replayPlan.findings.sessionDoubts.map(\.warning) + PlanWarnings.texts(of: replayPlan) {
            Console.warn(warning)
        }
        if let unknown = UnknownEndpoint.first(in: gates, among: replayPlan.endpoints.map(\.label)) { throw unknown }
        let description = description(of: replayPlan)
        options.exchangeNumbers = try replayPlan.exchangeNumbers(in: input.selection())
        var run = PlannedRun(plan: replayPlan, options: options, description: description, advisor: .commandLine)
        run.allowedHosts = sending.allowHost
        run.stopping = sending.maxFailureRatio.map { FailureLimit(ratio: $0, advisor: .commandLine) }
        if judging.stopWhenSure { run.settling = PlannedRun.settling(gates, of: description) }
        let live = try watching.start(title: input.name)
        defer { live?.finish() }
        let follower = live?.follow(
            LiveRun(replayPlan, description, title: input.name, gates: gates),
            processors: ReplayRun.workerCount(plan: replayPlan, options: options))
        run.follower = follower
        let conclusion = try run.perform(
            folder: path, overwrites: judging.force, watching: judging.watch.watch, console: .standardError(live)
        ).concluded(gates: gates, isStrict: judging.gates.strict, folder: path, advisor: .commandLine)
        if let live, let follower { live.end(follower, conclusion.summary) }
        try show(conclusion, folder: path, identities: replayPlan.findings.identities)
    }

    private func runPairs(_ options: ReplayOptions, _ gates: [Criterion], folder path: String) throws {
        var other = sending
        other.target = baseline.baselineTarget
        let targets = (sending.target, other.target)
        var baselineOptions = try other.options(plan: plan)
        baselineOptions.stretches = options.stretches
        let others = baselineOptions
        var pairs = PairedReplay(
            plan: { pair in
                var options = try plan.options()
                if pair > 0 {
                    let person = "{clone}p\(pair)"
                    options.identityTemplate = options.identityTemplate?.replacing("{clone}", with: person)
                }
                return try input.plan(options, filters: filters, hasPrelude: !plan.noPrelude)
            }, options: { $0 == .baseline ? others : options },
            describe: { description(of: $0, target: $1 == .baseline ? targets.1 : targets.0) })
        pairs.allowedHosts = sending.allowHost
        pairs.pairs = baseline.pairs
        pairs.margin = baseline.margin / 100
        pairs.gates = gates
        pairs.isStrict = judging.gates.strict
        pairs.watch = judging.watch.watch
        pairs.advisor = .commandLine
        let live = try watching.start(title: input.name)
        defer { live?.finish() }
        var follower: LiveFollower?
        pairs.follow = { turn, plan, description in
            follower = live?.follow(
                LiveRun(
                    plan, description, title: "\(input.name) · \(turn.name)", gates: turn.side == .baseline ? [] : gates
                ),
                processors: ReplayRun.workerCount(plan: plan, options: options))
            return follower
        }
        pairs.conclude = { summary in if let live, let follower { live.end(follower, summary) } }
        let outcome = try pairs.perform(folder: path, overwrites: judging.force, console: .standardError(live))
        try show(outcome, folder: path, gates: gates)
    }

    private func description(of plan: ReplayPlan, target: [String]? = nil) -> RunDescription {
        var settings = [
            "log": input.name, "target": (target ?? sending.target).joined(separator: " "),
            "speed": plan.options.speed.description,
            "pacing": plan.options.pacing.rawValue, "seed": "\(plan.options.seed)",
        ]
        settings["think"] = plan.options.think?.description
        settings["sessions"] = self.plan.sessions.map(String.init)
        settings["copies"] = self.plan.copies.map(String.init)
        if plan.ramp > .zero {
            settings["ramp"] = self.plan.ramp?.defaultValueDescription ?? ClockText.span(plan.ramp / .seconds(1))
        }
        settings["arrivals"] = plan.options.arrivals == .recorded ? nil : plan.options.arrivals.description
        settings["connections"] = plan.options.connections.rawValue
        settings["transport"] = sending.transport.rawValue
        settings["proxy"] = sending.proxying.label
        settings["order"] = sending.order.rawValue
        settings["rate"] = sending.rate.map { "\($0)/s" }
        settings["on-401"] = sending.renewal.on401 == .count ? nil : sending.renewal.on401.rawValue
        settings["renew-before"] =
            sending.renewal.renewBefore == .automatic ? nil : sending.renewal.renewBefore.description
        settings["oauth-token-url"] = self.plan.tokenEndpoint.url
        settings["for"] = plan.options.duration?.defaultValueDescription
        let outline = plan.outline()
        var description = RunDescription(
            startedAt: Date().timeIntervalSince1970, settings: settings, endpoints: plan.endpoints.map(\.label),
            plannedSessions: plan.plannedClones, plannedNs: plan.options.duration?.wholeNanoseconds,
            rampNs: plan.ramp.wholeNanoseconds,
            isClosedLoop: !plan.isOpenLoop,
            plannedRequests: outline.requestsDue)
        description.plannedSpanNs = outline.plannedDurationNs
        description.warmUpNs = judging.warmUp?.wholeNanoseconds
        description.requestsPerSecondLimit = sending.rate.map { Double($0) }
        description.stretches = try? judging.gates.parsed().stretches
        return description
    }
}
