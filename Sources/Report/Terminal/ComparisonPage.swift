public import Analysis
import Traffic

/// A comparison of runs on a terminal: the verdict, then what differs, then what does not.
public struct ComparisonPage {
    /// Rows shown at most; the worst come first.
    private static let mostRows = 60

    let comparison: RunComparison
    let margin: Double

    /// - Parameter margin: differences that do not matter, as a share.
    public init(_ comparison: RunComparison, margin: Double) {
        self.comparison = comparison
        self.margin = margin
    }

    /// The page; every line ends with a line feed.
    public var text: String {
        var lines = ["\(comparison.verdict.rawValue): \(sentence)", ""]
        let table = TextTable(
            head: ["endpoint", "figure", "baseline", "candidate", "change", "90% interval", "verdict"],
            rows: ordered.prefix(ComparisonPage.mostRows).map(row), width: 140)
        lines += table.lines
        if comparison.findings.count > ComparisonPage.mostRows {
            lines.append("… and \(comparison.findings.count - ComparisonPage.mostRows) more")
        }
        for finding in comparison.memory { lines += ["", "memory: \(finding.explanation)"] }
        if !comparison.warnings.isEmpty { lines.append("") }
        lines += comparison.warnings.map { "! \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var sentence: String {
        let counts = [ComparisonVerdict.regressed, .improved, .equivalent, .inconclusive].compactMap { verdict in
            let count = comparison.findings.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        let share = (100 * margin).formatted(decimals: 0)
        return "of \(comparison.findings.count) figures \(counts.joined(separator: ", ")); \(comparison.pairs) "
            + "run\(comparison.pairs == 1 ? "" : "s") a side, \(comparison.time), differences below \(share)% do not matter"
    }

    private var ordered: [RunComparison.Finding] {
        let rank: (ComparisonVerdict) -> Int = { verdict in
            switch verdict {
            case .regressed: 0
            case .improved: 1
            case .inconclusive: 2
            case .equivalent: 3
            }
        }
        return comparison.findings.enumerated()
            .sorted { (rank($0.element.verdict), $0.offset) < (rank($1.element.verdict), $1.offset) }.map(\.element)
    }

    private func row(_ finding: RunComparison.Finding) -> [String] {
        if finding.figure == "failures" {
            let percent = { (ratio: Double) in "\((100 * ratio).formatted(decimals: 2))%" }
            return [
                finding.endpoint, finding.figure, percent(finding.baseline), percent(finding.candidate),
                percent(finding.ratio), "\(percent(finding.low)) … \(percent(finding.high))", finding.verdict.rawValue,
            ]
        }
        let milliseconds = { (value: Double) in "\(value.formatted(decimals: value < 10 ? 3 : 1)) ms" }
        let change = { (ratio: Double) in "\(ratio < 1 ? "" : "+")\((100 * (ratio - 1)).formatted(decimals: 1))%" }
        return [
            finding.endpoint, finding.figure, milliseconds(finding.baseline), milliseconds(finding.candidate),
            change(finding.ratio), "\(change(finding.low)) … \(change(finding.high))", finding.verdict.rawValue,
        ]
    }
}
