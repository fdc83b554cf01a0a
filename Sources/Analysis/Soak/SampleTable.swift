/// A table of a figure over time as many programs write it: comma-separated values, a line a sample.
///
/// With a header the columns are found by name (`seconds`, `timestamp`, `time_ns`, …; `rss_bytes`, `bytes`, `value`, …);
/// without, the first is the time and the second the figure. Times are seconds (`…_ms`, `…_ns`: milliseconds, nanoseconds)
/// or dates as in RFC 3339 (`2026-01-31 12:00:05`), taken as UTC.
public struct SampleTable: Sendable {
    /// Samples kept: past it every second one is let go, so that memory is bounded however long the table is.
    public static let sampleLimit = 65_536

    private var columns: SampleColumns?
    private var lineNumber = 0
    private var first: Double?
    private var last = -Double.infinity
    private var stride = 1
    private var seen = 0
    private var seconds: [Double] = []
    private var values: [Double] = []

    /// A table that nothing was read of yet.
    public init() {}

    /// Times from the first sample on, in seconds, and the figures.
    public var samples: SoakSamples { SoakSamples(seconds: seconds, values: values) }

    /// Reads the next line, without its end. Empty ones and those that begin with `#` are passed over.
    public mutating func append(_ line: Substring) throws(SampleTableError) {
        lineNumber += 1
        guard !line.isEmpty, line.first != "#" else { return }
        let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(SampleTable.trimmed)
        guard let columns else {
            let found = SampleColumns(first: fields)
            columns = found
            if !found.areNamed { try append(fields, found) }
            return
        }
        try append(fields, columns)
    }

    private mutating func append(_ fields: [Substring], _ columns: SampleColumns) throws(SampleTableError) {
        guard let (time, value) = columns.sample(fields) else {
            throw SampleTableError(line: lineNumber, reason: .notASample)
        }
        guard time >= last else { throw SampleTableError(line: lineNumber, reason: .goesBack) }
        last = time
        first = first ?? time
        defer { seen += 1 }
        guard seen.isMultiple(of: stride) else { return }
        seconds.append(time - (first ?? time))
        values.append(value)
        guard values.count > SampleTable.sampleLimit else { return }
        seconds = SampleTable.everySecond(of: seconds)
        values = SampleTable.everySecond(of: values)
        stride *= 2
    }

    private static func everySecond(of values: [Double]) -> [Double] {
        Swift.stride(from: 0, to: values.count, by: 2).map { values[$0] }
    }

    private static func trimmed(_ field: Substring) -> Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\"" }
        var field = field.drop(while: isBlank)
        while let last = field.last, isBlank(last) { field.removeLast() }
        return field
    }
}

/// What is wrong with a table, and where.
public struct SampleTableError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Hashable, Sendable {
        case notASample = "is not a time and a number"
        case goesBack = "goes back in time"
    }

    /// From 1.
    public let line: Int
    public let reason: Reason

    public var description: String { "line \(line) \(reason.rawValue)" }
}
