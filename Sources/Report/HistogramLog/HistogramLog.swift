import Formats
import FoundationEssentials
public import Measurement
import Traffic

/// A log of histograms over time (`.hlog`, format version 1.2 with V2 histograms), which HdrHistogram's plotters can
/// read.
///
/// One line per interval: `[Tag=…,]start,length,max,histogram`; times are seconds, the maximum is in milliseconds of
/// nanosecond values, the histogram is base64 of its compressed V2 form. V1 histograms in other programs' logs are
/// refused.
public struct HistogramLog: Sendable {
    /// The histogram of a stretch of time.
    public struct Interval: Hashable, Sendable {
        /// Nil if untagged.
        public var tag: String?
        /// Since the log's start.
        public var startSeconds: Double
        /// Its length.
        public var lengthSeconds: Double
        /// The values recorded in it.
        public var histogram: HistogramSnapshot
    }

    /// The intervals, in the order of the log.
    public private(set) var intervals: [Interval] = []
    /// Seconds since 1970; nil if the log does not say.
    public private(set) var startSeconds: Double?

    /// The most lines that are read.
    private static let lineLimit = 1 << 20
    /// Nanoseconds in the unit of `Interval_Max`.
    private static let maximumUnit = 1e6

    /// Reads a log.
    ///
    /// - Throws: ``HistogramLogError`` that names the line.
    public init(parsing text: String) throws(HistogramLogError) {
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard number < HistogramLog.lineLimit else { throw HistogramLogError(line: number + 1) }
            if line.hasPrefix("#[StartTime: ") {
                startSeconds = Double(line.dropFirst(13).prefix { $0 != " " })
            }
            guard !line.isEmpty, line.first != "#", line.first != "\"" else { continue }
            guard let interval = HistogramLog.interval(line) else { throw HistogramLogError(line: number + 1) }
            intervals.append(interval)
        }
    }

    /// All intervals of a tag together; nil if there are none, or their layouts differ.
    public func total(tag: String? = nil) -> HistogramSnapshot? {
        let own = intervals.filter { $0.tag == tag }
        guard
            var total = own.max(by: { $0.histogram.highestTrackable < $1.histogram.highestTrackable })
                .flatMap({ widest in
                    HistogramSnapshot(
                        significantDigits: widest.histogram.significantDigits,
                        lowestDiscernible: widest.histogram.lowestDiscernible,
                        highestTrackable: widest.histogram.highestTrackable)
                })
        else { return nil }
        for interval in own { guard total.add(interval.histogram) else { return nil } }
        return total
    }

    private static func interval(_ line: Substring) -> Interval? {
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        var tag: String?
        if let first = fields.first, first.hasPrefix("Tag=") {
            tag = String(first.dropFirst(4))
            fields.removeFirst()
        }
        guard fields.count == 4, let start = Double(fields[0]), let length = Double(fields[1]), start.isFinite,
            length.isFinite, let data = Data(base64Encoded: String(fields[3])),
            let histogram = HistogramSnapshot(deflated: Array(data)[...])
        else { return nil }
        return Interval(tag: tag, startSeconds: start, lengthSeconds: length, histogram: histogram)
    }

    /// The response times of a run, one interval per window; the turnarounds of each endpoint with its name as tag.
    public static func text(of record: RunRecord) -> String {
        let start = record.description.startedAt
        var lines = [
            "#[Histogram log format version 1.2]",
            "#[StartTime: \(start.formatted(decimals: 3)) (seconds since epoch)]",
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"",
        ]
        for window in record.series.windows {
            lines.append(line(window, window.times[.response], tag: nil))
            for endpoint in window.endpoints {
                let label = record.description.label(ofEndpoint: endpoint.endpoint)
                lines.append(line(window, endpoint.times[.turnaround], tag: label))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ window: RunWindow, _ times: SparseHistogram, tag: String?) -> String {
        guard
            var snapshot = HistogramSnapshot(
                significantDigits: 3, lowestDiscernible: TimeBuckets.lowestNs,
                highestTrackable: TimeBuckets.longestNs)
        else { preconditionFailure("the layout of all times") }
        for (index, count) in zip(times.indices, times.counts) { snapshot.add(UInt64(count), at: Int(index)) }
        // A tag ends at the first comma or space.
        let name = tag.map { "Tag=\($0.map { $0 == "," || $0.isWhitespace ? "_" : String($0) }.joined())," } ?? ""
        let seconds = { (nanoseconds: Int64) in Nanoseconds.inSeconds(nanoseconds).formatted(decimals: 3) }
        let longest = (Double(times.longestNs ?? 0) / maximumUnit).formatted(decimals: 3)
        return "\(name)\(seconds(window.startNs)),\(seconds(window.lengthNs)),\(longest),"
            + Data(snapshot.deflated()).base64EncodedString()
    }
}

/// A line that is not an interval with a V2 histogram.
public struct HistogramLogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public let line: Int

    /// The line and the problem.
    public var description: String { "line \(line) is not an interval with a V2 histogram" }
}
