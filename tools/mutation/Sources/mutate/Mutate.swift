import ArgumentParser
import Foundation
import Mutants

/// Makes small changes to the sources, one at a time, and says which of them no test notices.
@main
struct Mutate: ParsableCommand {

    static let configuration = CommandConfiguration(
        commandName: "tools/mutate",
        abstract: "Change the sources in small ways, one at a time, and show which changes no test notices.",
        discussion: """
            The work is done in a copy of the tree, in .build-mutate; the sources stay as they are. For each mutant the copy is \
            built, then the tests of its target run, then those of the targets that depend on it; the first failing test, a \
            crash or a time limit kills the mutant. Mutants that do not compile are replaced by others. Exit code 1: at least \
            one mutant survived.

            Examples:
              tools/mutate --sample 60 --seed 1            60 mutants of all targets
              tools/mutate Plan Sources/Report/Page.swift  all mutants of a target and of a file
              tools/mutate --since main --sample 40        mutants of the lines changed since main
            """)

    @Argument(help: "Targets, folders or files below Sources. Default: all of Sources.")
    var paths: [String] = []
    @Option(help: "Try this many mutants, drawn at random. Default: all.")
    var sample: Int?
    @Option(help: "The seed of the draw.")
    var seed: UInt64 = 1
    @Option(help: "Only mutants in lines added or changed since this revision.")
    var since: String?
    @Flag(help: "List the mutants and stop.")
    var list = false
    @Option(help: "Write the results here too, as tab-separated lines.")
    var output: String?
    @Option(help: .hidden)
    var root = FileManager.default.currentDirectoryPath

    func run() throws {
        let repository = Repository(root: root)
        let equivalents = try EquivalentMutants(file: "\(root)/tools/mutation/equivalents.tsv")
        var mutants: [Mutant] = []
        var reviewed = 0
        for (file, lines) in try repository.sources(paths, since: since) {
            let source = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
            for mutant in MutantFinder.mutants(of: source, file: file, lines: lines) {
                if equivalents.contains(mutant) { reviewed += 1 } else { mutants.append(mutant) }
            }
        }
        guard !mutants.isEmpty else { return print("No mutants there.") }
        var generator = SeededGenerator(seed: seed)
        if sample != nil { mutants.shuffle(using: &generator) }
        note("\(mutants.count) mutants, \(reviewed) more reviewed as equivalent")
        if list {
            for mutant in mutants.prefix(sample ?? mutants.count) { print(ResultTable.line(mutant)) }
            return
        }
        let workspace = try Workspace(repository: repository)
        let trial = try MutantTrial(workspace: workspace, targets: Set(mutants.map(\.target)))
        var table = ResultTable(wanted: min(sample ?? mutants.count, mutants.count))
        for mutant in mutants {
            let fate = try trial.fate(of: mutant)
            table.add(mutant, fate)
            print(table.lastLine)
            if let output { try table.write(to: output) }
            if table.isFull { break }
        }
        print(table.summary)
        if table.survivors > 0 { throw ExitCode(1) }
    }
}

/// A line of progress on standard error.
func note(_ text: String) { FileHandle.standardError.write(Data("mutate: \(text)\n".utf8)) }

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
