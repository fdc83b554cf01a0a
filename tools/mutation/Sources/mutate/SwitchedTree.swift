import Foundation
import Mutants

/// A mutant and the number that switches it on.
struct NumberedMutant: Sendable {
    var number: Int
    var mutant: Mutant
}

/// The copy of the tree with many mutants at once, each behind a switch.
struct SwitchedTree {

    private let workspace: Workspace
    private let check: ModuleCheck
    private let targets: PackageTargets
    private let originals: [String: [UInt8]]
    private let jobs: Int
    /// The mutants in the tree.
    private(set) var mutants: [NumberedMutant]
    /// The mutants that compile only as the single change of their file: they need separate builds.
    private(set) var single: [NumberedMutant] = []
    /// The numbers of the mutants that do not compile.
    private(set) var notViable: Set<Int> = []
    private var sources: [String: SwitchedSource] = [:]
    private var refusals: Refusals

    /// Writes the mutants into the copy and removes those that do not compile.
    init(mutants: [NumberedMutant], workspace: Workspace, targets: PackageTargets, jobs: Int) throws {
        self.workspace = workspace
        self.targets = targets
        self.jobs = jobs
        check = try ModuleCheck(workspace: workspace)
        var originals: [String: [UInt8]] = [:]
        for file in Set(mutants.map(\.mutant.file)) { originals[file] = try workspace.original(file) }
        self.originals = originals
        // Mutants that did not compile in an earlier run are not tried again.
        let refusals = Refusals(folder: workspace.folder)
        self.refusals = refusals
        let known = Dictionary(
            grouping: mutants, by: { refusals.verdict(on: $0.mutant, in: originals[$0.mutant.file] ?? []) })
        self.mutants = (known[nil] ?? []).filter { !$0.mutant.sites.isEmpty }
        single = known[.needsBuild] ?? []
        notViable = Set((known[.notViable] ?? []).map(\.number))
        for target in Set(mutants.map(\.mutant.target)) {
            try workspace.write(Array(MutantSwitch.source.utf8), to: "Sources/\(target)/\(MutantSwitch.fileName)")
        }
        try write()
        var dropped = (known[nil] ?? []).filter { $0.mutant.sites.isEmpty }
        let wanted = Set(mutants.map(\.mutant.target))
        for layer in targets.layers(of: wanted.union(wanted.flatMap { targets.needed(by: $0) })) {
            dropped += try settle(layer)
        }
        note("\(dropped.count) of \(mutants.count) mutants do not compile behind a switch")
        try tryPlain(dropped)
        try write()
        try refusals.save()
    }

    /// Builds the copy, tests included.
    mutating func build() throws {
        for _ in 0..<5 {
            let built = try Command(["swift", "build", "--build-tests"], in: workspace.folder).run()
            if built.status == 0 { return }
            let errors = Set(built.output.compactMap { CompilerError($0, folder: workspace.folder) })
            let dropped = try drop(causing: errors)
            guard !dropped.isEmpty else {
                throw ToolError("the tree does not build:\n" + built.output.suffix(20).joined(separator: "\n"))
            }
            note("\(dropped.count) more mutants do not compile behind a switch")
            single += dropped
            for mutant in dropped { refusals.add(.needsBuild, mutant.mutant, in: originals[mutant.mutant.file] ?? []) }
            try refusals.save()
        }
        throw ToolError("the tree does not build")
    }

    /// Builds the copy with one mutant instead of the switches of its file.
    ///
    /// - Returns: whether it compiles
    func build(single mutant: Mutant) throws -> Bool {
        try writePlain(mutant)
        return try Command(["swift", "build", "--build-tests"], in: workspace.folder, limit: 1800).run().status == 0
    }

    /// Writes a file with its switches again.
    func restore(_ file: String) throws {
        let bytes = sources[file]?.text ?? originals[file] ?? []
        try workspace.write(bytes, to: file)
    }

    // MARK: - Checks

