/// What a user's level means for each kind of column.
///
/// Bodies are most of a log's bytes, so fast levels save on them: level 1 searches them roughly and level 0 not at all.
struct CompressionLevels {
    /// 0…19; others are clamped.
    static let range: ClosedRange<Int32> = 0...19

    /// Of bodies; nil stores them as they are.
    private let bodies: ZstdPreset?
    /// Of the lines of heads.
    private let lines: ZstdPreset
    /// Of everything else, which is little.
    private let numbers: ZstdPreset

    init(_ level: Int32) {
        let level = min(max(level, CompressionLevels.range.lowerBound), CompressionLevels.range.upperBound)
        let fast = ZstdPreset(level: -5, codesLiterals: true)
        numbers = ZstdPreset(level: max(level, 3))
        lines = level < 2 ? fast : ZstdPreset(level: level)
        switch level {
        case 0: bodies = nil
        case 1: bodies = fast
        case 2: bodies = ZstdPreset(level: 1)
        default: bodies = lines
        }
    }

    /// How `column` is compressed; nil when it is stored as it is.
    func preset(of column: Column) -> ZstdPreset? {
        switch column {
        case .requestBodyBytes, .responseBodyBytes: bodies
        case .lineBytes: lines
        default: numbers
        }
    }
}
