/// What a page of metrics says of the series that are watched: Prometheus' text format 0.0.4 or OpenMetrics 1.0.
///
/// A line that cannot be read costs only itself, and is counted. Times that a page gives its samples are not used: what it
/// says is what the service says now.
public struct MetricsText: Hashable, Sendable {
    /// A sample of a watched series.
    public struct Sample: Hashable, Sendable {
        /// The series with its labels by name: `jvm_memory_used_bytes{area="heap",id="Eden"}`.
        public var series: String
        /// Whether it only counts up.
        public var kind: MetricKind
        /// Finite: others say that there is no figure.
        public var value: Double
    }

    /// Watched samples in the order of the page, at most `seriesLimit`, each series once.
    public private(set) var samples: [Sample] = []
    /// When the process began, in seconds since 1970 (`process_start_time_seconds`); nil where the page tells no one time.
    public private(set) var processStart: Double?
    /// Samples of any series.
    public private(set) var sampleCount = 0
    /// Lines that could not be read.
    public private(set) var unreadLines = 0
    /// Watched series past the limit.
    public private(set) var leftOut = 0

    /// What a page declares a family to be.
    private enum FamilyType {
        case gauge, counter, distribution
    }

    private var types: [ArraySlice<UInt8>: FamilyType] = [:]
    private var seen: Set<String> = []
    private var hasSeveralStarts = false
    private static let startName = "process_start_time_seconds"
    /// Names whose types are noted; a page with more has its others guessed.
    private static let familyLimit = 16_384
    /// Bytes of a series with its labels.
    private static let longestSeries = 1024

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - filters: which series are watched.
    ///   - seriesLimit: how many at most.
    public init(_ page: [UInt8], filters: [MetricFilter], seriesLimit: Int) {
        for line in page.split(separator: UInt8(ascii: "\n")) {
            let isReturned = line.last == UInt8(ascii: "\r")
            if !read(isReturned ? line.dropLast() : line, filters, seriesLimit) { unreadLines += 1 }
        }
        types = [:]
        seen = []
        if hasSeveralStarts { processStart = nil }
    }

    /// Whether the line was one.
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
        // Labels must be read either way: a value may hold anything.
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

    /// After the figure: perhaps a time, perhaps an exemplar (`# {trace_id="…"} 0.5 1690000000`).
    private func hasOrderlyEnd(_ line: inout MetricLine) -> Bool {
        line.skipBlanks()
        if line.isAtEnd || line.rest.first == UInt8(ascii: "#") { return true }
        guard line.takeNumber() != nil else { return false }
        line.skipBlanks()
        return line.isAtEnd || line.rest.first == UInt8(ascii: "#")
    }

    /// `# TYPE name gauge`; other comments say nothing that is needed.
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
        // OpenMetrics declares `requests`, whose sample is `requests_total`; both declare a distribution, not its parts.
        for suffix in ["_total", "_bucket", "_count", "_sum"] where name.ends(in: suffix) {
            if let type = types[name.dropLast(suffix.utf8.count)] { return type == .gauge ? .gauge : .counter }
        }
        return name.ends(in: "_total") || name.ends(in: "_bucket") ? .counter : .gauge
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(in text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

/// What the figure of a series means.
public enum MetricKind: String, Codable, Hashable, Sendable {
    /// Goes up and down: a stock of something.
    case gauge
    /// Goes up and down with the load: growth says nothing.
    case level
    /// Only grows while its process lives: growth says nothing.
    case counter
}
