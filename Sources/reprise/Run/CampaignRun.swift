import Analysis
import Formats
import Foundation
import Glibc
import Live
import Measurement
import Monitoring
import Replay
import Report
import Scenario
import Traffic
import Workflows

/// Runs the scenarios of a campaign one after another, and keeps their results.
struct CampaignRun {
    let campaign: ScenarioFile
    let scenarios: [PreparedScenario]
    /// Where commands run.
    let fileFolder: String
    /// The campaign folder.
    let path: String
    let overwrites: Bool
    let isStrict: Bool
    let shortenedBy: Int?
    /// How the campaign is run, for its result.
    let provenance: CampaignProvenance
    /// The baseline of each scenario, by its name.
    let baselines: [String: CampaignBaseline]
    /// The live page; nil for none.
    var live: LiveSession?
    /// Whether a scenario ends as soon as all its gates are settled.
    var stopsWhenSure = false

    /// Runs the scenarios; Ctrl-C ends the running one cleanly and starts no other.
    ///
    /// - Returns: their results.
    func perform() throws -> CampaignResult {
        try createFolder()
        try Interrupt.catchSignals()
        let startedAt = Date().timeIntervalSince1970
        var results: [ScenarioResult] = []
        for (index, prepared) in scenarios.enumerated() where !Interrupt.isRequested {
            let name = prepared.scenario.name
            Console.note("\(name): scenario \(index + 1) of \(scenarios.count)\(length(of: prepared))")
            let result = perform(prepared)
            results.append(result)
            if let problem = result.problem { Console.warn("\(name): \(problem)") }
            try write(self.result(results, startedAt: startedAt))
        }
        let result = result(results, startedAt: startedAt)
        try write(result)
        return result
    }

    private func length(of prepared: PreparedScenario) -> String {
        prepared.load.duration.map { ", \(ClockText.span($0 / .seconds(1)))" } ?? ""
    }

    private func result(_ results: [ScenarioResult], startedAt: Double) -> CampaignResult {
        var result = CampaignResult(
            name: campaign.name, startedAt: startedAt, scenarios: results,
            words: (campaign.verdictWords.pass, campaign.verdictWords.fail),
            bands: campaign.scoreBands.map { ($0.name, $0.percent) }, shortenedBy: shortenedBy,
            wasInterrupted: Interrupt.isRequested)
        result.provenance = provenance
        return result
    }

    /// Runs one scenario with its commands; its problems are part of the result.
    private func perform(_ prepared: PreparedScenario) -> ScenarioResult {
        let scenario = prepared.scenario
        let folder = PathName.safe(scenario.name)
        var result = ScenarioResult(name: scenario.name, folder: folder)
        let services = CampaignServices(
            campaign.services, in: fileFolder, outputFolder: path, isInterrupted: { Interrupt.isRequested })
        var problem = services.start() ?? run(scenario.before, "before")
        if problem == nil, !Interrupt.isRequested {
            do {
                if case .ladder(let ladder) = scenario.load {
                    try climb(ladder, of: scenario, services, folder: "\(path)/\(folder)", into: &result)
                } else {
                    _ = try send(prepared, services, folder: "\(path)/\(folder)", into: &result)
                }
            } catch let error as any ReportedError {
                problem = error.description
            } catch {
                problem = "\(error)"
            }
            if problem == nil, !Interrupt.isRequested { problem = run(scenario.checks, "check") }
        }
        // Clean-up commands run whatever happened, and after Ctrl-C too.
        let cleaning = run(scenario.after, "after", evenIfInterrupted: true)
        let stopping = services.stop()
        result.problem = result.problem ?? problem ?? cleaning ?? stopping.first
        return result
    }

