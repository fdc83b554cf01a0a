import Analysis
import ArgumentParser
import Formats
import Foundation
import Measurement
import Monitoring
import Plan
import Replay
import Scenario
import Traffic
import Workflows

/// A scenario with everything that is decided before sending starts.
struct PreparedScenario {
    let scenario: ScenarioDefinition
    let load: CampaignLoad
    let plan: ReplayPlan
    let options: ReplayOptions
    let description: RunDescription
    let watch: TargetWatch
    let allowedHosts: [String]
    let watchers: [Watcher]
    /// The metrics pages that watches read, as they are in the record, by the watches' names.
    let pages: [String: String]
    /// Why this machine cannot run it; nil if it can.
    let obstacle: String?

    /// Reads the logs, plans, and checks everything that can be checked without sending.
    ///
    /// - Parameters:
    ///   - folder: of the scenario file.
    ///   - run: a tag that makes the users of this run different from those of other runs: none can register twice.
    init(_ scenario: ScenarioDefinition, in file: ScenarioFile, folder: String, run: String) throws {
        try Self.checkSupport(of: scenario, in: file)
        try CampaignWatches.checkNames(of: scenario, in: file)
        let load = try CampaignLoad(scenario, in: file)
        // A level that no machine has the memory to plan is not planned either.
        let early = Self.lackOfDescriptors(load.most ?? 0, scenario)
        if let early, load.most ?? 0 > Self.mostPlanned { throw CommandFailure(early) }
        let parts = try load.parts.map { part in
            try PlannedTraffic(
                part, of: scenario, in: file, folder: folder, run: run, isAlone: load.parts.count == 1)
        }
        guard let first = parts.first else {
            throw CommandFailure("scenario '\(scenario.name)' sends nothing", .usage)
        }
        let sending = first.arguments.sending
        var common = sending
        common.source = nil
        var options: ReplayOptions
        do {
            options = try common.options(plan: first.arguments.plan)
        } catch let error as CommandFailure {
            throw ScenarioError(
                "scenario '\(scenario.name)': \(error.description)", at: scenario.options.place(of: "target"))
        }
        options.duration = load.duration
        options.stretches = load.stretches
        options.expectationsByPart = parts.map(\.arguments.sending.expect)
        options.exchangeNumbers = parts.flatMap(\.numbers)
        options.connect(from: parts.map(\.arguments.sending.source))
        let plan = try ReplayPlan(
            combining: parts.map { ($0.name, $0.plan) }, into: load.pools, duration: load.duration)
        try Self.checkEndpoints(of: scenario, in: plan)
        let outline = plan.outline()
        obstacle =
            early
            ?? Self.lackOfDescriptors(outline.sockets + options.extraDescriptors(slots: plan.slotCount), scenario)
        self.scenario = scenario
        self.load = load
        self.plan = plan
        self.options = options
        allowedHosts = sending.allowHost
        watchers = try CampaignWatches.watchers(of: file, folder: folder, allowedHosts: sending.allowHost)
        (watch, pages) = try Self.watch(file, scenario, allowedHosts: sending.allowHost)
        description = Self.description(scenario, file, load, plan, outline, sending)
    }

    /// More sessions than any machine can have connections.
    private static let mostPlanned = 200_000

    private static func lackOfDescriptors(_ connections: Int, _ scenario: ScenarioDefinition) -> String? {
        do throws(ReplayRun.Failure) {
            try ReplayRun.checkDescriptors(connections: connections)
            return nil
        } catch {
            return "scenario '\(scenario.name)': \(error.description)"
        }
    }

    private static func checkSupport(of scenario: ScenarioDefinition, in file: ScenarioFile) throws {
        for phase in scenario.phases {
            try TrafficArguments.refuseRunOptions(phase.options, of: "one phase", at: phase.place)
        }
        for criterion in scenario.guards where !GuardWatch.canFollow(criterion) {
            throw ScenarioError(
                "the guard '\(criterion.text)' cannot be judged during a run: use times, failures or rps of all requests, "
                    + "no-leak or no-drift",
                at: criterion.place)
        }
    }

    /// Refuses criteria on endpoints that no request is sent to, or only requests that others need.
    private static func checkEndpoints(of scenario: ScenarioDefinition, in plan: ReplayPlan) throws {
        let labels = plan.endpoints.map(\.label)
        var measured: Set<Int> = []
        for script in plan.scripts {
            for request in script.requests where !request.isPrelude { measured.insert(request.endpoint) }
        }
        for criterion in scenario.criteria {
            guard let endpoint = criterion.endpoint, let index = labels.firstIndex(of: endpoint),
                !measured.contains(index)
            else { continue }
            throw ScenarioError(
                "'\(criterion.text)' is about '\(endpoint)', which scenario '\(scenario.name)' sends only because other "
                    + "requests need it (prelude): no figure has it", at: criterion.place)
        }
        let isEndpoint = { (name: String) in name.contains(" ") }
        if let unknown = UnknownEndpoint.first(in: scenario.criteria, among: labels, where: isEndpoint) {
            throw ScenarioError(
                "'\(unknown.gate)' is about '\(unknown.endpoint)', to which scenario '\(scenario.name)' sends nothing",
                at: unknown.place, suggestion: unknown.nearest.first)
        }
    }

