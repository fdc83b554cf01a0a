import Analysis
import Measurement

/// Failures by endpoint: the expected and the received response, and the cause.
extension HTMLReport {
    /// The most rows; the rest is counted.
    private static let maxCauses = 100

    var failureCauses: Markup {
        guard let causes = summary.failureCauses, !causes.isEmpty else { return .empty }
        let rest = causes.dropFirst(HTMLReport.maxCauses)
        let rows = causes.explained.prefix(HTMLReport.maxCauses).map { row(of: $0.cause, note: $0.note) }
        return section("Failures") {
            Markup.element("div", ["class": "panel"]) {
                table(
                    head: ["Endpoint", "expected", "received", "cause", "count", "first seen", "last seen"],
                    rows: rows)
                if !rest.isEmpty {
                    Markup.element("p", ["class": "soft"]) {
                        "and \(rest.count) more with \(Quantity.count.text(rest.reduce(0.0) { $0 + Double($1.count) })) failures"
                    }
                }
            }
        }
    }

    private func row(of cause: FailureCauseSummary, note: String?) -> Row {
        let note = [note, cause.exampleText.map { "e.g. \($0)" }]
        return Row(
            label: cause.endpoint, note: note.compactMap { $0 }.joined(separator: " · "), isCode: true,
            figures: [
                cause.expectedText, cause.receivedText, cause.kind.words, Quantity.count(cause.count),
                Quantity.second(cause.firstSeconds), Quantity.second(cause.lastSeconds),
            ])
    }
}