    /// Runs the levels of a ladder, each as a separate run, until its capacity is known.
    private func climb(
        _ ladder: Ladder, of scenario: ScenarioDefinition, _ services: CampaignServices, folder: String,
        into result: inout ScenarioResult
    ) throws {
        var search = LadderSearch(ladder)
        var failure: [GateResult] = []
        var failureKinds: [String: UInt64]?
        var climate = LadderClimate()
        mkdir(folder, 0o700)
        while let step = search.next, !Interrupt.isRequested {
            let trial = scenario.trial(step, of: ladder, number: search.trials.count + 1)
            Console.note("\(scenario.name): \(step.purpose.rawValue), \(step.level) sessions")
            let prepared = try PreparedScenario(
                trial, in: campaign, folder: fileFolder,
                run: "\(CampaignRun.tag())l\(search.trials.count + 1)")
            var own = ScenarioResult(name: trial.name, folder: trial.name)
            let (summary, record) = try send(prepared, services, folder: "\(folder)/\(trial.name)", into: &own)
            guard !Interrupt.isRequested else { break }
            climate.take(record, of: step, ladder)
            let isLimited = summary.generator.saturated
            let outcome: LadderResult.Outcome =
                isLimited ? .inconclusive : own.verdict == .fail || own.problem != nil ? .failed : .held
            if outcome == .failed, search.firstFailing == nil {
                failure = own.gates.filter { $0.outcome == .failed }
                failureKinds = summary.failuresByKind.reduce(into: [:]) { $0[$1.kind.label] = UInt64($1.count) }
            }
            if isLimited {
                result.warnings.append(
                    "at \(step.level) sessions the generator was too slow: the level says nothing about the target")
            }
            search.take(outcome)
            result.phases += own.phases.map { phase in
                var phase = phase
                phase.name = "\(step.purpose.rawValue) \(step.level)"
                phase.verdict = outcome == .held ? .pass : outcome == .failed ? .fail : .none
                return phase
            }
        }
        var found = LadderResult(search, failure: failure)
        found.failureKinds = failureKinds
        found.recoverySeconds = climate.recoverySeconds
        result.ladder = found
        result.capacity = found.capacity
        result.ending = Interrupt.isRequested ? RunEnding.interrupted.rawValue : RunEnding.complete.rawValue
        result.gates = scenario.capacityGates.map(found.result)
        if result.gates.isEmpty {
            result.gates = [
                GateResult(
                    gate: "the lowest level holds",
                    outcome: found.capacity != nil ? .passed : found.firstFailing != nil ? .failed : .inconclusive,
                    figure: found.sentence)
            ]
        }
        let goals = scenario.capacityGoals.map { ($0.weight, found.result(of: $0)) }
        result.goals = goals.map(\.1)
        result.goalWeight = goals.reduce(0) { $0 + $1.0 }
        result.metWeight = goals.reduce(0) { $1.1.outcome == .passed ? $0 + $1.0 : $0 }
        result.verdict = result.gates.verdict(isStrict: isStrict)
    }

