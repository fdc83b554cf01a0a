import Formats
import Traffic

/// Values over time as lines.
struct LineChart {
    var frame: ChartFrame
    var lines: [Line]
    var trend: Trend?
    /// The number of points that a long line is thinned to.
    var columns = LineChart.columns
    /// Named positions on the horizontal axis.
    var places: [HistogramChart.Mark] = []

    /// One line.
    struct Line {
        /// Its name in the read-out and in the label at its end.
        var name: String
        /// The style class of its colour.
        var style: String
        var points: [ChartPoint]
        var shape = Shape.line
    }

    /// How a line is drawn.
    enum Shape {
        case line
        /// A line with the area under it tinted.
        case area
        /// A stroke for each value that is not zero.
        case needles
    }

    /// The default number of points that a long line is thinned to: about as many as a phone has pixels across.
    static let columns = 400

    /// The chart, or a sentence if there is nothing to draw.
    var markup: Markup {
        guard lines.contains(where: { !$0.points.unbroken.isEmpty }) else {
            return .element("p", ["class": "empty"]) { "Nothing was measured." }
        }
        let places = HistogramChart.names(places, on: frame.x)
        return frame.markup(
            marks: marks, notes: MarkupBuilder.buildBlock(HistogramChart.notes(places), names),
            hasLineNames: lines.count > 1, headroom: HistogramChart.headroom(places))
    }

    private var marks: Markup {
        MarkupBuilder.buildArray(lines.map(marks(of:)) + [trend?.markup(x: frame.x, y: frame.y) ?? .empty])
    }

    private func marks(of line: Line) -> Markup {
        let (x, y) = (frame.x, frame.y)
        let thinned = ThinnedLine(line.points, columns: columns, by: line.shape == .line ? .median : .mean)
        let dots = line.shape == .needles ? SVGPath() : SVGPath.dots(thinned.middle, x: x, y: y)
        let path =
            line.shape == .needles
            ? SVGPath.needles(thinned.middle, x: x, y: y) : SVGPath.line(thinned.middle, x: x, y: y)
        return .element("g", ["class": line.style]) {
            if line.shape == .area {
                Markup.element("path", ["class": "area", "d": SVGPath.area(thinned.middle, x: x, y: y).data])
            }
            if !thinned.high.isEmpty {
                Markup.element(
                    "path", ["class": "band", "d": SVGPath.band(thinned.low, thinned.high, x: x, y: y).data])
            }
            if !dots.data.isEmpty { Markup.element("path", ["class": "line dots", "d": dots.data]) }
            Markup.element(
                "path",
                [
                    "class": line.shape == .needles ? "line needles" : "line", "d": path.data, "data-name": line.name,
                    "data-points": LineChart.readOut(thinned),
                ])
        }
    }

    /// Each line's name at its right end, moved where they would overlap; only if there are several lines.
    private var names: Markup {
        guard lines.count > 1 else { return .empty }
        let ends = lines.compactMap { line in
            line.points.last { $0.known != nil }.flatMap { point in
                point.known.map { (line: line, down: (1 - frame.y.fraction(of: $0)) * Double(frame.height)) }
            }
        }.sorted { $0.down < $1.down }
        let places = LineChart.spread(ends.map(\.down), apart: 13, within: Double(frame.height))
        return MarkupBuilder.buildArray(
            zip(ends, places).map { end, place in
                .element(
                    "text",
                    [
                        "class": "name \(end.line.style)", "x": "100%", "dx": "6",
                        "y": SVGPath.coordinate(place), "dy": "0.32em",
                    ]
                ) { end.line.name }
            })
    }

    /// Ascending positions, moved as little as needed to be at least `apart` from each other and within 0…`limit`.
    static func spread(_ places: [Double], apart: Double, within limit: Double) -> [Double] {
        var result = places
        for index in result.indices.dropFirst() { result[index] = max(result[index], result[index - 1] + apart) }
        var ceiling = limit
        for index in result.indices.reversed() {
            result[index] = min(result[index], ceiling)
            ceiling = result[index] - apart
        }
        return result
    }

    /// The points for the read-out, as `x,middle` or `x,middle,low,high`, with only as many digits as can be read.
    private static func readOut(_ line: ThinnedLine) -> String {
        line.middle.indices.compactMap { index in
            guard let value = line.middle[index].known else { return nil }
            let range = line.high.isEmpty ? [] : [line.low[index].known ?? value, line.high[index].known ?? value]
            return ([line.middle[index].x, value] + range).map(number).joined(separator: ",")
        }.joined(separator: " ")
    }

    private static func number(_ value: Double) -> String {
        let size = value.magnitude
        let text = value.formatted(decimals: size >= 1000 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4)
        guard text.contains(".") else { return text }
        let digits = text.reversed().drop { $0 == "0" }
        return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
    }
}
