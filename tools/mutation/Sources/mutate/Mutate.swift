import ArgumentParser
import Foundation
import Mutants

/// Makes small changes to the sources, one at a time, and reports which of them no test detects.
@main
struct Mutate: ParsableCommand {

    static let configuration = CommandConfiguration(
        commandName: "tools/mutate",
        abstract: "Make small changes to the sources, one at a time, and show which ones no test detects.",
        discussion: """
            Works in a copy of the tree, in .build-mutate; the sources are not changed. All mutants are written into the copy \
            at once, each behind a switch that is read from the environment, and the copy is built once. Each suite then runs \
            once without a mutant, which shows the mutants that it covers. For each mutant, the suites that cover it run: \
            those of its target first, end-to-end tests last. The first failing test, a crash or a time limit kills it. \
            Mutants that cannot be put behind a switch are built one by one. Mutants that do not compile, or are in the list \
            of equivalents, are replaced by others. Exit code 1: at least one mutant survived.

            Examples:
              tools/mutate --sample 60 --seed 1            60 mutants of all targets
              tools/mutate Plan Sources/Report/Page.swift  all mutants of a target and of a file
              tools/mutate --since main --sample 40        mutants of the lines changed since main
              tools/mutate --survivors results.tsv         the survivors again, after adding tests
              tools/mutate --sample 200 --output r.tsv --resume   continue a run that was stopped
            """)

    @Argument(help: "Targets, folders or files below Sources. Default: all of Sources.")
    var paths: [String] = []
    @Option(help: "Try this many mutants, chosen at random. Default: all.")
    var sample: Int?
    @Option(help: "The seed of the choice.")
    var seed: UInt64 = 1
    @Option(help: "Only mutants in lines added or changed since this revision.")
    var since: String?
    @Flag(help: "List the mutants and stop.")
    var list = false
    @Option(help: "Also write the results to this file, as tab-separated lines.")
    var output: String?
    @Flag(help: "Keep the killed mutants in the --output file whose source files have not changed.")
    var resume = false
    @Option(help: "Try only the survivors in this file, which --output wrote.")
    var survivors: String?
    @Option(help: "Folder of the copy of the tree. Default: .build-mutate/tree.")
    var copy: String?
    @Option(help: "Number of test programs that run at once.")
    var jobs = 2
    @Option(help: "Test target whose tests are not run, such as EndToEndTests, which take longest. Repeatable.")
    var without: [String] = []
    @Option(help: "Most builds for mutants that cannot be put behind a switch; the others are replaced.")
    var builds = 10
    @Option(help: .hidden)
    var root = FileManager.default.currentDirectoryPath

    func run() throws {
        let repository = Repository(root: root)
        let equivalents = try EquivalentMutants(file: "\(root)/tools/mutation/equivalents.tsv")
        let root = root
        let found = try concurrently(repository.sources(paths, since: since), jobs: 2 * jobs) { file, lines in
            let source = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
            return MutantFinder.mutants(of: source, file: file, lines: lines)
        }
        var mutants = Array(found.joined())
        if let survivors {
            let known = try ResultTable.survivors(in: survivors)
            mutants = mutants.filter { known.contains([$0.file, $0.sourceLine, $0.change]) }
        }
        guard !mutants.isEmpty else { return print("There are no mutants.") }
        if sample != nil { mutants = mutants.drawn(seed: seed) }
        note("\(mutants.count) mutants")
        if list {
            for mutant in mutants.prefix(sample ?? mutants.count) { print(ResultTable.line(mutant)) }
            return
        }
        if resume, output == nil { throw ValidationError("--resume needs --output.") }
        let digests = SourceDigests(root: root)
        let known = resume ? try output.map { try ResultTable.killed(in: $0) } ?? [:] : [:]
        if !known.isEmpty { note("\(known.count) killed before") }
        let journal = try output.map { try ResultJournal(path: $0, continues: resume) }
        let plan = Judging(
            equivalents: equivalents, repository: repository, known: known, digests: digests, journal: journal)
        var table = ResultTable()
        var rest = mutants[...]
        var missing = sample ?? mutants.count
        while missing > 0, !rest.isEmpty {
            // More than wanted, because some do not compile.
            let drawn = rest.prefix(min(Self.batch, sample == nil ? missing : missing + missing / 2 + 5))
            let judged = try judge(Array(drawn), wanted: missing, plan)
            for (mutant, fate) in judged { table.add(mutant, fate) }
            if let output { try table.write(to: output, digests) }
            rest = rest.dropFirst(judged.count)
            missing = max(0, missing - judged.count { $0.fate.isJudged })
        }
        print(table.summary)
        if table.survivors > 0 { throw ExitCode(1) }
    }

