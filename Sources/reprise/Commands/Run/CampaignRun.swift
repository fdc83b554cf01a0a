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
    /// - Returns: the results, and the error if they could not be written; a full disk does not end the campaign
    /// - Throws: an error that prevents the campaign from starting
    func perform() throws -> (result: CampaignResult, failure: (any Error)?) {
        try createFolder()
        try Interrupt.catchSignals()
        let startedAt = Date().timeIntervalSince1970
        var results: [ScenarioResult] = []
        var failure: (any Error)?
        for (index, prepared) in scenarios.enumerated() where !Interrupt.isRequested {
            let name = prepared.scenario.name
            Console.note("\(name): scenario \(index + 1) of \(scenarios.count)\(length(of: prepared))")
            let result = perform(prepared)
            results.append(result)
            if let problem = result.problem { Console.warn("\(name): \(problem)") }
            do { try write(self.result(results, startedAt: startedAt)) } catch { failure = error }
        }
        let result = result(results, startedAt: startedAt)
        do { try write(result) } catch { failure = error }
        return (result, failure)
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
        let log = CommandLog(folder: path, campaign)
        var problem = services.start().map(log.masked)
        if problem == nil { problem = run(scenario.before, "before", of: scenario).first }
        if problem == nil, !Interrupt.isRequested {
            do {
                if case .ladder(let ladder) = scenario.load {
                    try climb(ladder, of: scenario, services, folder: "\(path)/\(folder)", into: &result)
                } else {
                    let sent = try send(prepared, services, folder: "\(path)/\(folder)", into: &result)
                    if let failure = sent.failure { throw failure }
                }
            } catch let error as any ReportedError {
                problem = error.description
            } catch {
                problem = "\(error)"
            }
            if problem == nil { problem = run(scenario.checks, "check", of: scenario).first }
        }
        // Without its checks, a scenario has not come to its end.
        if Interrupt.isRequested, result.ending == nil || !scenario.checks.isEmpty {
            result.ending = RunEnding.interrupted.rawValue
        }
        // Clean-up commands run whatever happened, and after Ctrl-C too.
        let cleaning = run(scenario.after, "after", of: scenario, isCleanUp: true)
        result.take(problems: [problem].compactMap { $0 } + cleaning + services.stop().map(log.masked))
        return result
    }

    /// Runs the levels of a ladder, each as a separate run, until its capacity is known.
    ///
    /// - Throws: an error that ended a level early; the result contains what was measured until then
    private func climb(
        _ ladder: Ladder, of scenario: ScenarioDefinition, _ services: CampaignServices, folder: String,
        into result: inout ScenarioResult
    ) throws {
        var progress = LadderProgress(ladder)
        var failure: (any Error)?
        mkdir(folder, 0o700)
        while failure == nil, let step = progress.search.next, !Interrupt.isRequested {
            let number = progress.search.trials.count + 1
            let trial = scenario.trial(step, of: ladder, number: number)
            Console.note("\(scenario.name): \(step.purpose.rawValue), \(step.level) sessions")
            var own = ScenarioResult(name: trial.name, folder: trial.name)
            do {
                let prepared = try PreparedScenario(
                    trial, in: campaign, folder: fileFolder, run: "\(CampaignRun.tag())l\(number)")
                let watched = LiveRun(
                    prepared, in: campaign, step: step, of: scenario.name, after: progress.search.trials)
                let sent = try send(
                    prepared, services, folder: "\(folder)/\(trial.name)", into: &own, watchedAs: watched)
                failure = sent.failure
                guard !Interrupt.isRequested, failure == nil else { break }
                guard let outcome = progress.take(own, sent.summary, sent.record) else { break }
                live?.take(outcome)
                result.takeLevel(own, step, outcome)
            } catch {
                failure = error
            }
        }
        result.ending = (Interrupt.isRequested ? RunEnding.interrupted : failure == nil ? .complete : .failed).rawValue
        result.take(progress.result, of: scenario, isStrict: isStrict)
        if let failure { throw failure }
    }

    private func send(
        _ prepared: PreparedScenario, _ services: CampaignServices, folder: String,
        into result: inout ScenarioResult, watchedAs watched: LiveRun? = nil
    ) throws -> (summary: RunSummary, record: RunRecord, failure: RunFolderError?) {
        let faults = FaultRunner(
            prepared.scenario, in: campaign, services: services, runFolder: folder, commandFolder: fileFolder)
        if prepared.options.proxy == nil {
            for target in prepared.options.targets.silentTargets() {
                Console.warn("\(prepared.scenario.name): nothing answers at \(target): is the service running?")
            }
        }
        let undoable = Set(prepared.scenario.faults.filter { $0.length != nil }.map(\.name))
        let remedy = "'reprise run --undo \(path)' undoes it later"
        if !undoable.isEmpty {
            Interrupt.setFarewell("reprise: a fault that is not undone yet stays in effect; \(remedy)\n")
        }
        defer { Interrupt.setFarewell(nil) }
        let follower = follower(of: prepared, as: watched ?? LiveRun(prepared, in: campaign), faults)
        let run = plannedRun(prepared, faults, undoable: undoable, follower)
        let sent: PlannedRun.Result
        do {
            sent = try run.perform(
                folder: folder, overwrites: overwrites, watching: prepared.watch, console: .standardError(live))
        } catch {
            // Faults are undone before anything else is reported.
            for problem in faults.finish().problems { Console.warn(problem) }
            throw error
        }
        let isOpen = faults.marks.contains { $0.undone == nil && undoable.contains($0.name) }
        if Interrupt.isRequested, isOpen {
            Console.note("undoing the fault that is in effect; a second signal ends this at once, and \(remedy)")
        }
        let (marks, problems, missed) = faults.finish()
        for note in faults.takeNotes() { Console.note(note) }
        let record = sent.record
        var summary = RunSummary(of: record, advisor: .commandLine)
        result.judge(
            prepared.scenario, in: campaign, record, summary: &summary, marks: marks, pages: prepared.pages,
            baseline: baselines[prepared.scenario.name] ?? .none, isStrict: isStrict)
        // A run in which nothing was disturbed says nothing about a disturbance.
        let isWhole = record.description.ending == .complete
        result.take(problems: problems + (isWhole ? missed.map(\.missed) : []))
        if let live, let follower {
            follower.take(marks, undoable: undoable)
            live.end(follower, summary)
        }
        result.watches = prepared.watchers.map { watcher in
            ScenarioResult.WatchResult(
                name: watcher.name, readings: watcher.load.readings, questions: watcher.load.questions)
        }
        return (summary, record, sent.conclusion(summary, folder: folder).failure)
    }

    /// Shows a run in progress, and takes commands from its page; nil if the run is not watched.
    private func follower(
        of prepared: PreparedScenario, as watched: LiveRun, _ faults: FaultRunner
    ) -> LiveFollower? {
        let follower = live?.follow(
            watched, processors: ReplayRun.workerCount(plan: prepared.plan, options: prepared.options))
        follower?.onCommand = { [weak follower] command in
            switch command {
            case .undo(let fault): faults.undo(fault)
            case .endPhase: follower?.stopReason = "the phase was ended on the live page"
            case .stop: break
            }
        }
        return follower
    }

    /// A scenario's run, with its faults on the load's clock and its guards.
    private func plannedRun(
        _ prepared: PreparedScenario, _ faults: FaultRunner, undoable: Set<String>, _ follower: LiveFollower?
    ) -> PlannedRun {
        var run = PlannedRun(
            plan: prepared.plan, options: prepared.options, description: prepared.description, advisor: .commandLine)
        run.allowedHosts = prepared.allowedHosts
        run.watchers = prepared.watchers
        if stopsWhenSure, let gates = prepared.scenario.settlingGates {
            run.settling = PlannedRun.settling(gates, of: prepared.description)
        }
        run.follower = follower
        let hasFaults = !prepared.scenario.faults.isEmpty
        var isBegun = false
        var guards = GuardWatch(
            prepared.scenario.guards, plannedSeconds: prepared.description.plannedNs.map { Nanoseconds.inSeconds($0) })
        run.steering = { elapsed, collector in
            if hasFaults {
                follower?.take(faults.marks, undoable: undoable)
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
        return run
    }

    /// Runs commands until one fails, or the user interrupts the campaign.
    ///
    /// - Parameter isCleanUp: whether all of them run, even after a failure or an interruption
    /// - Returns: the problems; an interruption is none
    private func run(
        _ commands: [ScenarioCommand], _ what: String, of scenario: ScenarioDefinition, isCleanUp: Bool = false
    ) -> [String] {
        let log = CommandLog(folder: path, campaign)
        var problems: [String] = []
        for command in commands {
            guard isCleanUp || problems.isEmpty && !Interrupt.isRequested else { break }
            let result = CampaignCommand.run(command, in: fileFolder) { !isCleanUp && Interrupt.isRequested }
            log.add(command.command, result, what: what, scenario: scenario.name)
            guard let problem = result.problem, !result.wasInterrupted else { continue }
            problems.append("the \(what) command '\(command.command)' \(log.masked(problem))")
        }
        return problems
    }

    /// Letters and digits that are unique to this run.
    static func tag() -> String { "t" + String(Int(Date().timeIntervalSince1970), radix: 36) }

    private func createFolder() throws {
        guard try RunFolder.createFolder(path) || overwrites else {
            throw CommandFailure("\(path) already exists; --force overwrites it")
        }
    }

    private func write(_ result: CampaignResult) throws {
        try ResultOutput.replace(
            "\(path)/campaign.json", with: String(decoding: try JSONText.encode(result), as: UTF8.self))
    }
}

extension FaultDefinition {
    fileprivate var missed: String {
        "the run ended before the fault '\(name)', which is due at \(DurationText.text(at))"
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
