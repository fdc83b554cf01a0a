import Foundation
import Mutants

/// The fates of the mutants so far.
struct ResultTable {

    private struct Counts {
        var mutants = 0
        var killed = 0
        var survived = 0
        var unreached = 0
        var equivalent = 0
        var notViable = 0

        mutating func add(_ fate: Fate) {
            mutants += 1
            switch fate {
            case .killed: killed += 1
            case .survived(let isReached):
                survived += 1
                if !isReached { unreached += 1 }
            case .equivalent: equivalent += 1
            case .notViable: notViable += 1
            }
        }
    }

    private var results: [(mutant: Mutant, fate: Fate)] = []

    var survivors: Int { results.count { if case .survived = $0.fate { true } else { false } } }

    mutating func add(_ mutant: Mutant, _ fate: Fate) { results.append((mutant, fate)) }

    static func line(_ mutant: Mutant) -> String {
        "\(mutant.file):\(mutant.line)  \(mutant.kind.rawValue): \(mutant.change)"
    }

    static func line(_ mutant: Mutant, _ fate: Fate) -> String {
        switch fate {
        case .killed(let test): "killed    \(line(mutant))  by \(test)"
        case .survived(isReached: true): "SURVIVED  \(line(mutant))\n          \(mutant.sourceLine)"
        case .survived(isReached: false):
            "SURVIVED  \(line(mutant))  reached by no test\n          \(mutant.sourceLine)"
        case .equivalent: "equal     \(line(mutant))"
        case .notViable: "no build  \(line(mutant))"
        }
    }

    /// The counts by target. The share is that of the killed in those that compile and are not equivalent.
    var summary: String {
        var counts: [String: Counts] = [:]
        for (mutant, fate) in results {
            counts[mutant.target, default: Counts()].add(fate)
            counts["", default: Counts()].add(fate)
        }
        let columns = ["mutants", "killed", "survived", "unreached", "equivalent", "no build", "share"]
        var lines = ["", Self.row("target", columns)]
        for (name, count) in counts.sorted(by: { ($0.key.isEmpty ? 1 : 0, $0.key) < ($1.key.isEmpty ? 1 : 0, $1.key) })
        {
            let judged = count.killed + count.survived
            let share = judged > 0 ? "\(100 * count.killed / judged)%" : "-"
            let numbers = [
                count.mutants, count.killed, count.survived, count.unreached, count.equivalent, count.notViable,
            ]
            lines.append(Self.row(name.isEmpty ? "all" : name, numbers.map { "\($0)" } + [share]))
        }
        return lines.joined(separator: "\n")
    }

    func write(to file: String) throws {
        let lines = results.map { mutant, fate in
            let (word, killer) =
                switch fate {
                case .killed(let test): ("killed", test)
                case .survived(isReached: true): ("survived", "")
                case .survived(isReached: false): ("survived", "reached by no test")
                case .equivalent: ("equivalent", "")
                case .notViable: ("no build", "")
                }
            return [
                word, mutant.file, "\(mutant.line)", mutant.kind.rawValue, mutant.change, mutant.sourceLine, killer,
            ]
            .joined(separator: "\t")
        }
        try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// File, source line and change of the survivors in a file that ``write(to:)`` made.
    static func survivors(in file: String) throws -> Set<[String]> {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let rows = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        return Set(rows.filter { $0.count == 7 && $0[0] == "survived" }.map { [$0[1], $0[5], $0[4]] })
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: 16, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }
}
