import Traffic

/// The `d` attribute of a line through points, in a box of 1000 by 1000 that is stretched over the plot.
struct SVGPath {
    /// The line; a point alone between two gaps becomes a stroke of no length, which round caps show as a dot.
    private(set) var line = ""
    /// What lies between the line and the lower edge.
    private(set) var area = ""

    /// A vertical stroke from the lower edge up to each point above it: for what happens seldom.
    private(set) var needles = ""

    init(_ points: [ChartPoint], x: Axis, y: Axis) {
        for stretch in points.unbroken {
            let corners = stretch.map { point in
                (across: 1000 * x.fraction(of: point.x), down: 1000 - 1000 * y.fraction(of: point.y ?? 0))
            }
            let path = corners.map { SVGPath.coordinate($0.across) + " " + SVGPath.coordinate($0.down) }
                .joined(separator: " ")
            for corner in corners where corner.down < 1000 {
                needles += "M\(SVGPath.coordinate(corner.across)) 1000V\(SVGPath.coordinate(corner.down))"
            }
            line += "M" + path + (corners.count == 1 ? "h0" : "")
            guard corners.count > 1 else { continue }
            let (start, end) = (corners[0].across, corners[corners.count - 1].across)
            area += "M\(SVGPath.coordinate(start)) 1000L\(path)L\(SVGPath.coordinate(end)) 1000Z"
        }
    }

    /// A coordinate with one decimal, which none needs when it is zero.
    static func coordinate(_ value: Double) -> String {
        let text = value.formatted(decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