    /// Checks the targets of a layer until they compile.
    ///
    /// - Returns: the mutants that had to be dropped
    private mutating func settle(_ layer: [String]) throws -> [NumberedMutant] {
        var dropped: [NumberedMutant] = []
        var open = layer
        while !open.isEmpty {
            let check = check
            let found = try concurrently(open, jobs: jobs) { try (target: $0, errors: check.errors(of: $0)) }
            open = []
            for (target, errors) in found where !errors.isEmpty {
                let now = try drop(causing: errors)
                dropped += now
                if now.isEmpty { note(Self.unexplained(errors, in: target)) } else { open.append(target) }
            }
        }
        return dropped
    }

    /// Removes the mutants that cause errors from the tree.
    private mutating func drop(causing errors: Set<CompilerError>) throws -> [NumberedMutant] {
        var causes: Set<Int> = []
        for error in errors {
            guard let source = sources[error.file] else { continue }
            let near = source.mutants(line: error.line, column: error.column)
            if !near.isEmpty {
                causes.formUnion(near)
                continue
            }
            // The compiler reports such an error where a value is used, not where the mutant no longer sets it.
            let offset = source.sourceOffset(ofLine: error.line)
            let inFile = mutants.filter { $0.mutant.file == error.file }
            let inScope = inFile.filter { $0.mutant.scope.contains(offset) }
            let removed = inScope.filter { [.removedCall, .removedAssignment].contains($0.mutant.kind) }
            causes.formUnion((removed.isEmpty ? inScope.isEmpty ? inFile : inScope : removed).map(\.number))
        }
        let dropped = mutants.filter { causes.contains($0.number) }
        mutants.removeAll { causes.contains($0.number) }
        try write(Set(dropped.map(\.mutant.file)))
        return dropped
    }

    /// Determines which mutants compile without a switch, one of each file at a time.
    private mutating func tryPlain(_ candidates: [NumberedMutant]) throws {
        var open = candidates
        while !open.isEmpty {
            var tried: [String: NumberedMutant] = [:]
            for candidate in open where tried[candidate.mutant.file] == nil { tried[candidate.mutant.file] = candidate }
            for candidate in tried.values { try writePlain(candidate.mutant) }
            let check = check
            let found = try concurrently(Set(tried.values.map(\.mutant.target)).sorted(), jobs: jobs) {
                try (target: $0, errors: check.errors(of: $0))
            }
            var judged: Set<Int> = []
            for (target, errors) in found {
                let wrong = Set(errors.map(\.file))
                let isExplained = !wrong.isDisjoint(with: tried.keys)
                for (file, candidate) in tried where candidate.mutant.target == target {
                    if wrong.contains(file) {
                        notViable.insert(candidate.number)
                        refusals.add(.notViable, candidate.mutant, in: originals[file] ?? [])
                        judged.insert(candidate.number)
                    } else if errors.isEmpty || !isExplained {
                        single.append(candidate)
                        refusals.add(.needsBuild, candidate.mutant, in: originals[file] ?? [])
                        judged.insert(candidate.number)
                    }
                }
            }
            open.removeAll { judged.contains($0.number) }
            for file in tried.keys { try restore(file) }
        }
    }

    /// The message for errors that no mutant is near. All files are checked together, so a declaration that two C
    /// modules have may be hidden from a file; the build shows whether this is the case.
    private static func unexplained(_ errors: Set<CompilerError>, in target: String) -> String {
        let lines = errors.prefix(3).map { "\($0.file):\($0.line): \($0.message)" }
        return "\(target) cannot be checked before the build:\n  \(lines.joined(separator: "\n  "))"
    }

    // MARK: - Writing

    private mutating func write(_ files: Set<String>? = nil) throws {
        let byFile = Dictionary(grouping: mutants, by: \.mutant.file)
        for (file, original) in originals where files?.contains(file) ?? true {
            let source = SwitchedSource(
                source: original, mutants: (byFile[file] ?? []).map { (number: $0.number, mutant: $0.mutant) })
            sources[file] = source
            try workspace.write(source.text, to: file)
        }
    }

    private func writePlain(_ mutant: Mutant) throws {
        guard var bytes = originals[mutant.file] else { return }
        bytes.replaceSubrange(mutant.range, with: Array(mutant.replacement.utf8))
        try workspace.write(bytes, to: mutant.file)
    }
}
