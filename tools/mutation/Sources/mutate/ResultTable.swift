import Foundation
import Mutants

/// The outcomes of the mutants so far.
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

    /// The counts by target. The share is that of killed mutants among those that compile and are not equivalent.
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

    /// Identifies a mutant as long as its file does not change.
    struct Key: Hashable, Sendable {
        private let parts: [String]

        init(_ mutant: Mutant, digest: String) {
            parts = [mutant.file, mutant.sourceLine, mutant.change, "\(mutant.line)", digest]
        }

        /// The key of a row of a file.
        fileprivate init(row: [String]) { parts = [row[1], row[5], row[4], row[2], row[7]] }
    }

    /// One line of the file, without its end.
    static func row(_ mutant: Mutant, _ fate: Fate, _ digest: String) -> String {
        let (word, killer) =
            switch fate {
            case .killed(let test): ("killed", test)
            case .survived(isReached: true): ("survived", "")
            case .survived(isReached: false): ("survived", "reached by no test")
            case .equivalent: ("equivalent", "")
            case .notViable: ("no build", "")
            }
        return [
            word, mutant.file, "\(mutant.line)", mutant.kind.rawValue, mutant.change, mutant.sourceLine,
            killer.replacing("\t", with: " "), digest,
        ].joined(separator: "\t")
    }

    func write(to file: String, _ digests: SourceDigests) throws {
        let lines = results.map { Self.row($0.mutant, $0.fate, digests.digest(of: $0.mutant.file)) }
        try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The tests that killed mutants, from a file that ``write(to:_:)`` or a stopped run wrote; empty if there is no
    /// file.
    static func killed(in file: String) throws -> [Key: String] {
        guard FileManager.default.fileExists(atPath: file) else { return [:] }
        let rows = try rows(in: file).filter { $0.count == 8 && $0[0] == "killed" }
        return Dictionary(rows.map { (Key(row: $0), $0[6]) }) { $1 }
    }

    private static func rows(in file: String) throws -> [[String]] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    /// File, source line and change of the survivors in a file that ``write(to:_:)`` wrote.
    static func survivors(in file: String) throws -> Set<[String]> {
        let rows = try rows(in: file).filter { $0.count >= 7 && $0[0] == "survived" }
        return Set(rows.map { [$0[1], $0[5], $0[4]] })
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: 16, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }
}
