import Formats

/// The columns of a table with the time and the figure, and the unit of the time.
struct SampleColumns {
    /// Whether the first line contains column names and not a sample.
    let areNamed: Bool
    /// Requests sent so far, and the start time of the process; nil if a table has none.
    let requests: Int?
    let started: Int?

    private let time: Int
    private let value: Int
    private let secondsPerUnit: Double

    static let memoryNames = ["rss_bytes", "rss", "memory_bytes", "memory", "bytes", "value"]
    static let latencyNames = ["milliseconds", "latency_ms", "duration_ms", "ms", "latency", "elapsed", "value"]
    private static let timeNames = ["time_ns", "time_ms", "time_s", "seconds", "time", "timestamp"]
    private static let requestNames = ["requests", "requests_total", "http_requests_total"]
    private static let startNames = ["started", "process_start_time_seconds", "start_time"]

    /// - Parameters:
    ///   - first: the fields of the first line.
    ///   - valueNames: possible names of the figure's column.
    init(first: TableFields, valueNames: [String]) {
        let names = first.fields.map { String(decoding: $0, as: UTF8.self).lowercased() }
        let place = { (known: [String]) in known.lazy.compactMap { names.firstIndex(of: $0) }.first }
        let time = place(Self.timeNames)
        let value = place(valueNames)
        self.time = time ?? 0
        self.value = value ?? (time == 1 ? 0 : 1)
        requests = place(Self.requestNames)
        started = place(Self.startNames)
        let name = names.indices.contains(self.time) ? names[self.time] : ""
        secondsPerUnit = name.hasSuffix("_ns") ? 1e-9 : name.hasSuffix("_ms") ? 1e-3 : 1
        let isSample =
            first.at(self.time).flatMap(Self.instant) != nil && first.at(self.value).map(TableValue.init) != .other
        areNamed = time != nil || value != nil || !isSample
    }

    /// The time in seconds; nil when the field is not a time.
    func seconds(_ fields: TableFields) -> Double? {
        fields.at(time).flatMap(Self.instant).map { $0 * secondsPerUnit }
    }

    /// The figure; `other` also when the field is missing.
    func value(_ fields: TableFields) -> TableValue { fields.at(value).map(TableValue.init) ?? .other }

    /// A number, or a date in the format of RFC 3339.
    static func instant(_ field: ArraySlice<UInt8>) -> Double? {
        switch TableValue(field) {
        case .number(let number): number
        case .missing: nil
        case .other: date(String(decoding: field, as: UTF8.self))
        }
    }

    /// A date and time in seconds since 1970; nil for anything else, including a date alone.
    static func date(_ text: String) -> Double? {
        ISO8601(text).flatMap { time in
            time.hasTime ? Double(time.secondsSinceEpoch) + Nanoseconds.inSeconds(time.nanosecond) : nil
        }
    }
}
