/// Numbers over time as a line of small bars.
enum SparkLine {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// `counts` in at most `width` bars, each as high as the highest of the counts it stands for; nothing is a blank.
    static func text(_ counts: [UInt64], width: Int) -> String {
        let columns = min(width, counts.count)
        let peaks = (0..<columns).map { column in
            counts[(column * counts.count / columns)..<((column + 1) * counts.count / columns)].max() ?? 0
        }
        guard let highest = peaks.max(), highest > 0 else { return "" }
        return String(
            peaks.map { peak in
                peak == 0 ? " " : bars[Int((Double(peak) / Double(highest) * 8).rounded(.up)) - 1]
            })
    }
}
