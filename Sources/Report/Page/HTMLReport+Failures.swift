import Analysis
import Measurement

/// Failures by endpoint: the expected answer, the received one, and the cause.
extension HTMLReport {
    /// The most rows; the rest is counted.
    private static let maxCauses = 100

    var failureCauses: Markup {
        guard let causes = summary.failureCauses, !causes.isEmpty else { return .empty }
        let rest = causes.dropFirst(HTMLReport.maxCauses)
        return section("Failures") {
            Markup.element("div", ["class": "panel"]) {
                table(
                    head: ["Endpoint", "expected", "received", "cause", "count", "first seen", "last seen"],
                    rows: causes.prefix(HTMLReport.maxCauses).map(row))
                if !rest.isEmpty {
                    Markup.element("p", ["class": "soft"]) {
                        "and \(rest.count) more with \(Quantity.count.text(rest.reduce(0.0) { $0 + Double($1.count) })) failures"
                    }
                }
            }
        }
    }

    private func row(of cause: FailureCauseSummary) -> Row {
        let note = [cause.root ?? cause.cause, cause.example.map { "e.g. \($0)" }].compactMap { $0 }
        return Row(
            label: cause.endpoint, note: note.joined(separator: " · "), isCode: true,
            figures: [
                cause.expectedText, cause.receivedText, cause.kind.label, Quantity.count(cause.count),
                Quantity.second(cause.firstSeconds), Quantity.second(cause.lastSeconds),
            ])
    }
}