    private static let batch = 600

    /// What is needed to judge mutants.
    private struct Judging: Sendable {
        var equivalents: EquivalentMutants
        var repository: Repository
        /// The tests that killed mutants in an earlier run.
        var known: [ResultTable.Key: String]
        var digests: SourceDigests
        var journal: ResultJournal?

        func killer(of mutant: Mutant) -> String? {
            known[ResultTable.Key(mutant, digest: digests.digest(of: mutant.file))]
        }

        func show(_ mutant: Mutant, _ fate: Fate) {
            FileHandle.standardOutput.write(Data("\(ResultTable.line(mutant, fate))\n".utf8))
            journal?.add(ResultTable.row(mutant, fate, digests.digest(of: mutant.file)))
        }
    }

    /// Tries mutants until the wanted number of them is killed or survives.
    ///
    /// - Returns: the first of the mutants and their fates
    private func judge(
        _ mutants: [Mutant], wanted: Int, _ plan: Judging
    ) throws -> [(mutant: Mutant, fate: Fate)] {
        let workspace = try Workspace(
            repository: plan.repository, folder: copy ?? "\(root)/.build-mutate/tree",
            changing: Set(mutants.map(\.file)))
        let targets = try PackageTargets(folder: workspace.folder)
        try workspace.prepare(package: targets.package)
        let numbered = mutants.numbered(below: MutantSwitch.reachedBytes).map {
            NumberedMutant(number: $0.number, mutant: $0.mutant)
        }
        var fates: [Int: Fate] = [:]
        for mutant in numbered {
            if plan.equivalents.contains(mutant.mutant) {
                fates[mutant.number] = .equivalent
            } else if let killer = plan.killer(of: mutant.mutant) {
                fates[mutant.number] = .killed(by: killer)
            }
        }
        let settled = fates
        var tree = try SwitchedTree(
            mutants: numbered.filter { fates[$0.number] == nil }, workspace: workspace, targets: targets, jobs: jobs)
        note("building the copy with \(tree.mutants.count) mutants")
        try tree.build()
        for number in tree.notViable { fates[number] = .notViable }
        for mutant in tree.single.dropFirst(builds) { fates[mutant.number] = .notViable }
        let single = tree.single.prefix(builds)
        // Only the wanted number, in the order in which they were chosen.
        let viable = Set((tree.mutants + single).map(\.number) + settled.filter { $0.value.isJudged }.map(\.key))
        let able = Set(numbered.map(\.number).filter(viable.contains).prefix(wanted))
        let trial = try MutantTrial(
            program: TestProgram(workspace: workspace, package: targets.package), without: Set(without),
            targets: targets, jobs: jobs)
        let switched = tree.mutants.filter { able.contains($0.number) }
        let tried = try concurrently(switched, jobs: jobs) { mutant in
            let fate = try trial.fate(of: mutant)
            plan.show(mutant.mutant, fate)
            return fate
        }
        for (mutant, fate) in zip(switched, tried) { fates[mutant.number] = fate }
        for mutant in single where able.contains(mutant.number) {
            let neighbours = Set(tree.mutants.filter { $0.mutant.file == mutant.mutant.file }.map(\.number))
            let isBuilt = try tree.build(single: mutant.mutant)
            let fate = isBuilt ? try trial.fate(ofBuilt: mutant.mutant, neighbours: neighbours) : .notViable
            try tree.restore(mutant.mutant.file)
            plan.show(mutant.mutant, fate)
            fates[mutant.number] = fate
        }
        let end = able.count < wanted ? numbered.indices.last : numbered.lastIndex { able.contains($0.number) }
        return numbered.prefix((end ?? -1) + 1).compactMap { mutant in
            fates[mutant.number].map { (mutant.mutant, $0) }
        }
    }
}

/// A line of progress on standard error.
func note(_ text: String) { FileHandle.standardError.write(Data("mutate: \(text)\n".utf8)) }
