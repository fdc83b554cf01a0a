import Analysis
import ArgumentParser
import Formats
import Measurement
import Report
import Traffic
import Workflows

/// `reprise compare`: decides whether a candidate is worse than a baseline.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare a candidate with a baseline: runs, logs or tables.",
        discussion: """
            Compares two runs, two session logs, or a log and a run: the first is the baseline, the second the candidate. \
            Each percentile of each endpoint is regressed, improved, equivalent (a difference as large as --margin is ruled out) or \
            inconclusive. Where both runs watched a process, its memory growth is compared too.

            An endpoint with few requests is compared by its median alone. One with fewer than 5 requests in a run, or 10 per \
            side, is not compared; the result lists it.

            Two runs of the same service always differ, and a single run does not show by how much. So run baseline and \
            candidate alternately, three times each or more, and give all runs in that order. 'reprise replay' with \
            --baseline-target does all of this. With --against the sides may have different numbers of runs. \
            --plan-comparison reads runs of the baseline and proposes how many pairs of which length a comparison takes.

            --latency and --against compare tables of requests (seconds, milliseconds per line), one table per run, in the \
            order of the turns. --memory and --against compare two tables of memory.

            Examples:
              reprise compare runs/main runs/branch
              reprise compare main-1 branch-1 main-2 branch-2 --gate no-regression
              reprise compare main-1 main-2 --against branch-1 branch-2 --html page.html
              reprise compare --plan-comparison main-1 main-2 main-3
              reprise compare --latency old-1.csv old-2.csv --against new-1.csv new-2.csv

            Exit codes: 99 with --gate no-regression when something regressed, or with --strict also when the comparison is \
            inconclusive; 2 when part of a run could not be read.
            """)

    @Argument(
        help: ArgumentHelp("Runs or session logs: baseline, candidate; or more of both, alternating.", valueName: "run")
    )
    var runs: [String] = []

    @Flag(
        help: ArgumentHelp(
            "The runs alternate: baseline, candidate, baseline, candidate, … Implied by more than two runs.",
            visibility: .hidden))
    var pairs = false

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Tables of requests: the baseline's.", valueName: "file"))
    var latency: [String] = []

    @Option(help: ArgumentHelp("A table of memory: the baseline's.", valueName: "file"))
    var memory: String?

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("The candidate's tables, or its runs.", valueName: "file"))
    var against: [String] = []

    @Flag(help: "Propose margins, pairs and lengths of a comparison from runs of the baseline. Compares nothing.")
    var planComparison = false

    @Option(help: ArgumentHelp("Differences up to this many percent do not matter.", valueName: "percent"))
    var margin = 5.0

    @OptionGroup var sealing: LogKeyArgument

    @Option(
        help: ArgumentHelp(
            "File with endpoint templates, one per line: 'GET /users/{id}'. Other paths are grouped automatically.",
            valueName: "file"))
    var endpoints: String?

    @Option(help: ArgumentHelp("'no-regression': exit with 99 when something regressed.", valueName: "gate"))
    var gate: [String] = []

    @Flag(help: "Also exit with 99 when the comparison is inconclusive.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Of runs or logs: write the HTML page to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    @Flag(help: "Overwrite the page if it exists.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let forms = [!runs.isEmpty, !latency.isEmpty, memory != nil].count { $0 }
        guard forms == 1 else { throw ValidationError("Give two runs, or tables with --latency or --memory.") }
        guard !planComparison || !runs.isEmpty else { throw ValidationError("--plan-comparison takes runs.") }
        if runs.isEmpty {
            guard !against.isEmpty, memory == nil || against.count == 1 else {
                throw ValidationError("Give the candidate's tables with --against.")
            }
        } else if planComparison {
            guard against.isEmpty else { throw ValidationError("--plan-comparison takes runs of the baseline only.") }
        } else if against.isEmpty {
            guard runs.count.isMultiple(of: 2) else {
                throw ValidationError("Give two runs, or an even number of them, alternating: baseline, candidate, …")
            }
        }
        guard html == nil || (!runs.isEmpty && !planComparison) else {
            throw ValidationError("--html is the page of a comparison of runs or logs.")
        }
        guard html != "-" || !json else {
            throw ValidationError("Only one output can be standard output: --json or --html -.")
        }
        guard margin > 0, margin <= 100 else {
            throw ValidationError("--margin takes a percentage above 0, up to 100.")
        }
        if let other = gate.first(where: { $0 != "no-regression" }) {
            throw ValidationError("compare supports the gate no-regression only, not '\(other)'.")
        }
    }

    func run() throws {
        try OutputPaths.check([html].compactMap { $0 }, against: runs + against)
        guard !planComparison else { return try propose() }
        let verdict: ComparisonVerdict
        var isWhole = true
        if !runs.isEmpty {
            (verdict, isWhole) = try compareRuns()
        } else if let memory {
            verdict = try compareMemory(memory)
        } else {
            verdict = try compareTables()
        }
        let regression = RegressionGate(isGiven: !gate.isEmpty, isStrict: strict, advisor: .commandLine)
        if let note = regression.note(verdict) { Console.note(note) }
        if regression.fails(verdict) { throw ExitStatus.gateFailed.code }
        if !isWhole { throw ExitStatus.badInput.code }
    }

    private func sources(_ paths: [String]) throws -> [RunSource] {
        let rules = try EndpointRules(file: endpoints)
        let key = try sealing.logKey()
        let sources = try paths.map { try RunSource($0, rules: rules, key: key) }
        for source in sources { for damage in source.damages { Console.warn("\(source.path): \(damage)") } }
        return sources
    }

    private func propose() throws {
        guard let plan = ComparisonPlan(try sources(runs).map(\.record)) else {
            throw CommandFailure("the runs have too few requests to plan a comparison")
        }
        try show(plan, plan.lines.joined(separator: "\n"))
        if !json, !plan.proposals.isEmpty { Console.note("replay takes them as --margin, --pairs and --for") }
    }

    private func compareRuns() throws -> (verdict: ComparisonVerdict, isWhole: Bool) {
        let sources = try sources(runs + against)
        let sides = [0, 1].map { side in
            sources.enumerated().filter {
                (against.isEmpty ? $0.offset % 2 : $0.offset < runs.count ? 0 : 1) == side
            }.map(\.element.record)
        }
        let comparison = RunComparison(
            baseline: sides[0], candidate: sides[1], margin: margin / 100, advisor: .commandLine)
        if let html {
            var file = try ResultOutput.open(path: html, overwrites: force)
            let title = "\(sources[0].path) … \(sources[sources.count - 1].path)"
            try file.write(ComparisonReport(comparison, margin: margin / 100, title: title).text)
        }
        if html != "-" {
            try show(comparison, ComparisonPage(comparison, margin: margin / 100, width: ResultOutput.columns).text)
        }
        return (comparison.verdict, sources.allSatisfy(\.damages.isEmpty))
    }

    private func compareTables() throws -> ComparisonVerdict {
        let sides = try [latency, against].map { files in try files.map { try LatencyTable(file: $0) } }
        let comparison = LatencyComparison(
            baseline: sides[0].map(\.series), candidate: sides[1].map(\.series), margin: margin / 100)
        let verdict = LatencyComparisonVerdict(
            files: latency, against: against, comparison, notes: sides.joined().flatMap(\.notes))
        try show(verdict, "\(verdict.verdict.rawValue): \(verdict.reason)")
        return verdict.verdict
    }

    private func compareMemory(_ baseline: String) throws -> ComparisonVerdict {
        let old = try SampleTable(file: baseline)
        let new = try SampleTable(file: against[0])
        let trend = MemoryTrend(of: new.samples, over: old.samples)
        let verdict = MemorySeriesVerdict(
            file: against[0], trend, samples: new.samples, notes: old.notes + new.notes)
        try show(verdict, "\(verdict.verdict == .noLeak ? "no leak" : verdict.verdict.rawValue): \(verdict.reason)")
        switch verdict.verdict {
        case .leak: return .regressed
        case .noLeak: return .equivalent
        case .inconclusive: return .inconclusive
        }
    }

    private func show(_ result: some Encodable, _ text: String) throws {
        try ResultOutput.print(
            json ? JSONText.encodedText(result, isPretty: false) : text)
    }
}
