import Formats
import Measurement
import Traffic

/// The soak tests of a run: the memory of every watched process, the gauges that were scraped, the backlog, the latency of every
/// endpoint, failures.
enum SoakFindings {
    static func all(of record: RunRecord) -> [SoakFinding] {
        WatchedService.all(of: record.targets).flatMap { [memory(of: $0, in: record)] + counts(of: $0, in: record) }
            + metrics(of: record) + (BacklogGrowth(of: record).map { [$0.finding] } ?? [])
            + LatencyDrift.findings(of: record) + FailureDrift.findings(of: record)
    }

    private static func memory(of service: WatchedService, in record: RunRecord) -> SoakFinding {
        let samples = samples(of: service, in: record)
        let trend = MemoryTrend(samples)
        return trend.finding(
            subject: "\(service.label) rss", name: "RSS of \(service.longName)", lastBytes: samples.values.last ?? 0)
    }

    /// Threads and open files, where they grow: of what stays no one needs to hear.
    private static func counts(of service: WatchedService, in record: RunRecord) -> [SoakFinding] {
        let figures: [(kind: SoakKind, value: (ProcessSample) -> Double?)] = [
            (.threads, { Double($0.threads) }), (.openFiles, { $0.openFiles.map { Double($0) } }),
        ]
        return figures.compactMap { kind, value in
            let samples = samples(of: service, in: record, value)
            let finding = MemoryTrend(samples, scale: .count).finding(
                subject: "\(service.label) \(kind.rawValue)",
                name: "the number of \(kind.rawValue) of \(service.longName)",
                lastBytes: samples.values.last ?? 0, kind: kind)
            return finding.verdict == .growing ? finding : nil
        }
    }

    /// A figure of a service, its resident memory unless told, while the run lasted, with the requests answered and the connections open by then.
    static func samples(
        of service: WatchedService, in record: RunRecord,
        _ value: (ProcessSample) -> Double? = { Double($0.rssBytes) }
    ) -> SoakSamples {
        let end = record.durationNs
        let (samples, starts) = service.samples {
            $0.time.nanoseconds >= 0 && $0.time.nanoseconds <= end && value($0) != nil
        }
        return Self.samples(
            at: samples.map { $0.time.seconds }, values: samples.compactMap(value), starts: starts,
            in: record)
    }

    /// A figure at some instants, with the requests answered and the connections open by then.
    static func samples(
        at seconds: [Double], values: [Double], starts: [Double], in record: RunRecord
    ) -> SoakSamples {
        let end = record.durationNs
        var answered = RunningFigure()
        var peak = RunningFigure()
        var total = 0.0
        var most = 0.0
        for window in record.series.windows {
            total += Double(window.counts.answers)
            most = max(most, Double(window.openConnections))
            let time = Nanoseconds.inSeconds(min(window.endNs, end))
            answered.append(total, at: time)
            peak.append(most, at: time)
        }
        return SoakSamples(
            seconds: seconds, values: values, answered: answered.values(at: seconds),
            peakLoad: peak.values(at: seconds), starts: starts)
    }
}

/// A figure known at some instants, linear between them and 0 at the start.
private struct RunningFigure {
    private var seconds = [0.0]
    private var values = [0.0]

    mutating func append(_ value: Double, at second: Double) {
        seconds.append(max(second, seconds[seconds.count - 1]))
        values.append(value)
    }

    /// - Parameter instants: ascending.
    func values(at instants: [Double]) -> [Double] {
        var place = 1
        return instants.map { instant in
            while place < seconds.count, seconds[place] < instant { place += 1 }
            guard place < seconds.count else { return values[values.count - 1] }
            let width = seconds[place] - seconds[place - 1]
            let share = width > 0 ? (instant - seconds[place - 1]) / width : 1
            return values[place - 1] + share * (values[place] - values[place - 1])
        }
    }
}
