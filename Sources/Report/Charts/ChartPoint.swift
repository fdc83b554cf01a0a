/// A point of a line; `y` is nil where nothing was measured, and the line has a gap there.
struct ChartPoint: Hashable {
    var x: Double
    var y: Double?
}

extension [ChartPoint] {
    /// At most two points for each of `columns` stretches: its smallest and its largest value, in the order in which they came.
    ///
    /// A screen has no more columns than that, so the picture stays the same: no peak is lost. A stretch without any value
    /// stays a gap.
    func thinned(toColumns columns: Int) -> [ChartPoint] {
        precondition(columns > 0, "a chart has columns")
        guard count > 2 * columns else { return self }
        var result: [ChartPoint] = []
        result.reserveCapacity(2 * columns)
        for column in 0..<columns {
            let stretch = self[column * count / columns..<(column + 1) * count / columns]
            let known = stretch.indices.filter { self[$0].y?.isFinite == true }
            guard let low = known.min(by: { self[$0].height < self[$1].height }),
                let high = known.max(by: { self[$0].height < self[$1].height })
            else {
                result.append(ChartPoint(x: self[stretch.startIndex].x, y: nil))
                continue
            }
            result.append(self[Swift.min(low, high)])
            if low != high { result.append(self[Swift.max(low, high)]) }
        }
        return result
    }

    /// The stretches between gaps, none of them empty.
    var unbroken: [[ChartPoint]] {
        split { $0.y?.isFinite != true }.map(Array.init)
    }
}

extension ChartPoint {
    /// The value of a point that is known to have one.
    fileprivate var height: Double { y ?? 0 }
}
