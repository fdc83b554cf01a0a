import Foundation
import Mutants

/// The fates of the mutants so far.
struct ResultTable {

    private var results: [(mutant: Mutant, fate: Fate)] = []
    private let wanted: Int

    init(wanted: Int) { self.wanted = wanted }

    /// Whether as many mutants are judged as were asked for.
    var isFull: Bool { judged >= wanted }

    private var judged: Int { results.count { if case .notViable = $0.fate { false } else { true } } }

    var survivors: Int { results.count { if case .survived = $0.fate { true } else { false } } }

    mutating func add(_ mutant: Mutant, _ fate: Fate) { results.append((mutant, fate)) }

    static func line(_ mutant: Mutant) -> String {
        "\(mutant.file):\(mutant.line)  \(mutant.kind.rawValue): \(mutant.change)"
    }

    var lastLine: String {
        guard let (mutant, fate) = results.last else { return "" }
        switch fate {
        case .killed(let test): return "killed    \(Self.line(mutant))  by \(test)"
        case .survived: return "SURVIVED  \(Self.line(mutant))\n          \(mutant.sourceLine)"
        case .notViable: return "no build  \(Self.line(mutant))"
        }
    }

    /// The counts by target, and the survivors once more.
    var summary: String {
        var lines = ["", "target              mutants  killed  share"]
        var counts: [String: (all: Int, killed: Int)] = [:]
        for (mutant, fate) in results {
            switch fate {
            case .killed:
                counts[mutant.target, default: (0, 0)].all += 1
                counts[mutant.target, default: (0, 0)].killed += 1
            case .survived: counts[mutant.target, default: (0, 0)].all += 1
            case .notViable: break
            }
        }
        let all = counts.values.reduce((0, 0)) { ($0.0 + $1.all, $0.1 + $1.killed) }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) + [("all", (all: all.0, killed: all.1))] {
            lines.append(
                name.padding(toLength: 20, withPad: " ", startingAt: 0) + Self.right(count.all, 7)
                    + Self.right(count.killed, 8) + Self.right(count.all > 0 ? 100 * count.killed / count.all : 0, 6)
                    + "%")
        }
        lines.append("\(results.count - judged) did not compile")
        return lines.joined(separator: "\n")
    }

    func write(to file: String) throws {
        let lines = results.map { mutant, fate in
            let (word, killer) =
                switch fate {
                case .killed(let test): ("killed", test)
                case .survived: ("survived", "")
                case .notViable: ("no build", "")
                }
            return [
                word, mutant.file, "\(mutant.line)", mutant.kind.rawValue, mutant.change, mutant.sourceLine, killer,
            ]
            .joined(separator: "\t")
        }
        try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }

    private static func right(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
