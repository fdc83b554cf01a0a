import Traffic

/// `metrics.csv`: one line per sample of a scraped series, and one per failed scrape. Any tool can plot it.
enum MetricTable {
    static let header = "time_ns,page,series,kind,value,process_start_seconds"

    static func line(_ reading: MetricReading) -> String {
        switch reading {
        case .sample(let identity, let sample):
            line(
                sample.time, identity.page, identity.series, identity.kind.rawValue, "\(sample.value)",
                sample.processStart.map { "\($0)" } ?? "")
        case .gap(let page, let time, let reason): line(time, page, reason, "gap", "", "")
        }
    }

    /// - Returns: nil when the line is not a valid row, for example if it is truncated.
    static func reading(_ line: ArraySlice<UInt8>) -> MetricReading? {
        guard let fields = TableLine.fields(of: line), fields.count == 6 else { return nil }
        let texts = fields.map(TableLine.text)
        guard let time = Int64(texts[0]), RunBounds.holds(time) else { return nil }
        let instant = RunTime(nanoseconds: time)
        if texts[3] == "gap" { return .gap(page: texts[1], instant, reason: texts[2]) }
        guard let kind = MetricKind(rawValue: texts[3]), let value = Double(texts[4]),
            value.magnitude <= RunBounds.value
        else { return nil }
        let start = Double(texts[5])
        guard start.map({ $0.magnitude <= RunBounds.seconds }) ?? true else { return nil }
        return .sample(
            MetricIdentity(page: texts[1], series: texts[2], kind: kind),
            MetricSample(time: instant, value: value, processStart: start))
    }

    private static func line(
        _ time: RunTime, _ page: String, _ series: String, _ kind: String, _ value: String, _ start: String
    ) -> String {
        "\(time.nanoseconds),\(TableLine.quoted(page)),\(TableLine.quoted(series)),\(kind),\(value),\(start)\n"
    }
}
