/// A line with no more points than a screen has columns, and the range of what was put together.
struct ThinnedLine: Hashable {
    /// What is drawn as the line.
    private(set) var middle: [ChartPoint]
    /// The smallest and the largest value of each stretch, with the gaps of `middle`; empty when no points were put together.
    private(set) var low: [ChartPoint] = []
    private(set) var high: [ChartPoint] = []

    /// What represents several values.
    enum Middle {
        /// One peak does not move it.
        case median
        /// Sums stay true: for rates.
        case mean
    }

    /// - Parameters:
    ///   - columns: more than twice as many points are put together in that many stretches of equal number. A stretch
    ///     without any value stays a gap.
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

    /// Whether that many points are put together at all: stretches of one or two points would look uneven.
    static func isNeeded(_ count: Int, columns: Int) -> Bool { count > 2 * columns }
}
