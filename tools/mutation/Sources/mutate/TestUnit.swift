import Foundation
import Mutants

/// Tests that run together: a suite, or one test of a slow suite.
struct TestUnit: Sendable, Hashable {

    /// "Target.Suite" or "Target.Suite/test(label:)".
    var name: String
    /// Whether the name is that of a suite.
    var isSuite: Bool

    var target: String { String(name.prefix { $0 != "." }) }

    /// A regular expression for the names of the tests.
    var filter: String {
        "^" + NSRegularExpression.escapedPattern(for: name) + (isSuite ? "/" : "")
    }

    /// The suites of all tests, and the tests that are in none.
    static func suites(of tests: [String]) -> [TestUnit] {
        let units = tests.map { test in
            test.firstIndex(of: "/").map { TestUnit(name: String(test[..<$0]), isSuite: true) }
                ?? TestUnit(name: test, isSuite: false)
        }
        return Set(units).sorted { $0.name < $1.name }
    }

    /// The tests of a suite, each on its own.
    func single(of tests: [String]) -> [TestUnit] {
        tests.filter { $0.hasPrefix(name + "/") }.map { TestUnit(name: $0, isSuite: false) }
    }
}

/// The CPU time of a unit, in seconds, and the mutants that it covers.
struct MeasuredUnit: Sendable {
    var unit: TestUnit
    var seconds: TimeInterval
    var reached: Set<Int>
    /// The test that fails without any mutant.
    var failure: String?
}

/// The built tests.
struct TestProgram: Sendable {

    private let path: String
    private let folder: String
    /// The names of all tests.
    let tests: [String]

    init(workspace: Workspace, package: String) throws {
        folder = workspace.folder
        path = "\(folder)/.build/debug/\(package)PackageTests.xctest"
        let listed = try Command([path, "--testing-library", "swift-testing", "--list-tests"], in: folder).run()
        tests = listed.output.filter { $0.contains("Tests.") && $0.hasSuffix(")") }
        guard listed.status == 0, !tests.isEmpty else { throw ToolError("there are no tests in \(path)") }
    }

    /// Runs units until the first failure.
    ///
    /// - Parameters:
    ///   - mutant: the number of the mutant that is switched on
    ///   - limit: in seconds
    /// - Returns: the test that failed, a crash or the time limit; nil when all pass
    func failure(of units: [TestUnit], mutant: Int?, limit: TimeInterval) throws -> String? {
        var seconds: TimeInterval = 0
        let environment = mutant.map { [MutantSwitch.activeVariable: "\($0)"] } ?? [:]
        return try run(units, limit: limit, environment: environment, taking: &seconds)
    }

    /// Runs a unit without any mutant.
    func measure(_ unit: TestUnit) throws -> MeasuredUnit {
        let file = "\(folder)/.build/mutate-reached-\(UUID().uuidString)"
        try Data(count: MutantSwitch.reachedBytes).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        var seconds: TimeInterval = 0
        let failure = try run([unit], limit: 900, environment: [MutantSwitch.reachedVariable: file], taking: &seconds)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        let reached = Set(bytes.indices.filter { bytes[$0] != 0 })
        return MeasuredUnit(unit: unit, seconds: seconds, reached: reached, failure: failure)
    }

    /// - Parameter seconds: the CPU time, which does not depend on other work on the machine; 0 if the run ends early
    private func run(
        _ units: [TestUnit], limit: TimeInterval, environment: [String: String], taking seconds: inout TimeInterval
    ) throws -> String? {
        let filters = units.flatMap { ["--filter", $0.filter] }
        let timed = ["bash", "-c", "TIMEFORMAT='processors: %U %S'; time \"$@\"", "bash"]
        let words = timed + [path, "--testing-library", "swift-testing"] + filters
        let ran = try Command(words, in: folder, limit: limit, environment: environment)
            .run { $0.contains(" recorded an issue") }
        let times = ran.output.last { $0.hasPrefix("processors: ") }?.split(separator: " ").compactMap { Double($0) }
        seconds = times?.reduce(0, +) ?? 0
        if let line = ran.stopLine { return Self.testName(in: line) }
        if ran.isTimeout { return "a time limit" }
        let count = ran.output.last { $0.contains("Test run with ") } ?? ""
        if ran.status == 0, !count.contains("with 0 tests"), !count.isEmpty { return nil }
        if ran.status == 0 { throw ToolError("no test runs for \(units.map(\.name).joined(separator: ", "))") }
        return ran.output.last { $0.contains("Fatal error") }.map { "a crash: \($0)" } ?? "a crash"
    }

    /// The name of the test in "✘ Test name() recorded an issue at …".
    private static func testName(in line: String) -> String {
        guard let begin = line.range(of: "Test "), let end = line.range(of: " recorded an issue") else { return line }
        let name = line[begin.upperBound..<end.lowerBound]
        let place = line[end.upperBound...].split(separator: " ").first { $0.contains(".swift:") }
        let file = place.map { " in \($0.split(separator: ":")[0])" } ?? ""
        return name + file
    }
}
