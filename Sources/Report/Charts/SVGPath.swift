import Formats
import Traffic

/// The `d` attribute of a path, in a box of 1000 by 1000 that is stretched over the plot.
struct SVGPath: Hashable {
    /// Empty if there is nothing to draw.
    private(set) var data = ""

    /// A line through points, without single points between two gaps.
    static func line(_ points: [ChartPoint], x: Axis, y: Axis) -> SVGPath {
        var path = SVGPath()
        for stretch in points.unbroken where stretch.count > 1 { path.data += "M" + corners(stretch, x: x, y: y) }
        return path
    }

    /// Single points between two gaps, as strokes of zero length: round caps turn them into dots.
    static func dots(_ points: [ChartPoint], x: Axis, y: Axis) -> SVGPath {
        var path = SVGPath()
        for stretch in points.unbroken where stretch.count == 1 { path.data += "M\(corners(stretch, x: x, y: y))h0" }
        return path
    }

    /// The area between a line and the lower edge.
    static func area(_ points: [ChartPoint], x: Axis, y: Axis) -> SVGPath {
        var path = SVGPath()
        for stretch in points.unbroken where stretch.count > 1 {
            let (start, end) = (across(stretch[0], x), across(stretch[stretch.count - 1], x))
            path.data += "M\(start) 1000L\(corners(stretch, x: x, y: y))L\(end) 1000Z"
        }
        return path
    }

    /// The area between two lines with the same gaps.
    static func band(_ low: [ChartPoint], _ high: [ChartPoint], x: Axis, y: Axis) -> SVGPath {
        var path = SVGPath()
        for (under, over) in zip(low.unbroken, high.unbroken) {
            path.data += "M\(corners(over, x: x, y: y))L\(corners(under.reversed(), x: x, y: y))Z"
        }
        return path
    }

    /// A vertical stroke from the lower edge up to each point above it, for rare events.
    static func needles(_ points: [ChartPoint], x: Axis, y: Axis) -> SVGPath {
        var path = SVGPath()
        for point in points where y.fraction(of: point.known ?? y.lower) > 0 {
            path.data += "M\(across(point, x)) 1000V\(down(point, y))"
        }
        return path
    }

    /// A coordinate with one decimal, omitted if it is zero.
    static func coordinate(_ value: Double) -> String {
        let text = value.formatted(decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func corners(_ points: [ChartPoint], x: Axis, y: Axis) -> String {
        points.map { across($0, x) + " " + down($0, y) }.joined(separator: " ")
    }

    private static func across(_ point: ChartPoint, _ x: Axis) -> String {
        coordinate(1000 * x.fraction(of: point.x))
    }

    private static func down(_ point: ChartPoint, _ y: Axis) -> String {
        coordinate(1000 - 1000 * y.fraction(of: point.known ?? y.lower))
    }
}
