/// A series of values as a row of block characters: each column shows the mean of its values.
public struct SparkLine: Sendable {
    /// `width` columns, so that series of different lengths line up in time; a space where nothing was measured.
    public let text: String
    /// The smallest and the largest single value; nil without values.
    public let range: ClosedRange<Double>?

    /// The value of the lowest block.
    public enum Base: Sendable {
        /// Zero.
        case zero
        /// Slightly below values that stay near their maximum, so that growth by a fifth is visible, but noise is not.
        case nearData
    }

    /// A line of block characters for values.
    ///
    /// - Parameters:
    ///   - values: values at equal time intervals; nil or not finite where nothing was measured.
    ///   - width: the number of columns.
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

    /// The lowest block is reserved for zero, so that small values are distinguishable from it.
    private static func block(of fraction: Double) -> Character {
        fraction <= 0 ? blocks[0] : blocks[min(7, max(1, Int(fraction * 8)))]
    }

    /// `counts` in at most `width` columns, each showing the maximum of its counts; a space for zero.
    ///
    /// - Returns: an empty string if there is nothing to show.
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
