import Analysis
import ArgumentParser
import Formats
import Foundation
import Glibc
import Measurement
import Report
import Scenario
import Workflows

/// `reprise run`: runs the scenarios of a file, one after another, and gives a verdict.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a load-test campaign from one file: phases, gates, goals, a verdict.",
        discussion: """
            The file names the recorded traffic, the load levels and the conditions that must hold. Requests are sent only to its \
            targets; a target that is not loopback needs allow-host. Only the commands in the file are run.

            Examples:
              reprise run shop.yaml --dry-run
              reprise run shop.yaml --quick
              reprise run shop.yaml -o runs/shop

            'reprise help scenarios' describes the file.

            Exit codes: 99 a gate failed, 1 a scenario could not be finished, 130 Ctrl-C.
            """)

    @Argument(
        help: ArgumentHelp("Scenario file (YAML).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @Argument(help: ArgumentHelp("Run these scenarios only.", valueName: "name"))
    var names: [String] = []

    @Option(help: ArgumentHelp("Run this scenario only. Repeatable.", valueName: "name"))
    var only: [String] = []

    @Flag(help: "Show what would happen, and which gates cannot be met. Sends nothing.")
    var dryRun = false

    @Option(
        name: .customLong("quick"), defaultAsFlag: 30,
        help: ArgumentHelp("Divide all durations by N, to try the campaign. Default: 30.", valueName: "n"))
    var quick: Int?

    @Option(
        help: ArgumentHelp(
            "Override a value of the file, such as scenarios.login.sessions=500. Repeatable.", valueName: "key=value"))
    var set: [String] = []

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Campaign folder to write. Default: a new folder in runs/.", valueName: "folder"))
    var output: String?

    @Flag(help: "Overwrite the campaign folder if it exists.")
    var force = false

    @Flag(help: "Inconclusive gates fail too.")
    var strict = false

    @Flag(
        help: "End a scenario of one phase as soon as all of its gates are sure to pass or to fail.")
    var stopWhenSure = false

    @Option(help: ArgumentHelp("Write the gates as JUnit XML to this file.", valueName: "file"))
    var junit: String?

    @Flag(help: "Print campaign.json instead of the tables.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Undo the faults that a killed campaign left, by the journals in its folder. Runs nothing.",
            valueName: "folder"))
    var undo: String?

    @OptionGroup(title: "Watching")
    var watching: LivePageArguments

    func validate() throws {
        guard (file == nil) != (undo == nil) else {
            throw ValidationError("Give a scenario file, or a folder with --undo.")
        }
        if let quick, !(2...10_000).contains(quick) {
            throw ValidationError("--quick takes a number from 2 to 10,000.")
        }
    }

    func run() throws {
        if let undo { return try undoFaults(in: undo) }
        let file = file ?? ""
        let campaign = try read(file)
        let folder = Self.folder(of: file)
        let tag = CampaignRun.tag()
        let prepared = try campaign.scenarios.enumerated().map { index, scenario in
            try located(file) {
                try PreparedScenario(scenario, in: campaign, folder: folder, run: "\(tag)n\(index + 1)")
            }
        }
        let path = output ?? RunFolderName.unused(campaign.name)
        let earlier = try baselines(of: campaign, folder, path)
        if dryRun {
            let entries = prepared.map {
                DryRunPage.Entry($0.scenario, $0.load, $0.plan, problems: [$0.obstacle].compactMap { $0 })
            }
            try ResultOutput.print(DryRunPage(campaign, entries, width: ResultOutput.columns).text)
        }
        if let obstacle = prepared.lazy.compactMap(\.obstacle).first { throw CommandFailure(obstacle) }
        guard !dryRun else { return }
        try OutputPaths.check(
            [path, junit].compactMap { $0 },
            against: [file] + campaign.logs.map { TrafficArguments.path($0, in: folder) })
        let live = try watching.start(title: campaign.name)
        defer { live?.finish() }
        let run = CampaignRun(
            campaign: campaign, scenarios: prepared, fileFolder: folder, path: path, overwrites: force,
            isStrict: strict, shortenedBy: quick,
            provenance: CampaignProvenance(
                file: file, logs: campaign.logs.map { TrafficArguments.path($0, in: folder) }, overrides: set,
                seed: prepared.first?.description.settings["seed"]),
            baselines: earlier, live: live, stopsWhenSure: stopWhenSure)
        // The results are shown even if the disk has no room for them.
        let outcome = try run.perform()
        let result = outcome.result
        var failure = outcome.failure
        do { try CampaignFiles.write(into: path) } catch { failure = failure ?? error }
        if let junit {
            do {
                var output = try ResultOutput.open(path: junit, overwrites: force)
                try output.write(JUnitReport(result).text)
            } catch {
                failure = failure ?? error
            }
        }
        try ResultOutput.print(
            json
                ? String(decoding: try JSONText.encode(result), as: UTF8.self)
                : CampaignPage(result, width: ResultOutput.columns).text)
        if let failure { throw failure }
        if !json { Console.note("campaign: \(path)/index.html; reprise report \(path) writes it for other tools") }
        let status = ExitStatus(of: result)
        if status != .success { throw status.code }
    }

    /// The baselines of the scenarios; a run that is named must exist before anything is sent.
    private func baselines(
        of campaign: ScenarioFile, _ folder: String, _ path: String
    ) throws -> [String: CampaignBaseline] {
        var found: [String: CampaignBaseline] = [:]
        for scenario in campaign.scenarios {
            do throws(BaselineError) {
                found[scenario.name] = try CampaignBaseline.find(
                    scenario.baseline, scenario: PathName.safe(scenario.name), campaign: campaign.name, excluding: path,
                    in: [folder, "."], shortenedBy: quick)
            } catch {
                let text = "scenario '\(scenario.name)': \(error.description)"
                let located = ScenarioError(text, at: scenario.baselinePlace ?? scenario.place)
                throw CommandFailure("\(file ?? ""): \(located.description)", .usage)
            }
        }
        return found
    }

    private func undoFaults(in folder: String) throws {
        let outcomes: [FaultUndo.Outcome]
        do {
            outcomes = try FaultUndo.perform(inFolder: folder)
        } catch {
            throw CommandFailure("\(error)", .badInput)
        }
        if outcomes.isEmpty { try ResultOutput.print("Nothing in \(folder) is left to undo.") }
        for outcome in outcomes where outcome.problem == nil { try ResultOutput.print("undone: \(outcome.fault)") }
        for outcome in outcomes {
            if let problem = outcome.problem { Console.warn("fault '\(outcome.fault)' is NOT undone: \(problem)") }
        }
        if outcomes.contains(where: { $0.problem != nil }) { throw ExitStatus.failure.code }
    }

    /// The selected scenarios of the file, with the overrides of the command line.
    private func read(_ file: String) throws -> ScenarioFile {
        let data: [UInt8]
        do throws(CommandFailure) {
            data = try InputFile.read(file, limit: 1 << 20, what: "scenario", mayBeEmpty: true)
        } catch {
            guard let hint = ForeignFile.hintForScenario(file) else { throw error }
            throw CommandFailure("\(file) is not a scenario file; \(hint)", .usage)
        }
        let name = (file as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? "campaign"
        let overrides = try set.map { try override($0) }
        var campaign: ScenarioFile
        do throws(ScenarioError) {
            campaign = try ScenarioFile(parsing: ScenarioFile.text(of: data), name: name, overrides: overrides)
        } catch {
            // A scenario may be written as JSON, which YAML includes.
            let isOther = data.contains(0) || data.starts(with: [UInt8(ascii: "{")])
            if isOther, let hint = ForeignFile.hintForScenario(file) {
                throw CommandFailure("\(file) is not a scenario file; \(hint)", .usage)
            }
            throw CommandFailure("\(file): \(error.description)", .usage)
        }
        let wanted = names + only
        let isCalled = { (scenario: ScenarioDefinition, name: String) in
            scenario.name == name || scenario.family == name
        }
        if let unknown = wanted.first(where: { name in !campaign.scenarios.contains { isCalled($0, name) } }) {
            let known = campaign.scenarios.map(\.name).joined(separator: ", ")
            throw CommandFailure("\(file) has no scenario '\(unknown)'; there are \(known)", .usage)
        }
        if !wanted.isEmpty {
            campaign.scenarios.removeAll { scenario in !wanted.contains { isCalled(scenario, $0) } }
        }
        var folders: [String: String] = [:]
        for name in campaign.scenarios.map(\.name) {
            if let other = folders.updateValue(name, forKey: PathName.safe(name)) {
                throw CommandFailure(
                    "\(file): the scenarios '\(other)' and '\(name)' would write into the same folder: rename one",
                    .usage)
            }
        }
        return quick.map { campaign.quick(dividedBy: $0) } ?? campaign
    }

    private func override(_ text: String) throws -> ScenarioOverride {
        do throws(ScenarioError) {
            return try ScenarioOverride(parsing: text)
        } catch {
            throw CommandFailure("--set \(text): \(error.description)", .usage)
        }
    }

    /// Prefixes errors in the file with its name.
    private func located<Value>(_ file: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as ScenarioError {
            throw CommandFailure("\(file): \(error.description)", .usage)
        } catch let error as PlacedFailure {
            throw CommandFailure("\(file): \(error.description)", error.exitStatus)
        }
    }

    static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}

extension ExitStatus {
    /// The exit status of a campaign: an interruption takes precedence, then a failed gate, then a scenario that did
    /// not finish.
    init(of result: CampaignResult) {
        if result.wasInterrupted {
            self = .interrupted
        } else if result.scenarios.contains(where: { $0.verdict == .fail }) {
            self = .gateFailed
        } else if result.scenarios.contains(where: { $0.problem != nil }) {
            self = .failure
        } else {
            self = .success
        }
    }
}
