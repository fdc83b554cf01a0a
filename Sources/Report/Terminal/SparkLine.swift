/// A line of values as a row of blocks, one a column: the mean of the values that fall into it.
struct SparkLine {
    /// At most `width` columns; a space where nothing was measured.
    let text: String
    /// The smallest and the largest single value; nil when there is none.
    let range: ClosedRange<Double>?

    /// Blocks from zero to the largest value.
    init(_ values: [Double?], width: Int) {
        let known = values.compactMap { $0 }.filter(\.isFinite)
        guard width > 0, let low = known.min(), let high = known.max() else {
            text = ""
            range = nil
            return
        }
        range = low...high
        let columns = min(width, values.count)
        let base = min(0, low)
        text = String(
            (0..<columns).map { column in
                let stretch = values[column * values.count / columns..<(column + 1) * values.count / columns]
                    .compactMap { $0 }.filter(\.isFinite)
                guard !stretch.isEmpty else { return " " }
                let mean = stretch.reduce(0, +) / Double(stretch.count)
                return SparkLine.block(of: high > base ? (mean - base) / (high - base) : 0)
            })
    }

    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The lowest block is for nothing alone, so that a little can be told from it.
    private static func block(of fraction: Double) -> Character {
        fraction <= 0 ? blocks[0] : blocks[min(7, max(1, Int(fraction * 8)))]
    }
}
