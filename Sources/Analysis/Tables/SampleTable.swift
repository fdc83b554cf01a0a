import Formats
import Traffic

/// A table of memory over time in a common form: comma-separated values, one sample per line.
///
/// With a header the columns are found by name (`seconds`, `timestamp`, `time_ns`, …; `bytes`, `rss_bytes`, `value`, …;
/// and optionally `requests`, the number sent so far, and `started`, the start time of the process); without one, the
/// first column is the time and the second the figure. Times are in seconds (`…_ms`, `…_ns`: milliseconds, nanoseconds)
/// or dates in the format of RFC 3339, interpreted as UTC. A figure that is empty or `NaN` is a gap.
public struct SampleTable: Sendable {
    /// The most samples kept: beyond it every second one is dropped, so that memory is bounded regardless of the
    /// table's length.
    public static let sampleLimit = 65_536
    static let largestBytes = 0x1p62
    /// Later than any plausible date: year 5138.
    static let latestSecond = 1e11

    private var lines = TableLines(valueNames: SampleColumns.memoryNames)
    private var first: Double?
    private var last = -Double.infinity
    private var stride = 1
    private var seen = 0
    private var missing = 0
    private var widestGap = 0.0
    private var gapStart = 0.0
    private var counter = RequestCounter()
    private var lastStart = 0.0
    private var kept = SoakSamples(seconds: [], values: [])

    /// An empty table.
    public init() {}

    /// The figures, with times in seconds since the first sample.
    public var samples: SoakSamples { kept }

    /// Parses the next line, without its line end. Empty lines and those that begin with `#` are skipped.
    ///
    /// - Throws: `TableError` when the line is not valid.
    public mutating func append(_ line: ArraySlice<UInt8>) throws(TableError) {
        guard let (fields, columns) = lines.next(line) else { return }
        try append(fields, columns)
    }

    /// Notes that a reader needs to judge the verdict: samples left out, and gaps.
    public var notes: [String] {
        var notes: [String] = []
        if missing > 0 { notes.append("\(missing) lines without a figure were treated as gaps") }
        if hasWideGap {
            let share = Int((100 * widestGap / max(kept.spanSeconds, 1)).rounded())
            notes.append(
                "no samples for \(MemoryTrend.duration(widestGap)) from second \(gapStart.formatted(decimals: 0)), \(share) % of the time"
            )
        }
        return notes
    }

    /// Whether all figures are below a page of memory, so that they are hardly bytes of a process but percentages or
    /// mebibytes.
    public var isUnlikeBytes: Bool {
        let largest = kept.values.max() ?? 0
        return kept.values.count >= MemoryTrend.leastPoints && largest > 0 && largest < SoakScale.memory.noiseFloor
    }

    /// Whether a gap without samples, or a clock that was set forward, takes up most of the time.
    public var isMostlyGap: Bool { widestGap > 0.5 * kept.spanSeconds && kept.values.count > 2 }

    private var hasWideGap: Bool {
        widestGap > 0.05 * kept.spanSeconds && widestGap > 10 * kept.spanSeconds / Double(max(seen, 1))
    }

    private mutating func append(_ fields: TableFields, _ columns: SampleColumns) throws(TableError) {
        let time = try lines.second(fields, columns)
        guard time >= last else { throw lines.error(.goesBack) }
        let value: Double
        switch columns.value(fields) {
        case .missing:
            missing += 1
            return
        case .other: throw lines.error(.notASample)
        case .number(let number): value = number
        }
        guard value >= 0 else { throw lines.error(.negative) }
        guard value < SampleTable.largestBytes else { throw lines.error(.tooLarge) }
        let origin = first ?? time
        if first != nil, time - last > widestGap { (widestGap, gapStart) = (time - last, last - origin) }
        first = origin
        last = time
        let requests = columns.requests.map { counter.total(after: fields.at($0).map(TableValue.init) ?? .missing) }
        if let place = columns.started, let start = fields.at(place).flatMap(SampleColumns.instant) {
            lastStart = start
        }
        defer { seen += 1 }
        guard seen.isMultiple(of: stride) else { return }
        kept.seconds.append(time - origin)
        kept.values.append(value)
        if let requests { kept.answered.append(requests) }
        if columns.started != nil { kept.starts.append(lastStart) }
        guard kept.values.count > SampleTable.sampleLimit else { return }
        kept = kept.picked(Swift.stride(from: 0, to: kept.values.count, by: 2))
        stride *= 2
    }
}

/// A counter that only rises, computed from one that resets when its process restarts.
private struct RequestCounter {
    private var base = 0.0
    private var last = 0.0

    mutating func total(after value: TableValue) -> Double {
        guard case .number(let count) = value, count >= 0 else { return base + last }
        if count < last { base += last }
        last = count
        return base + last
    }
}
