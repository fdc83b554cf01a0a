import Foundation
import Mutants

/// What became of a mutant.
enum Fate {
    /// By which test, a crash, or a time limit.
    case killed(by: String)
    case survived
    /// It does not compile.
    case notViable
}

/// Builds mutants in the copy of the tree and runs tests on them.
struct MutantTrial {

    private let workspace: Workspace
    private let tests: TestTargets
    private let secondsOfGroup: [String: TimeInterval]

    /// Builds the copy as it is and runs all tests that may be needed: each has to pass, and how long they take is the measure for
    /// the time limits.
    init(workspace: Workspace, targets: Set<String>) throws {
        self.workspace = workspace
        note("building the copy in \(workspace.folder)")
        let built = try Command(["swift", "build", "--build-tests"], in: workspace.folder).run()
        guard built.status == 0 else {
            throw ToolError("the tree does not build:\n" + built.output.suffix(20).joined(separator: "\n"))
        }
        tests = try TestTargets(folder: workspace.folder)
        var seconds: [String: TimeInterval] = [:]
        for target in targets.sorted() {
            let groups = tests.groups(for: target)
            for group in [groups.own, groups.dependants] where !group.isEmpty && seconds[Self.filter(group)] == nil {
                note("running \(group.joined(separator: ", "))")
                let begin = Date()
                let ran = try Self.run(group, package: tests.package, in: workspace.folder, limit: 1200)
                if let failure = ran { throw ToolError("the tests fail without any mutant: \(failure)") }
                seconds[Self.filter(group)] = Date().timeIntervalSince(begin)
            }
        }
        secondsOfGroup = seconds
    }

    func fate(of mutant: Mutant) throws -> Fate {
        let original = try workspace.read(mutant.file)
        var changed = original
        changed.replaceSubrange(mutant.range, with: Array(mutant.replacement.utf8))
        try workspace.write(changed, to: mutant.file)
        defer { try? workspace.write(original, to: mutant.file) }
        let built = try Command(["swift", "build", "--build-tests"], in: workspace.folder, limit: 900).run()
        guard built.status == 0 else { return .notViable }
        let groups = tests.groups(for: mutant.target)
        for group in [groups.own, groups.dependants] where !group.isEmpty {
            let limit = 20 + 4 * (secondsOfGroup[Self.filter(group)] ?? 60)
            if let killer = try Self.run(group, package: tests.package, in: workspace.folder, limit: limit) {
                return .killed(by: killer)
            }
        }
        return .survived
    }

    private static func filter(_ group: [String]) -> String { "^(\(group.joined(separator: "|")))\\." }

    /// Runs the tests of a group until the first failure; nil when all pass.
    private static func run(
        _ group: [String], package: String, in folder: String, limit: TimeInterval
    ) throws -> String? {
        let program = "\(folder)/.build/debug/\(package)PackageTests.xctest"
        let words = [program, "--testing-library", "swift-testing", "--filter", filter(group)]
        let ran = try Command(words, in: folder, limit: limit).run { $0.contains(" recorded an issue") }
        if let line = ran.stopLine { return testName(in: line) }
        if ran.isTimeout { return "a time limit" }
        guard ran.status != 0 else {
            let count = ran.output.last { $0.contains("Test run with ") } ?? ""
            return count.contains("with 0 tests") || count.isEmpty ? "no test ran: \(group)" : nil
        }
        return ran.output.last { $0.contains("Fatal error") }.map { "a crash: \($0)" } ?? "a crash"
    }

    /// The test's name out of "✘ Test name() recorded an issue at …".
    private static func testName(in line: String) -> String {
        guard let begin = line.range(of: "Test "), let end = line.range(of: " recorded an issue") else { return line }
        let name = line[begin.upperBound..<end.lowerBound]
        let place = line[end.upperBound...].split(separator: " ").first { $0.contains(".swift:") }
        let file = place.map { " in \($0.split(separator: ":")[0])" } ?? ""
        return (name.range(of: " with ").map { String(name[..<$0.lowerBound]) } ?? String(name)) + file
    }
}
