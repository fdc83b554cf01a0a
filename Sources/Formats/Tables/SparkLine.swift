/// A line of values as a row of blocks: each column shows the mean of the values that fall into it.
public struct SparkLine: Sendable {
    /// `width` columns, so that lines with more and with fewer values line up in time; a space where nothing was measured.
    public let text: String
    /// The smallest and the largest single value; nil when there is none.
    public let range: ClosedRange<Double>?

    /// What the lowest block represents.
    public enum Base: Sendable {
        /// Nothing.
        case zero
        /// A little below values that stay near their largest: growth by a fifth must show, noise must not.
        case nearData
    }

    /// - Parameters:
    ///   - values: at equal distances in time; nil and what is not finite where nothing was measured.
    ///   - width: columns.
    public init(_ values: [Double?], width: Int, base: Base = .zero) {
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

    /// `counts` in at most `width` columns, each as high as the highest of the counts it shows; a space for none.
    ///
    /// - Returns: an empty text where there is nothing to show.
    public static func peaks(of counts: [UInt64], width: Int) -> String {
        let columns = min(width, counts.count)
        let peaks = (0..<max(0, columns)).map { column in
            counts[(column * counts.count / columns)..<((column + 1) * counts.count / columns)].max() ?? 0
        }
        guard let highest = peaks.max(), highest > 0 else { return "" }
        return String(
            peaks.map { peak in
                peak == 0 ? " " : blocks[Int((Double(peak) / Double(highest) * 8).rounded(.up)) - 1]
            })
    }
}
