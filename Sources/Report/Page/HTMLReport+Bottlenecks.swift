import Analysis

/// Bottlenecks and their causes, each finding with its figures.
extension HTMLReport {
    var bottlenecks: Markup {
        guard let found = summary.bottlenecks, !found.isEmpty else { return .empty }
        return section("What is slow, and why") {
            Markup.element("ul", ["class": "findings plain panel"]) {
                for bottleneck in found { row(of: bottleneck) }
            }
        }
    }

    private func row(of bottleneck: Bottleneck) -> Markup {
        .element("li") {
            Markup.element("span", ["class": "sign bad", "aria-hidden": "true"]) { "!" }
            Markup.element("div") {
                Markup.element("p") {
                    Markup.element("span", ["class": "word bad"]) { bottleneck.kind.rawValue }
                    " · \(bottleneck.finding)"
                }
                Markup.element("p") { bottleneck.figures.joined(separator: " · ") }
                Markup.element("p", ["class": "soft"]) { "Next: \(bottleneck.next)" }
            }
        }
    }
}
