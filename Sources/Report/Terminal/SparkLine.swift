/// A line of values as a row of blocks: each column shows the mean of the values that fall into it.
struct SparkLine {
    /// `width` columns, so that lines with more and with fewer values line up in time; a space where nothing was measured.
    let text: String
    /// The smallest and the largest single value; nil when there is none.
    let range: ClosedRange<Double>?

    /// What the lowest block stands for.
    enum Base {
        case zero
        /// A little below values that stay near their largest: growth by a fifth must show, noise must not.
        case nearData
    }

    init(_ values: [Double?], width: Int, base: Base = .zero) {
        let known = values.compactMap { $0 }.filter(\.isFinite)
        guard width > 0, let low = known.min(), let high = known.max() else {
            text = ""
            range = nil
            return
        }
        range = low...high
        let floor = base == .zero ? min(0, low) : min(low, 0.8 * high)
        text = String(
            (0..<width).map { column in
                let first = column * values.count / width
                let last = max(first + 1, (column + 1) * values.count / width)
                let stretch = values[first..<last].compactMap { $0 }.filter(\.isFinite)
                guard !stretch.isEmpty else { return " " }
                let mean = stretch.reduce(0, +) / Double(stretch.count)
                return SparkLine.block(of: high > floor ? (mean - floor) / (high - floor) : 0)
            })
    }

    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The lowest block is for nothing alone, so that a little can be told from it.
    private static func block(of fraction: Double) -> Character {
        fraction <= 0 ? blocks[0] : blocks[min(7, max(1, Int(fraction * 8)))]
    }
}
