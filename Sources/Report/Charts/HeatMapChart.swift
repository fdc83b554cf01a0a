import Analysis
import Formats

/// The distribution of response times over time: the stronger a cell, the larger its share of the responses of its
/// time.
struct HeatMapChart {
    var id: String
    var title: String
    var map: ResponseHeatMap
    var x: Axis
    var context: ChartContext

    static let height = 220

    /// The share of a column at which each shade begins, faintest first.
    static let shades = [0.0, 0.01, 0.05, 0.15, 0.4]

    /// What the shades mean, in words.
    static let legend = "Colour: share of the responses in that interval, up to 1%, 5%, 15%, 40%, and more."

    /// The chart.
    var markup: Markup {
        let edges = map.edgesMs
        let y = Axis.logarithmic(covering: edges[0]...edges[edges.count - 1], quantity: .milliseconds)
        let frame = ChartFrame(
            id: id, title: title, description: description, x: x, y: y, height: HeatMapChart.height,
            quantity: .milliseconds, context: context)
        let paths = HeatMapChart.shades.indices.map { shade in
            Markup.element("path", ["class": "heat h\(shade)", "d": path(shade: shade, y: y)])
        }
        return frame.markup(marks: MarkupBuilder.buildArray(paths))
    }

    private var description: String {
        let edges = map.edgesMs
        return "Answers between \(Quantity.milliseconds.text(edges[0])) and "
            + "\(Quantity.milliseconds.text(edges[edges.count - 1])), by time of arrival. The axis of response times is logarithmic."
    }

    /// The cells of a shade; neighbours in time are merged into one rectangle.
    private func path(shade: Int, y: Axis) -> String {
        var data = ""
        for row in 0..<(map.edgesMs.count - 1) {
            let top = (1000 - 1000 * y.fraction(of: map.edgesMs[row + 1])).rounded()
            let bottom = (1000 - 1000 * y.fraction(of: map.edgesMs[row])).rounded()
            var begin: Double?
            var end = 0.0
            for column in map.columns {
                let isOwn = HeatMapChart.shade(column.counts[row], of: column.total) == shade
                if isOwn, begin != nil, column.from <= end {
                    end = column.to
                    continue
                }
                if let from = begin { data += cell(from, end, top, bottom) }
                begin = isOwn ? column.from : nil
                end = column.to
            }
            if let from = begin { data += cell(from, end, top, bottom) }
        }
        return data
    }

    private func cell(_ from: Double, _ to: Double, _ top: Double, _ bottom: Double) -> String {
        let (left, right) = (1000 * x.fraction(of: from), 1000 * x.fraction(of: to))
        return "M\(SVGPath.coordinate(left)) \(SVGPath.coordinate(top))H\(SVGPath.coordinate(right))"
            + "V\(SVGPath.coordinate(bottom))H\(SVGPath.coordinate(left))Z"
    }

    /// The shade of a cell; nil for none.
    static func shade(_ count: UInt64, of total: UInt64) -> Int? {
        guard count > 0, total > 0 else { return nil }
        let share = Double(count) / Double(total)
        return shades.lastIndex { share > $0 }
    }
}
