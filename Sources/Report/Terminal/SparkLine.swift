/// A line of values as a row of blocks, one a column: the mean of the values that fall into it.
struct SparkLine {
    /// At most `width` columns; a space where nothing was measured.
    let text: String
    /// The smallest and the largest single value; nil when there is none.
    let range: ClosedRange<Double>?

    /// - Parameters:
    ///   - startsAtZero: the lowest block is zero; otherwise it is the smallest value.
    init(_ values: [Double?], width: Int, startsAtZero: Bool = true) {
        let known = values.compactMap { $0 }.filter(\.isFinite)
        guard width > 0, let low = known.min(), let high = known.max() else {
            text = ""
            range = nil
            return
        }
        range = low...high
        let columns = min(width, values.count)
        let base = startsAtZero ? min(0, low) : low
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

    private static func block(of fraction: Double) -> Character {
        blocks[min(7, max(0, Int(fraction * 8)))]
    }
}
