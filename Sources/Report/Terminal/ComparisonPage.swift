public import Analysis
import Formats
import Measurement
import Traffic

/// A comparison of runs on a terminal: the verdict, then the differences, then the rest.
public struct ComparisonPage {
    /// The most rows; the worst come first.
    private static let mostRows = 60
    /// Below this width the figures of both sides share a column.
    private static let wide = 110

    let comparison: RunComparison
    let margin: Double
    let width: Int

    /// The page of a comparison.
    ///
    /// - Parameters:
    ///   - margin: the largest difference that does not matter, as a share.
    ///   - width: columns of the terminal; kept between 80 and 160.
    public init(_ comparison: RunComparison, margin: Double, width: Int = 80) {
        self.comparison = comparison
        self.margin = margin
        self.width = min(160, max(80, width))
    }

    /// The page; every line ends with a line feed and has at most `width` columns.
    public var text: String {
        var lines = "\(comparison.verdict.rawValue): \(comparison.sentence(margin: margin))".wrapped(to: width)
        if !comparison.findings.isEmpty {
            let rows = comparison.worstFirst.prefix(ComparisonPage.mostRows).map(row)
            lines += [""] + TextTable(head: head, rows: rows, width: width).lines
        }
        if comparison.findings.count > ComparisonPage.mostRows {
            lines.append("… and \(comparison.findings.count - ComparisonPage.mostRows) more")
        }
        for sentence in comparison.notComparedSentences {
            lines += [""] + sentence.displayable.wrapped(to: width)
        }
        let explanations = comparison.explanations.flatMap { $0.wrapped(to: width) }
        if !explanations.isEmpty { lines += [""] + explanations }
        for finding in comparison.memory {
            lines += [""] + "memory: \(finding.explanation)".displayable.wrapped(to: width)
        }
        if !comparison.warnings.isEmpty { lines.append("") }
        lines += comparison.warnings.flatMap { warning in
            warning.displayable.wrapped(to: width - 2).enumerated().map { ($0.offset == 0 ? "! " : "  ") + $0.element }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var isWide: Bool { width >= ComparisonPage.wide }

    private var head: [String] {
        let sides = isWide ? ["baseline", "candidate"] : ["before → after"]
        return ["endpoint", "figure"] + sides + ["change, deciding interval", "verdict"]
    }

    private func row(_ finding: RunComparison.Finding) -> [String] {
        let sides = [finding.text(finding.baseline), finding.text(finding.candidate)]
        return [finding.endpoint, finding.figure.rawValue] + (isWide ? sides : [sides.joined(separator: " → ")])
            + ["\(finding.changeText) (\(finding.intervalText))", finding.verdict.rawValue]
    }
}

/// The texts about a comparison that the terminal and the page share.
extension RunComparison {
    /// The number of figures by verdict, the number of runs, and the kind of times.
    func sentence(margin: Double) -> String {
        let counts = [ComparisonVerdict.regressed, .improved, .equivalent, .inconclusive].compactMap { verdict in
            let count = findings.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        let share = (100 * margin).formatted(decimals: 0)
        let result =
            counts.isEmpty
            ? "no figure could be compared"
            : "\(Plural.text(findings.count, "figure", "figures")): \(counts.joined(separator: ", "))"
        return result + "; "
            + "\(Plural.text(pairs, "run", "runs")) per side, \(time.name) time, differences below \(share)% do not matter"
    }

    /// The findings, the worst first.
    var worstFirst: [Finding] {
        let rank: (ComparisonVerdict) -> Int = { verdict in
            switch verdict {
            case .regressed: 0
            case .improved: 1
            case .inconclusive: 2
            case .equivalent: 3
            }
        }
        return findings.enumerated()
            .sorted { (rank($0.element.verdict), $0.offset) < (rank($1.element.verdict), $1.offset) }.map(\.element)
    }

    /// How to read the table, and what would decide the open figures.
    var explanations: [String] {
        guard !findings.isEmpty else { return ["Longer runs, or runs with more load, have enough requests."] }
        var sentences = [
            "The verdict follows from the interval shown, which is corrected for the number of figures tested. For 'equivalent' it "
                + "is the 90% interval, which lies within the margin."
        ]
        if let pairsNeeded {
            sentences.append(
                "About \(Plural.text(pairsNeeded, "pair", "pairs")) of runs like these would decide it for all requests together (an estimate)."
            )
        } else if findings.contains(where: { $0.endpoint == "all requests" && $0.verdict == .inconclusive }) {
            sentences.append(
                "No practical number of runs like these would decide it: make the runs longer, or the load steadier.")
        }
        return sentences
    }
}

extension RunComparison.Finding {
    /// A side's figure: `12.3 ms`, `0.50%`.
    func text(_ value: Double) -> String {
        figure == .failures ? "\((100 * value).formatted(decimals: 2))%" : Quantity.milliseconds.text(value)
    }

    /// `+7.1%`; for failures, the difference of the shares.
    var changeText: String { change(ratio) }

    /// The interval that decided.
    var intervalText: String {
        verdict == .equivalent
            ? "\(change(low)) … \(change(high))" : "\(change(decidingLow)) … \(change(decidingHigh))"
    }

    private func change(_ value: Double) -> String {
        let difference = 100 * (figure == .failures ? value : value - 1)
        guard difference.isFinite else { return "–" }
        // An interval so wide says that nothing is known; its exact end would not be read.
        guard difference.magnitude < 10_000 else { return difference < 0 ? "<−9999%" : ">+9999%" }
        return (difference < 0 ? "−" : "+")
            + difference.magnitude.formatted(decimals: difference.magnitude < 99.95 ? 1 : 0) + "%"
    }
}
