import Formats
import Plan

/// Values of responses that later requests use, as a table.
extension HTMLReport {
    /// The most bindings that are listed, and the most places of each.
    private static let bindingRows = 300
    private static let bindingPlaces = 6

    static func panel(of bindings: [PlanFindings.Binding]) -> Markup {
        .element("div", ["class": "panel"]) {
            table(head: ["Value of a response", "sessions", "used in"], rows: bindings.prefix(bindingRows).map(row))
            if bindings.count > bindingRows {
                Markup.element("p", ["class": "soft"]) { "and \((bindings.count - bindingRows).grouped) more" }
            }
        }
    }

    private static func row(of binding: PlanFindings.Binding) -> Row {
        let places = Set(binding.sinks.map(\.place)).sorted()
        let hidden = places.count - bindingPlaces
        return Row(
            label: "\(binding.sourceEndpoint)  \(binding.source)",
            note: "→ " + places.prefix(bindingPlaces).joined(separator: ", ")
                + (hidden > 0 ? " and \(Plural.text(hidden, "more place", "more places"))" : ""),
            isCode: true,
            figures: [
                binding.sessions.grouped, Plural.text(binding.count, "place in requests", "places in requests"),
            ])
    }
}
