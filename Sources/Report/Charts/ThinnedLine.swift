/// A line with no more points than a screen has columns, and the range of the merged values.
struct ThinnedLine: Hashable {
    /// The line that is drawn.
    private(set) var middle: [ChartPoint]
    /// The smallest and the largest value of each stretch, with the gaps of `middle`; empty if no points were merged.
    private(set) var low: [ChartPoint] = []
    private(set) var high: [ChartPoint] = []

    /// The value that represents several.
    enum Middle {
        /// Not moved by a single peak.
        case median
        /// Preserves sums: for rates.
        case mean
    }

    /// - Parameters:
    ///   - columns: more than twice as many points are merged into this many stretches of an equal number of points. A
    ///     stretch without any value stays a gap.
    init(_ points: [ChartPoint], columns: Int, by kind: Middle) {
        precondition(columns > 0, "a chart has columns")
        guard ThinnedLine.isNeeded(points.count, columns: columns) else {
            middle = points
            return
        }
        middle = []
        for column in 0..<columns {
            let stretch = points[column * points.count / columns..<(column + 1) * points.count / columns]
            let x = stretch.reduce(0) { $0 + $1.x } / Double(stretch.count)
            let values = stretch.compactMap(\.known).sorted()
            low.append(ChartPoint(x: x, y: values.first))
            high.append(ChartPoint(x: x, y: values.last))
            guard !values.isEmpty else {
                middle.append(ChartPoint(x: x, y: nil))
                continue
            }
            let value =
                kind == .median ? values[values.count / 2] : values.reduce(0, +) / Double(values.count)
            middle.append(ChartPoint(x: x, y: value))
        }
    }

    /// Whether this many points are merged at all: stretches of one or two points would look uneven.
    static func isNeeded(_ count: Int, columns: Int) -> Bool { count > 2 * columns }
}