    private func send(
        _ prepared: PreparedScenario, _ services: CampaignServices, folder: String,
        into result: inout ScenarioResult
    ) throws -> (summary: RunSummary, record: RunRecord) {
        let faults = FaultRunner(
            prepared.scenario, in: campaign, services: services, runFolder: folder, commandFolder: fileFolder)
        let hasFaults = !prepared.scenario.faults.isEmpty
        var isBegun = false
        var run = PlannedRun(
            plan: prepared.plan, options: prepared.options, description: prepared.description, advisor: .commandLine)
        run.allowedHosts = prepared.allowedHosts
        run.watchers = prepared.watchers
        if stopsWhenSure, let gates = prepared.scenario.settlingGates {
            run.settling = PlannedRun.settling(gates, of: prepared.description)
        }
        let follower = live?.follow(
            LiveRun(prepared, in: campaign),
            processors: ReplayRun.workerCount(plan: prepared.plan, options: prepared.options))
        follower?.onOrder = { [weak follower] order in
            switch order {
            case .undo(let fault): faults.undo(fault)
            case .endPhase: follower?.stopReason = "the phase was ended on the live page"
            case .stop: break
            }
        }
        run.follower = follower
        let undoable = Set(prepared.scenario.faults.filter { $0.length != nil }.map(\.name))
        var guards = GuardWatch(
            prepared.scenario.guards, plannedSeconds: prepared.description.plannedNs.map { Nanoseconds.inSeconds($0) })
        run.steering = { elapsed, collector in
            if hasFaults { follower?.take(faults.marks, undoable: undoable) }
            if hasFaults {
                // Faults are timed from the first due request; while tokens are prepared, the run's time is 0.
                if !isBegun, elapsed != .zero {
                    faults.start(elapsed: elapsed)
                    isBegun = true
                }
                for note in faults.takeNotes() { Console.note(note) }
            }
            if let reason = collector.lastWindow.flatMap({ guards.take($0) }) { return reason }
            guard guards.isLookDue(at: elapsed.seconds) else { return nil }
            return guards.look(at: collector.recordSoFar, seconds: elapsed.seconds)
        }
        let stretches = prepared.load.stretches.stretches
        let name = prepared.scenario.name
        run.progressPrefix = { elapsed in
            let now = stretches.last { $0.beginNs <= elapsed.nanoseconds } ?? stretches[0]
            return "\(name)\(now.phase == name ? "" : "/\(now.phase)")\(now.isRamp ? " (ramp)" : "")  "
        }
        let sent: PlannedRun.Result
        do {
            sent = try run.perform(
                folder: folder, overwrites: overwrites, watching: prepared.watch, console: .standardError(live))
        } catch {
            // Faults are undone before anything else is reported.
            let (_, problems) = faults.finish()
            for problem in problems { Console.warn(problem) }
            throw error
        }
        let (marks, problems) = faults.finish()
        for note in faults.takeNotes() { Console.note(note) }
        let record = sent.record
        var summary = RunSummary(of: record, advisor: .commandLine)
        result.judge(
            prepared.scenario, in: campaign, record, summary: &summary, marks: marks, pages: prepared.pages,
            baseline: baselines[prepared.scenario.name] ?? .none, isStrict: isStrict)
        if let problem = problems.first { result.problem = problem }
        if let live, let follower {
            follower.take(marks, undoable: undoable)
            live.end(follower, summary)
        }
        result.watches = prepared.watchers.map { watcher in
            ScenarioResult.WatchResult(
                name: watcher.name, readings: watcher.load.readings, questions: watcher.load.questions)
        }
        if let failure = sent.conclusion(summary, folder: folder).failure { throw failure }
        return (summary, record)
    }

    /// Runs commands until one fails.
    ///
    /// - Returns: the problem; nil if there is none.
    private func run(_ commands: [ScenarioCommand], _ what: String, evenIfInterrupted: Bool = false) -> String? {
        for command in commands {
            let outcome = CampaignCommand.run(command, in: fileFolder) {
                !evenIfInterrupted && Interrupt.isRequested
            }
            if let outcome { return "the \(what) command '\(command.command)' \(outcome)" }
        }
        return nil
    }

    /// Letters and digits that are unique to this run.
    static func tag() -> String { "t" + String(Int(Date().timeIntervalSince1970), radix: 36) }

    private func createFolder() throws {
        RunFolder.createParents(of: path)
        guard mkdir(path, 0o700) == 0 || (errno == EEXIST && overwrites) else {
            let code = errno
            throw CommandFailure(
                code == EEXIST
                    ? "\(path) already exists; --force overwrites it"
                    : "cannot create \(path): \(String(cString: strerror(code)))")
        }
    }

    private func write(_ result: CampaignResult) throws {
        var output = try ResultOutput.open(path: "\(path)/campaign.json.part", overwrites: true)
        try output.write(String(decoding: try JSONText.encode(result), as: UTF8.self))
        guard rename("\(path)/campaign.json.part", "\(path)/campaign.json") == 0 else {
            throw CommandFailure("cannot write \(path)/campaign.json: \(String(cString: strerror(errno)))")
        }
    }
}

/// Folder names derived from names that users give.
enum PathName {
    /// Letters, digits and a few marks stay; everything else becomes a dash.
    static func safe(_ name: String) -> String {
        let safe = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
        return safe.first.map { $0 == "." ? "-" + safe : safe } ?? "-"
    }
}
