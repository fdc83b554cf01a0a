import Formats

/// Sessions over time: one line for each, with one stroke for each exchange from its request to its response.
struct SessionTimelines {
    var id: String
    var lanes: [RecordingOverview.Lane]
    var x: Axis
    var context: ChartContext

    private static let laneHeight = 14

    var markup: Markup {
        let count = Double(lanes.count)
        // Every second name is left out if lines are close together.
        let ticks = lanes.enumerated().map { index, lane in
            Axis.Tick(value: count - Double(index) - 0.5, label: "\(lane.session)")
        }
        let frame = ChartFrame(
            id: id, title: "Sessions as timelines", description: description, x: x,
            y: Axis(lower: 0, upper: count, ticks: ticks), height: max(60, lanes.count * SessionTimelines.laneHeight),
            quantity: .count, context: context)
        let paths = RecordingOverview.Kind.allCases.map { kind in
            Markup.element("path", ["class": "span \(kind.style)", "d": path(of: kind)])
        }
        return frame.markup(marks: MarkupBuilder.buildArray(paths))
    }

    private var description: String {
        lanes.prefix(10).map { "Session \($0.session): \($0.exchanges) exchanges." }.joined(separator: " ")
    }

    private func path(of kind: RecordingOverview.Kind) -> String {
        let height = 1000 / Double(lanes.count)
        var data = ""
        for (index, lane) in lanes.enumerated() {
            let top = SVGPath.coordinate(height * (Double(index) + 0.2))
            let bottom = SVGPath.coordinate(height * (Double(index) + 0.8))
            for span in lane.spans where span.kind == kind {
                let left = 1000 * x.fraction(of: span.from)
                // Even the shortest stays visible.
                let right = max(1000 * x.fraction(of: span.to), left + 1.2)
                let (from, to) = (SVGPath.coordinate(left), SVGPath.coordinate(right))
                data += "M\(from) \(top)H\(to)V\(bottom)H\(from)Z"
            }
        }
        return data
    }
}
