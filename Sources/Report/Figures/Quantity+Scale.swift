extension Quantity {
    /// A unit for the labels of an axis: a label is `value / size` followed by `symbol`.
    struct Scale: Hashable {
        /// The size of the unit, in the quantity's base unit.
        var size: Double
        /// Including the space before it, if any.
        var symbol: String
    }

    /// The most readable unit for values up to `largest`.
    func scale(upTo largest: Double) -> Scale {
        let size = largest.magnitude
        switch self {
        case .milliseconds:
            if size < 1 { return Scale(size: 0.001, symbol: " µs") }
            return size < 1000 ? Scale(size: 1, symbol: " ms") : Scale(size: 1000, symbol: " s")
        case .bytes:
            var scale = Scale(size: 1, symbol: " B")
            for symbol in [" KiB", " MiB", " GiB", " TiB", " PiB"] where size >= scale.size * 1024 {
                scale = Scale(size: scale.size * 1024, symbol: symbol)
            }
            return scale
        case .percentage: return Scale(size: 1, symbol: "%")
        case .perSecond, .count, .processors:
            if size >= 1e7 { return Scale(size: 1e6, symbol: "M") }
            return size >= 1e4 ? Scale(size: 1000, symbol: "k") : Scale(size: 1, symbol: "")
        }
    }
}
