import Foundation
import Mutants

/// The outcome of a mutant.
enum Fate: Sendable {
    /// The test that failed, a crash, or a time limit.
    case killed(by: String)
    /// - isReached: whether any test covers it
    case survived(isReached: Bool)
    /// It does not compile.
    case notViable
    /// It is in the list of equivalents.
    case equivalent

    /// Whether tests decided about it.
    var isJudged: Bool {
        switch self {
        case .killed, .survived: true
        case .notViable, .equivalent: false
        }
    }
}

/// Runs the tests that cover a mutant, first those of its target and the quick ones.
struct MutantTrial: Sendable {

    private let program: TestProgram
    private let targets: PackageTargets
    private let units: [MeasuredUnit]

    private static let slow: TimeInterval = 10
    private static let endToEnd = "EndToEndTests"
    private static let endToEndChecks = 5

    /// Runs each unit once without a mutant, which gives its time limit and the mutants that it covers. Units that fail
    /// are left out.
    init(program: TestProgram, without left: Set<String>, targets: PackageTargets, jobs: Int) throws {
        self.program = program
        self.targets = targets
        let suites = TestUnit.suites(of: program.tests).filter { !left.contains($0.target) }
        note("running \(suites.count) suites without a mutant")
        let measured = try concurrently(suites, jobs: jobs) { try program.measure($0) }
        let (slow, quick) = (measured.filter { $0.seconds > Self.slow }, measured.filter { $0.seconds <= Self.slow })
        let single = try concurrently(slow.flatMap { $0.unit.single(of: program.tests) }, jobs: jobs) {
            try program.measure($0)
        }
        let failing = try (quick + single).filter { $0.failure != nil }
            .filter { try program.failure(of: [$0.unit], mutant: nil, limit: 900) != nil }
        for unit in failing { note("left out, because it fails without a mutant: \(unit.unit.name)") }
        let slowest = measured.sorted { $0.seconds > $1.seconds }.prefix(10)
        note("the slowest: " + slowest.map { "\($0.unit.name) \(Int($0.seconds)) s" }.joined(separator: ", "))
        let names = Set(failing.map(\.unit))
        units = (quick + single).filter { !names.contains($0.unit) }
    }

    /// Tries a mutant that is behind a switch.
    func fate(of mutant: NumberedMutant) throws -> Fate {
        let reaching = units.filter { $0.reached.contains(mutant.number) }
        guard !reaching.isEmpty else { return .survived(isReached: false) }
        return try fate(number: mutant.number, target: mutant.mutant.target, units: reaching)
    }

    /// Tries a mutant that the tests were built with.
    ///
    /// - Parameter neighbours: the numbers of the mutants in the same file that are behind switches; of the end-to-end
    ///   tests, only those that cover one of them run
    func fate(ofBuilt mutant: Mutant, neighbours: Set<Int>) throws -> Fate {
        let able = units.filter { unit in
            targets.needed(by: unit.unit.target).contains(mutant.target)
                && (unit.unit.target != Self.endToEnd || !unit.reached.isDisjoint(with: neighbours))
        }
        return try fate(number: nil, target: mutant.target, units: able)
    }

    private func fate(number: Int?, target: String, units: [MeasuredUnit]) throws -> Fate {
        for group in Self.groups(units, target: target) {
            // A unit that waits uses no CPU time, and other work may use most of it.
            let limit = 60 + 20 * group.reduce(0) { $0 + $1.seconds }
            let names = group.map(\.unit)
            guard let killer = try program.failure(of: names, mutant: number, limit: limit) else { continue }
            // Tests that depend on time may fail without the mutant.
            let depends = killer == "a time limit" || names.allSatisfy { $0.target == Self.endToEnd }
            if depends, number != nil {
                if try program.failure(of: names, mutant: nil, limit: limit) != nil { continue }
                guard try program.failure(of: names, mutant: number, limit: limit) != nil else { continue }
            }
            return .killed(by: killer)
        }
        return .survived(isReached: true)
    }

    /// The target's own quick units, the other quick ones, and then one after the other by their cost.
    private static func groups(_ units: [MeasuredUnit], target: String) -> [[MeasuredUnit]] {
        let quick = units.filter { $0.unit.target != endToEnd && $0.seconds <= slow }
        let own = quick.filter { $0.unit.target.lowercased() == "\(target)tests".lowercased() }
        let others = quick.filter { $0.unit.target.lowercased() != "\(target)tests".lowercased() }
        let costly = units.filter { $0.unit.target != endToEnd && $0.seconds > slow }.sorted { $0.seconds < $1.seconds }
        var last = units.filter { $0.unit.target == endToEnd }.sorted { $0.seconds < $1.seconds }
        // If other tests cover the mutant, only the quickest end-to-end tests run.
        if last.count < units.count { last = Array(last.prefix(endToEndChecks)) }
        let rest = costly + last
        return [own, others].filter { !$0.isEmpty } + rest.map { [$0] }
    }
}
