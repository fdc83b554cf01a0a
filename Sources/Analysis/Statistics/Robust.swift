/// Statistics that are robust against a few outliers.
enum Robust {
    /// The interpolated `quantile` (0…1) of the values; 0 if there are none.
    static func quantile(_ quantile: Double, of values: some Sequence<Double>) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return 0 }
        let place = quantile * Double(last)
        let below = Int(place)
        let above = min(below + 1, last)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }

    static func median(_ values: some Sequence<Double>) -> Double { quantile(0.5, of: values) }

    /// The median absolute deviation, scaled to the standard deviation of normal values.
    static func deviation(_ values: some Sequence<Double>) -> Double {
        let values = Array(values)
        let middle = median(values)
        return 1.4826 * median(values.lazy.map { abs($0 - middle) })
    }

    /// The median of the slopes of all pairs of points (Theil 1950, Sen 1968); nil with fewer than two different `x`.
    static func slope(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) -> Double? {
        var slopes: [Double] = []
        for (left, i) in zip(x.indices, y.indices) {
            for (right, j) in zip(x.indices, y.indices) where right > left && x[right] != x[left] {
                slopes.append((y[j] - y[i]) / (x[right] - x[left]))
            }
        }
        return slopes.isEmpty ? nil : median(slopes)
    }
}
