/// A table of requests: one per line, with its time and its duration in milliseconds.
///
/// Columns as in ``SampleTable`` (`seconds`; `milliseconds`, `latency_ms`, …). Lines may be in any order, because
/// requests end in another order than they begin.
public struct LatencyTable: Sendable {
    /// The requests read.
    public private(set) var series = LatencySeries()

    private var lines = TableLines(valueNames: SampleColumns.latencyNames)
    private var missing = 0
    private var latest = -Double.infinity
    private var furthestBack = 0.0

    /// An empty table.
    public init() {}

    /// Parses the next line, without its line end. Empty lines and those that begin with `#` are skipped.
    ///
    /// - Throws: `TableError` when the line is not valid.
    public mutating func append(_ line: ArraySlice<UInt8>) throws(TableError) {
        guard let (fields, columns) = lines.next(line) else { return }
        try append(fields, columns)
    }

    /// Notes that a reader needs to judge the verdict.
    public var notes: [String] {
        var notes: [String] = []
        if missing > 0 { notes.append("\(missing) lines without a time were left out") }
        if furthestBack > 60 {
            notes.append(
                "the lines are not in order of time, by up to \(MemoryTrend.duration(furthestBack)); they were sorted")
        }
        return notes
    }

    private mutating func append(_ fields: TableFields, _ columns: SampleColumns) throws(TableError) {
        let time = try lines.second(fields, columns)
        switch columns.value(fields) {
        case .missing: missing += 1
        case .other: throw lines.error(.notASample)
        case .number(let milliseconds):
            guard milliseconds >= 0 else { throw lines.error(.negative) }
            // A year in milliseconds: no request takes longer.
            guard milliseconds < 3.2e10 else { throw lines.error(.tooLarge) }
            furthestBack = max(furthestBack, latest - time)
            latest = max(latest, time)
            series.record(second: time, milliseconds: milliseconds)
        }
    }
}
