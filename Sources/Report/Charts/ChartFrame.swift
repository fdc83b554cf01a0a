import Traffic

/// The frame of every chart: title, grid, labels of both axes.
///
/// The chart is as wide as the page allows: positions are percentages, and only the marks lie in a box that is
/// stretched. So text keeps its size on a phone.
struct ChartFrame {
    /// Unique on the page.
    var id: String
    var title: String
    /// The chart in words, for screen readers.
    var description: String
    var x: Axis
    var y: Axis
    /// Of the plot, in CSS pixels.
    var height: Int
    /// The quantity as which the read-out formats values.
    var quantity: Quantity
    /// The background of a chart over time; nil for other charts.
    var context: ChartContext?

    /// The chart around its marks.
    ///
    /// - Parameters:
    ///   - marks: in the 1000 by 1000 box.
    ///   - notes: text over them, positioned in percentages.
    ///   - headroom: the CSS pixels that notes take above the plot.
    func markup(marks: Markup, notes: Markup = .empty, hasLineNames: Bool = false, headroom: Int = 0) -> Markup {
        .element(
            "div",
            [
                "class": "plot" + (hasLineNames ? " named" : "") + (context?.styleClass ?? ""),
                "data-from": "\(x.lower)", "data-to": "\(x.upper)", "data-unit": quantity.rawValue,
                "data-time": context?.group, "style": headroom > 0 ? "padding-top:\(headroom + 6)px" : nil,
            ]
        ) {
            Markup.element(
                "svg",
                [
                    "role": "img", "aria-labelledby": "\(id)-title \(id)-desc", "width": "100%", "height": "\(height)",
                ]
            ) {
                Markup.element("title", ["id": "\(id)-title"]) { title }
                Markup.element("desc", ["id": "\(id)-desc"]) { description + (context?.description ?? "") }
                grid
                Markup.element(
                    "svg",
                    [
                        "class": "box", "width": "100%", "height": "100%", "viewBox": "0 0 1000 1000",
                        "preserveAspectRatio": "none",
                    ]
                ) {
                    context?.marks(x: x, y: y) ?? .empty
                    marks
                }
                context?.notes(x: x, y: y) ?? .empty
                notes
            }
        }
    }

    private var grid: Markup {
        .element("g", ["class": "axes"]) {
            for tick in x.ticks {
                let place = ChartFrame.percent(x.fraction(of: tick.value))
                Markup.element(
                    "line",
                    ["class": tick.isMinor ? "x minor" : "x", "x1": place, "x2": place, "y1": "0", "y2": "100%"])
                Markup.element(
                    "text",
                    ["class": tick.isMinor ? "x minor" : "x", "x": place, "y": "100%", "dy": "18"]
                ) { tick.label }
            }
            for tick in y.ticks {
                let place = ChartFrame.percent(1 - y.fraction(of: tick.value))
                Markup.element("line", ["x1": "0", "x2": "100%", "y1": place, "y2": place])
                Markup.element("text", ["class": "y", "x": "-8", "y": place, "dy": "0.32em"]) { tick.label }
            }
        }
    }

    /// A position on the chart as an SVG length: `37.5%`.
    static func percent(_ fraction: Double) -> String {
        SVGPath.coordinate(fraction * 100) + "%"
    }
}
