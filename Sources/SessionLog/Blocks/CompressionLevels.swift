/// The compression of each kind of column for a user's level.
///
/// Bodies are most of a log's bytes, so fast levels save time on them: level 1 searches them roughly, level 0 not at
/// all.
struct CompressionLevels {
    /// 0…19; other levels are clamped.
    static let range: ClosedRange<Int32> = 0...19

    /// For bodies; nil stores them uncompressed.
    private let bodies: ZstdPreset?
    /// For the lines of heads.
    private let lines: ZstdPreset
    /// For everything else, which is little.
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

    /// The preset for `column`; nil if it is stored uncompressed.
    func preset(of column: Column) -> ZstdPreset? {
        switch column {
        case .requestBodyBytes, .responseBodyBytes: bodies
        case .lineBytes: lines
        default: numbers
        }
    }
}
