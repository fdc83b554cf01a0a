/// The watched series of a page of metrics in Prometheus text format 0.0.4 or OpenMetrics 1.0.
///
/// An unparsable line is skipped and counted. Timestamps of samples are ignored: the page describes the current state.
public struct MetricsText: Hashable, Sendable {
    /// A sample of a watched series.
    public struct Sample: Hashable, Sendable {
        /// The series with its labels by name: `jvm_memory_used_bytes{area="heap",id="Eden"}`.
        public var series: String
        /// The meaning of its values.
        public var kind: MetricKind
        /// The value, which is finite: other values mean that there is none.
        public var value: Double
    }

    /// Watched samples in page order, at most `seriesLimit`, each series once.
    public private(set) var samples: [Sample] = []
    /// When the process started, in seconds since 1970 (`process_start_time_seconds`); nil if the page does not have
    /// a single such time.
    public private(set) var processStart: Double?
    /// Samples of any series.
    public private(set) var sampleCount = 0
    /// Lines that could not be parsed.
    public private(set) var unreadLines = 0
    /// Watched series past the limit.
    public private(set) var leftOut = 0

    /// The declared type of a metric family.
    private enum FamilyType {
        case gauge, counter, distribution
    }

    private var types: [ArraySlice<UInt8>: FamilyType] = [:]
    private var seen: Set<String> = []
    private var hasSeveralStarts = false
    private static let startName = "process_start_time_seconds"
    /// The most family types kept; on a page with more, the kinds of the rest are guessed.
    private static let familyLimit = 16_384
    /// The longest series including labels, in bytes.
    private static let longestSeries = 1024

    /// Parses a page.
    ///
    /// - Parameters:
    ///   - filters: the watched series.
    ///   - seriesLimit: the most series.
    public init(_ page: [UInt8], filters: [MetricFilter], seriesLimit: Int) {
        for line in page.split(separator: UInt8(ascii: "\n")) {
            let isReturned = line.last == UInt8(ascii: "\r")
            if !read(isReturned ? line.dropLast() : line, filters, seriesLimit) { unreadLines += 1 }
        }
        types = [:]
        seen = []
        if hasSeveralStarts { processStart = nil }
    }

    /// Parses a line; returns whether it was valid.
    private mutating func read(_ bytes: ArraySlice<UInt8>, _ filters: [MetricFilter], _ limit: Int) -> Bool {
        var line = MetricLine(bytes)
        line.skipBlanks()
        if line.isAtEnd { return true }
        if line.skip(UInt8(ascii: "#")) {
            noteType(&line)
            return true
        }
        let name = line.takeName()
        guard !name.isEmpty else { return false }
        line.skipBlanks()
        let isStart = name.elementsEqual(MetricsText.startName.utf8)
        let chosen = filters.filter { $0.takes(name: name) }
        // Labels must be parsed in any case: a value may contain any character.
        guard let labels = line.takeLabels() else { return false }
        line.skipBlanks()
        guard let value = line.takeNumber(), hasOrderlyEnd(&line) else { return false }
        sampleCount += 1
        if isStart { noteStart(value) }
        guard value.isFinite, chosen.contains(where: { $0.takes(labels: labels) }) else { return true }
        let series =
            String(decoding: name, as: UTF8.self)
            + (labels.isEmpty ? "" : "{\(labels.map(\.text).joined(separator: ","))}")
        guard !seen.contains(series) else { return true }
        guard samples.count < limit, series.utf8.count <= MetricsText.longestSeries else {
            leftOut += 1
            return true
        }
        seen.insert(series)
        samples.append(Sample(series: series, kind: kind(of: name), value: value))
        return true
    }

    /// Checks what follows the value: possibly a timestamp, possibly an exemplar (`# {trace_id="…"} 0.5 1690000000`).
    private func hasOrderlyEnd(_ line: inout MetricLine) -> Bool {
        line.skipBlanks()
        if line.isAtEnd || line.rest.first == UInt8(ascii: "#") { return true }
        guard line.takeNumber() != nil else { return false }
        line.skipBlanks()
        return line.isAtEnd || line.rest.first == UInt8(ascii: "#")
    }

    /// Parses `# TYPE name gauge`; other comments are ignored.
    private mutating func noteType(_ line: inout MetricLine) {
        line.skipBlanks()
        guard line.takeWord().elementsEqual("TYPE".utf8) else { return }
        line.skipBlanks()
        let name = line.takeName()
        line.skipBlanks()
        let type = String(decoding: line.takeWord(), as: UTF8.self)
        guard !name.isEmpty, types.count < MetricsText.familyLimit else { return }
        switch type {
        case "gauge": types[name] = .gauge
        case "counter": types[name] = .counter
        case "histogram", "summary": types[name] = .distribution
        default: break
        }
    }

    private mutating func noteStart(_ value: Double) {
        guard value.isFinite, value > 0 else { return }
        if let processStart, processStart != value { hasSeveralStarts = true }
        processStart = value
    }

    private func kind(of name: ArraySlice<UInt8>) -> MetricKind {
        if let type = types[name] { return type == .counter ? .counter : .gauge }
        // OpenMetrics declares `requests` for the sample `requests_total`; both formats declare a distribution, but not
        // its parts.
        for suffix in ["_total", "_bucket", "_count", "_sum"] where name.ends(in: suffix) {
            if let type = types[name.dropLast(suffix.utf8.count)] { return type == .gauge ? .gauge : .counter }
        }
        return name.ends(in: "_total") || name.ends(in: "_bucket") ? .counter : .gauge
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(in text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

/// The meaning of a series' values.
public enum MetricKind: String, Codable, Hashable, Sendable {
    /// A gauge whose growth matters, such as memory.
    case gauge
    /// A gauge that follows the load, so that growth means nothing.
    case level
    /// A counter that only grows during its process's life, so that growth means nothing.
    case counter
}