    /// The watches that a replay also has, and the metrics pages by the names of their watches.
    private static func watch(
        _ file: ScenarioFile, _ scenario: ScenarioDefinition, allowedHosts: [String]
    ) throws -> (TargetWatch, pages: [String: String]) {
        var watch = TargetWatch()
        // A monitor that fails is a gap, never a failed run.
        watch.mayBeAbsent = true
        var pages: [String: String] = [:]
        for definition in file.watches {
            switch definition.source {
            case .process(let id): watch.processes.append(Int32(id))
            case .port(let port): watch.ports.append(UInt16(port))
            case .metrics(let url):
                watch.pages.append(url)
                watch.interval = min(watch.interval, definition.interval)
                do throws(MetricsPage.Problem) {
                    let page = try MetricsPage(parsing: url, allowedHosts: Set(allowedHosts.map { $0.lowercased() }))
                    pages[definition.name] = page.label
                } catch {
                    throw ScenarioError("watch '\(definition.name)': \(error.advised)", at: definition.place)
                }
            default: break
            }
        }
        let wanted = scenario.series.filter { pages[$0.watch] != nil }.compactMap { MetricFilter(parsing: $0.figure) }
        if !watch.pages.isEmpty { watch.filters = MetricFilter.usual + wanted }
        return (watch, pages)
    }

    private static func description(
        _ scenario: ScenarioDefinition, _ file: ScenarioFile, _ load: CampaignLoad, _ plan: ReplayPlan,
        _ outline: PlanOutline, _ sending: SendingArguments
    ) -> RunDescription {
        var settings = [
            "campaign": file.name, "scenario": scenario.name, "target": sending.target.joined(separator: " "),
            "log": file.logs.joined(separator: " "), "seed": "\(plan.options.seed)",
            "speed": plan.parts.count == 1 ? plan.parts[0].speed.description : nil,
            "pacing": plan.parts.count == 1 ? plan.parts[0].pacing.rawValue : nil,
            "think": plan.parts.count == 1 ? plan.parts[0].think?.description : nil,
        ].compactMapValues { $0 }
        if load.parts.count > 1 { settings["traffic"] = load.parts.map(\.traffic).joined(separator: " ") }
        settings["load"] = scenario.phases.map { $0.level.text }.joined(separator: " ")
        settings["transport"] = sending.transport.rawValue
        var description = RunDescription(
            startedAt: Date().timeIntervalSince1970, settings: settings, endpoints: plan.endpoints.map(\.label),
            plannedSessions: plan.plannedClones, plannedNs: load.duration?.wholeNanoseconds,
            rampNs: scenario.phases[0].ramp.wholeNanoseconds, isClosedLoop: !plan.isOpenLoop,
            plannedRequests: outline.requestsDue)
        description.plannedSpanNs = outline.plannedDurationNs
        description.stretches = load.stretches
        return description
    }
}

/// One traffic of a scenario with its plan.
private struct PlannedTraffic {
    let name: String
    let plan: ReplayPlan
    let arguments: TrafficArguments
    /// The numbers of the recorded exchanges, by script and request.
    let numbers: [[UInt64]]

    /// - Parameters:
    ///   - folder: of the scenario file.
    ///   - run: distinguishes the users of this run from those of other runs
    ///   - isAlone: whether the scenario has no other traffic.
    init(
        _ planned: CampaignLoad.Part, of scenario: ScenarioDefinition, in file: ScenarioFile, folder: String,
        run: String, isAlone: Bool
    ) throws {
        name = planned.traffic
        let definition = file.traffic.first { [name] in $0.name == name }
        var part: TrafficPart?
        if case .part(let own) = definition?.content { part = own }
        let place = definition?.place ?? scenario.place
        arguments = try TrafficArguments.parsed(
            part, in: planned.options, of: scenario, in: file, folder: folder, place: place)
        var options = try arguments.plan.options()
        if options.identityTemplate == PlanOptions.usualIdentityTemplate {
            options.identityTemplate = PlanOptions.usualIdentityTemplate.replacing(
                "{clone}", with: "{clone}\(run)")
        }
        if !isAlone, options.feeds.whenUsedUp == .stop, !options.feeds.isEmpty {
            throw ScenarioError(
                "scenario '\(scenario.name)': '\(name)' is one of several traffic entries, whose clones do not stop one by one "
                    + "when its values run out: set identities-when-used-up to wrap or reuse", at: place)
        }
        if options.bindingRules.needsCommand, arguments.sending.mintWith == nil {
            throw CommandFailure("the bindings need a command that makes values: give it with mint-with", .usage)
        }
        do {
            plan = try arguments.input.plan(
                options, filters: arguments.filters, hasPrelude: !arguments.plan.noPrelude)
        } catch let error as any ReportedError {
            let subject = part == nil ? "" : "scenario '\(scenario.name)', traffic '\(name)': "
            throw PlacedFailure(
                ScenarioError(subject + error.advised, at: definition?.place ?? file.logPlace), error.exitStatus)
        }
        let leftOut = [PlanWarnings.leftOut(of: plan.findings)].compactMap { $0 }
        // Sessions of a part are short because the rest of them is left out.
        let doubts = part?.filters.values.isEmpty ?? true ? plan.findings.sessionDoubts : []
        for warning in leftOut + doubts.map(\.warning) + PlanWarnings.texts(of: plan) {
            Console.warn("\(scenario.name)\(name.isEmpty ? "" : ", \(name)"): \(warning)")
        }
        numbers = try plan.exchangeNumbers(in: arguments.input.selection())
    }
}

/// A failure because of something that a place of the scenario file names, such as a log that cannot be read.
struct PlacedFailure: ReportedError {
    private let error: ScenarioError
    let exitStatus: ExitStatus

    var description: String { error.description }

    init(_ error: ScenarioError, _ exitStatus: ExitStatus) { (self.error, self.exitStatus) = (error, exitStatus) }
}
