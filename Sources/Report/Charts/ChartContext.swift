import Analysis
import Traffic

/// The background of a chart over time: the phases of the load, injected faults, and the limits of gates.
struct ChartContext: Hashable {
    /// A limit on the chart's values.
    struct Limit: Hashable {
        /// Its label: `p95 < 500 ms`.
        var name: String
        /// In the chart's quantity.
        var value: Double
    }

    /// Charts of one group zoom together and share a cursor.
    var group = ""
    /// In the order of time; one phase alone is not drawn.
    var phases: [RunSeries.Phase] = []
    /// Ordered by start.
    var faults: [RunSeries.Fault] = []
    /// Drawn if the axis reaches them.
    var limits: [Limit] = []

    /// The phases to draw: none if there is only one.
    var bands: [RunSeries.Phase] { phases.count > 1 ? phases : [] }

    /// A label over the plot.
    struct Label: Hashable {
        var text: String
        /// Where it begins, in seconds.
        var at: Double
        /// As a share of the width, 0…1.
        var place: Double
        var isFault: Bool
        /// Left out if there is little room.
        var isMinor = false
    }

    /// The names above the plot: of phases that are wide enough, and of faults, as long as they do not overlap.
    func labels(on axis: Axis) -> [Label] {
        var labels: [Label] = []
        for phase in bands where !phase.isRamp {
            let (start, end) = (axis.fraction(of: phase.from), axis.fraction(of: phase.to))
            let room = end - start
            // A letter is about a hundredth of the width of a wide chart.
            guard room > 0.03 else { continue }
            let letters = Int(room * 110)
            let text =
                phase.name.count <= letters ? phase.name : String(phase.name.prefix(max(letters - 1, 1))) + "…"
            labels.append(Label(text: text, at: phase.from, place: start, isFault: false, isMinor: room < 0.12))
        }
        var free = -1.0
        for fault in faults {
            let start = axis.fraction(of: fault.from)
            guard start >= free else { continue }
            let text = fault.name.count > 20 ? fault.name.prefix(19) + "…" : fault.name
            labels.append(Label(text: "⚡ \(text)", at: fault.from, place: start, isFault: true))
            free = start + 0.03 + 0.011 * Double(text.count)
        }
        return labels
    }
}

extension ChartContext {
    /// Bands, spans and limits in the box of 1000 by 1000.
    func marks(x: Axis, y: Axis) -> Markup {
        var marks: [Markup] = []
        for (index, phase) in bands.enumerated() {
            let style = phase.isRamp ? "phase ramp" : index.isMultiple(of: 2) ? "phase" : "phase odd"
            let name = phase.isRamp ? "\(phase.name): ramp" : phase.name
            marks.append(ChartContext.span(style, phase.from, phase.to, name, x))
        }
        for fault in faults {
            marks.append(ChartContext.span("fault", fault.from, fault.to ?? x.upper, fault.name, x))
            for end in [fault.from, fault.to].compactMap({ $0 }) {
                let across = SVGPath.coordinate(1000 * x.fraction(of: end))
                marks.append(.element("path", ["class": "fault", "d": "M\(across) 0V1000"]))
            }
        }
        for limit in drawn(on: y) {
            let down = SVGPath.coordinate(1000 - 1000 * y.fraction(of: limit.value))
            marks.append(.element("path", ["class": "limit", "d": "M0 \(down)H1000"]))
        }
        return MarkupBuilder.buildArray(marks)
    }

    /// The names above the plot and next to limits.
    func notes(x: Axis, y: Axis) -> Markup {
        let labels = labels(on: x).map { label in
            let kind = label.isFault ? "fault" : label.isMinor ? "phase minor" : "phase"
            return Markup.element(
                "text",
                [
                    "class": "over \(kind)", "x": ChartFrame.percent(label.place), "dx": "3",
                    "y": label.isFault && !bands.isEmpty ? "-20" : "-6", "data-t": SVGPath.coordinate(label.at),
                ]
            ) { label.text }
        }
        let limits = drawn(on: y).map { limit in
            Markup.element(
                "text",
                [
                    "class": "over limit", "x": "100%", "dx": "-4",
                    "y": ChartFrame.percent(1 - y.fraction(of: limit.value)), "dy": "-4",
                ]
            ) { limit.name }
        }
        return MarkupBuilder.buildArray(labels + limits)
    }

    /// The style class that makes room for the names above the plot.
    var styleClass: String { faults.isEmpty ? bands.isEmpty ? "" : " banded" : bands.isEmpty ? " banded" : " marked" }

    /// The text alternative of the background.
    var description: String {
        let phases = bands.filter { !$0.isRamp }.map(\.name).joined(separator: ", ")
        let faults = faults.map { fault in
            "\(fault.name) from \(Quantity.second(fault.from))" + (fault.to.map { " to \(Quantity.second($0))" } ?? "")
        }.joined(separator: ", ")
        return (phases.isEmpty ? "" : " Phases: \(phases).") + (faults.isEmpty ? "" : " Faults: \(faults).")
    }

    private func drawn(on y: Axis) -> [Limit] { limits.filter { $0.value >= y.lower && $0.value <= y.upper } }

    private static func span(
        _ style: String, _ from: Double, _ to: Double, _ name: String, _ x: Axis
    ) -> Markup {
        let (left, right) = (1000 * x.fraction(of: from), 1000 * x.fraction(of: to))
        return .element(
            "rect",
            [
                "class": style, "x": SVGPath.coordinate(left), "width": SVGPath.coordinate(max(0, right - left)),
                "y": "0", "height": "1000",
            ]
        ) { Markup.element("title") { name } }
    }
}
