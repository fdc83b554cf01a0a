import Formats
import Measurement
import Traffic

/// The soak tests of a run: memory of every watched process, scraped gauges, backlog, latency of every endpoint,
/// failures.
enum SoakFindings {
    static func all(of record: RunRecord, certainty: Certainty = .final) -> [SoakFinding] {
        let services = WatchedService.all(of: record.targets)
        let memory = services.map { self.memory(of: $0, in: record, certainty) }
        return together(services, memory, in: record, certainty)
            + zip(services, memory).flatMap { [$1] + counts(of: $0, in: record, certainty) }
            + metrics(of: record, certainty) + (BacklogGrowth(of: record).map { [$0.finding] } ?? [])
            + LatencyDrift.findings(of: record, certainty) + FailureDrift.findings(of: record)
    }

    private static func memory(
        of service: WatchedService, in record: RunRecord, _ certainty: Certainty
    ) -> SoakFinding {
        let samples = samples(of: service, in: record)
        let trend = MemoryTrend(samples, scale: .memory, certainty: certainty)
        return trend.finding(
            subject: "\(service.label) rss", name: "RSS of \(service.longName)", lastBytes: samples.values.last ?? 0)
    }

    /// The total of processes with the same work, such as a server's workers, if it grows while no single process can
    /// be shown to: each process leaks a part of what the service leaks, with independent noise.
    private static func together(
        _ services: [WatchedService], _ findings: [SoakFinding], in record: RunRecord, _ certainty: Certainty
    ) -> [SoakFinding] {
        guard !findings.contains(where: { $0.verdict == .growing }) else { return [] }
        let groups = Dictionary(grouping: services.filter { $0.tracks.count == 1 }, by: \.name)
        return groups.sorted { $0.key < $1.key }.compactMap { name, group in
            let all = group.map { samples(of: $0, in: record) }
            guard all.count > 1, var sum = all.first else { return nil }
            for other in all.dropFirst() {
                // A process that was only present for a part of the run would cause a step.
                guard abs(other.spanSeconds - sum.spanSeconds) < 0.05 * sum.spanSeconds,
                    other.seconds.count == sum.seconds.count
                else { return nil }
                for place in sum.values.indices { sum.values[place] += other.values[place] }
            }
            let finding = MemoryTrend(sum, scale: .memory, certainty: certainty).finding(
                subject: "\(group.count) processes \(name) rss", name: "RSS of all \(group.count) processes of \(name)",
                lastBytes: sum.values.last ?? 0)
            return finding.verdict == .growing ? finding : nil
        }
    }

    /// Threads and open files, if they grow; stable ones are not reported.
    private static func counts(
        of service: WatchedService, in record: RunRecord, _ certainty: Certainty
    ) -> [SoakFinding] {
        let figures: [(kind: SoakKind, value: (ProcessSample) -> Double?)] = [
            (.threads, { Double($0.threads) }), (.openFiles, { $0.openFiles.map { Double($0) } }),
        ]
        return figures.compactMap { kind, value in
            let samples = samples(of: service, in: record, value)
            let finding = MemoryTrend(samples, scale: .count, certainty: certainty).finding(
                subject: "\(service.label) \(kind.rawValue)",
                name: "the number of \(kind.rawValue) of \(service.longName)",
                lastBytes: samples.values.last ?? 0, kind: kind)
            return finding.verdict == .growing ? finding : nil
        }
    }

    /// A figure of a service during the run, resident memory by default, with the requests answered and the connections
    /// open at each time.
    static func samples(
        of service: WatchedService, in record: RunRecord,
        _ value: (ProcessSample) -> Double? = { Double($0.rssBytes) }
    ) -> SoakSamples {
        let end = record.durationNs
        let (samples, starts) = service.samples {
            $0.time.nanoseconds >= record.description.warmUpNs ?? 0 && $0.time.nanoseconds <= end && value($0) != nil
        }
        return Self.samples(
            at: samples.map { $0.time.seconds }, values: samples.compactMap(value), starts: starts,
            in: record)
    }

    /// A figure at some instants, with the requests answered and the connections open at each.
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

/// A figure known at some instants, interpolated linearly and 0 at the start.
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
