public import Analysis
import Formats
import Traffic

/// Histories of runs on a terminal: the figures of each run, where they changed, and which runs the generator
/// distorted.
public struct HistoryPage {
    private let histories: [RunHistory]
    private let width: Int
    /// The most runs listed per history; sparklines show all of them.
    private static let rowLimit = 20

    /// A page of histories for a terminal.
    ///
    /// - Parameter width: columns of the terminal; kept between 80 and 160.
    public init(_ histories: [RunHistory], width: Int = 100) {
        self.histories = histories
        self.width = min(160, max(80, width))
    }

    /// The page; every line ends with a line feed.
    public var text: String {
        histories.map { lines(of: $0).joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private func lines(of history: RunHistory) -> [String] {
        let figures = history.figures
        var lines = wrapped("", "\(history.name): \(Plural.text(history.runs.count, "run")), \(history.summary)") + [""]
        let nameWidth = figures.map(\.name.displayWidth).max() ?? 0
        for figure in figures {
            let values = history.runs.map { $0.figures[figure] }
            let spark = SparkLine(values, width: min(width - 52, max(values.count, 1)), base: .zero)
            guard let range = spark.range else { continue }
            lines.append(
                "\(figure.name.padded(to: nameWidth)) \(spark.text)  \(figure.text(range.lowerBound)) … \(figure.text(range.upperBound))"
            )
        }
        for change in history.changes {
            lines += wrapped(change.isWorse ? "✗ " : "✓ ", history.sentence(of: change))
        }
        let blamed = history.runs.filter { !$0.blame.isEmpty }
        for run in blamed.suffix(HistoryPage.rowLimit) {
            lines += wrapped("! ", "\(run.name) is unreliable: \(run.blame.joined(separator: "; "))")
        }
        let showsTime = width >= 100
        var head = ["run"]
        if showsTime { head.append("began (UTC)") }
        head += figures.map(\.shortName)
        head.append("verdict")
        let rows = history.runs.suffix(HistoryPage.rowLimit).map { run -> [String] in
            var row = [run.name]
            if showsTime {
                let time = UTCDateTime(secondsSinceEpoch: run.startedAt).map {
                    "\($0.dateText) \($0.timeText.prefix(5))"
                }
                row.append(time ?? "–")
            }
            row += figures.map { figure in run.figures[figure].map(figure.text) ?? "–" }
            row.append(run.verdict.rawValue + (run.blame.isEmpty ? "" : " !"))
            return row
        }
        lines += [""] + TextTable(head: head, rows: rows, width: width).lines
        let hidden = history.runs.count - rows.count
        if hidden > 0 { lines.append("and \(hidden) earlier") }
        return lines
    }

    private func wrapped(_ mark: String, _ text: String) -> [String] {
        text.displayable.wrapped(to: width - mark.count).enumerated().map {
            ($0.offset == 0 ? mark : String(repeating: " ", count: mark.count)) + $0.element
        }
    }
}
