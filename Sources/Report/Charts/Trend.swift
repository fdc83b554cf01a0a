/// A linear trend through a line's middle, with the wedge that its interval spans.
struct Trend: Hashable {
    /// Growth per second.
    var slope: Double
    var slopeLow: Double?
    var slopeHigh: Double?
    /// A point on the trend.
    var middle: ChartPoint
    /// From the first point to the last; nothing is known beyond.
    var reach: ClosedRange<Double>
    /// Whether it is highlighted; a trend that is not a finding is drawn in a neutral colour.
    var isAlarming: Bool

    /// The trend with a given slope that fits best: half of the points are above it.
    ///
    /// - Returns: nil if fewer than two points have a value.
    init?(slope: Double, low: Double?, high: Double?, through points: [ChartPoint], isAlarming: Bool) {
        let known = points.compactMap { point in point.y.map { (x: point.x, y: $0) } }
        guard let first = known.first, let last = known.last, first.x < last.x, slope.isFinite else { return nil }
        let heights = known.map { $0.y - slope * $0.x }.sorted()
        let x = (first.x + last.x) / 2
        reach = first.x...last.x
        self.slope = slope
        self.isAlarming = isAlarming
        slopeLow = low
        slopeHigh = high
        middle = ChartPoint(x: x, y: heights[heights.count / 2] + slope * x)
    }

    /// The value at `x` of a trend with another slope through the same middle.
    func height(at x: Double, slope: Double) -> Double {
        (middle.y ?? 0) + slope * (x - middle.x)
    }

    /// The wedge and the dashed line, clipped to the plot.
    func markup(x: Axis, y: Axis) -> Markup {
        MarkupBuilder.buildBlock(
            wedge(x: x, y: y),
            .element("path", ["class": isAlarming ? "trend" : "trend calm", "d": ray(slope, x: x, y: y)]))
    }

    private func wedge(x: Axis, y: Axis) -> Markup {
        guard let slopeLow, let slopeHigh else { return .empty }
        let ends = [max(x.lower, reach.lowerBound), min(x.upper, reach.upperBound)].flatMap { end in
            [slopeLow, slopeHigh].map { ChartPoint(x: end, y: height(at: end, slope: $0)) }
        }
        let centre = middle
        let path = [[centre, ends[0], ends[1]], [centre, ends[2], ends[3]]]
            .map { SVGPath.line($0, x: x, y: y).data + "Z" }.joined()
        return .element("path", ["class": isAlarming ? "wedge" : "wedge calm", "d": path])
    }

    private func ray(_ slope: Double, x: Axis, y: Axis) -> String {
        let inside = stride(from: 0.0, through: 1, by: 0.005).map { x.lower + $0 * (x.upper - x.lower) }
            .filter { reach.contains($0) && (y.lower...y.upper).contains(height(at: $0, slope: slope)) }
        guard let start = inside.first, let end = inside.last, start < end else { return "" }
        let ends = [start, end].map { ChartPoint(x: $0, y: height(at: $0, slope: slope)) }
        return SVGPath.line(ends, x: x, y: y).data
    }
}
