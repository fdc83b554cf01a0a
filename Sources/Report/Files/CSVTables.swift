public import Analysis
import Formats
import Traffic

/// A run as the comma-separated tables that Locust writes, column for column, for programs that already read those.
///
/// Times are turnarounds of answered requests in milliseconds, in every row. Percentiles over time are those of each
/// window, not cumulative.
public struct CSVTables {
    private let figures: RunFigures
    private static let quantiles = [0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1]
    private static let quantileNames = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%"

    /// The tables of a run.
    public init(_ figures: RunFigures) { self.figures = figures }

    /// The suffix of each table's file name.
    public static let suffixes = ["_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv"]

    /// The tables with the suffixes of their file names.
    public var all: [(suffix: String, text: String)] {
        let texts = [stats, history, failures, "Count,Message,Traceback,Nodes\n"]
        return zip(CSVTables.suffixes, texts).map { (suffix: $0, text: $1) }
    }

    private var stats: String {
        let header =
            "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,"
            + "Max Response Time,Average Content Size,Requests/s,Failures/s," + CSVTables.quantileNames
        let rows = (figures.rows + [figures.total]).map { row in
            // Sizes are known for all requests together only.
            let size = row.method.isEmpty ? figures.meanResponseBytes.formatted(decimals: 1) : "N/A"
            return
                ([
                    row.method, row.name, "\(row.requests)", "\(row.failures)", time(row.times, 0.5),
                    milliseconds(row.times.meanMs), time(row.times, 0), time(row.times, 1), size,
                    rate(row.requests, figures.seconds), rate(row.failures, figures.seconds),
                ] + CSVTables.quantiles.map { time(row.times, $0) })
        }
        return CSVTables.text(header, rows)
    }

    private var history: String {
        let header =
            "Timestamp,User Count,Type,Name,Requests/s,Failures/s," + CSVTables.quantileNames
            + ",Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,"
            + "Total Min Response Time,Total Max Response Time,Total Average Content Size"
        var rows: [[String]] = []
        figures.forEachMoment { moment in
            rows.append(
                [
                    moment.timestamp.formatted(decimals: 0), "\(moment.concurrentSessions)", "", "Aggregated",
                    rate(moment.requests, moment.seconds), rate(moment.failures, moment.seconds),
                ] + CSVTables.quantiles.map { time(moment.times, $0) } + [
                    "\(moment.totalRequests)", "\(moment.totalFailures)", milliseconds(moment.totalMedian),
                    milliseconds(moment.totalMean), time(figures.total.times, 0), milliseconds(moment.totalLongest),
                    figures.meanResponseBytes.formatted(decimals: 1),
                ])
        }
        return CSVTables.text(header, rows)
    }

    private var failures: String {
        CSVTables.text(
            "Method,Name,Error,Occurrences,First Seen,Last Seen",
            figures.failures.map { failure in
                [
                    failure.method, failure.name, failure.error, "\(failure.count)",
                    failure.firstSeen.formatted(decimals: 0),
                    failure.lastSeen.formatted(decimals: 0),
                ]
            })
    }

    private func time(_ times: TimeDistribution, _ quantile: Double) -> String {
        milliseconds(times.milliseconds(atQuantile: quantile))
    }

    private func milliseconds(_ value: Double?) -> String { value.map { $0.formatted(decimals: 3) } ?? "N/A" }

    private func rate(_ count: UInt64, _ seconds: Double) -> String {
        seconds > 0 ? (Double(count) / seconds).formatted(decimals: 3) : "0"
    }

    private static func text(_ header: String, _ rows: [[String]]) -> String {
        ([header] + rows.map { $0.map(quoted).joined(separator: ",") }).joined(separator: "\n") + "\n"
    }

    /// A field by RFC 4180, without control characters, and never read as a formula by a spreadsheet.
    static func quoted(_ text: String) -> String {
        var field = text.displayable
        // Spreadsheets skip spaces before a formula, and some read full-width signs as plain ones.
        let first = field.unicodeScalars.first { !$0.properties.isWhitespace }
        if let first, "=+-@|%\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first), Double(field) == nil {
            field = "'" + field
        }
        guard field.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == ";" }) else { return field }
        return "\"" + field.replacingScalars { $0 == "\"" ? "\"\"" : nil } + "\""
    }
}
