public import Measurement
import Traffic

extension RunSummary {
    /// What a run came to.
    ///
    /// - Parameters:
    ///   - gates: the conditions it must meet.
    ///   - isStrict: whether a gate that lacks data fails the run.
    public init(of record: RunRecord, gates: [Gate] = [], isStrict: Bool = false) {
        let sums = RunDistributions(record)
        let counts = sums.counts
        let span = RunSpan(record)
        let soak = SoakFindings.all(of: record)
        let evaluation = GateEvaluation(
            distributions: sums, soak: soak, throughputRps: span.throughputRps, durationSeconds: span.seconds)
        let results = gates.map(evaluation.result(of:))
        let generator = GeneratorUse(of: record, counts, sendLag: sums.sendLag)
        self.init(
            requests: Int(counts.requests), failures: Int(counts.failures),
            failuresByKind: RunSummary.failures(counts, record.series.windows),
            failureRatio: counts.requests > 0 ? Double(counts.failures) / Double(counts.requests) : 0,
            throughputRps: span.throughputRps, durationSeconds: span.seconds,
            sessions: SessionCounts(of: record, counts), connections: ConnectionCounts(of: record, counts),
            responseTimeMs: sums.response.percentiles, serviceTimeMs: sums.service.percentiles,
            sendLagMs: sums.sendLag.percentiles, heldMs: sums.held.percentiles, connectMs: sums.connect.percentiles,
            endpoints: sums.endpoints.map { EndpointSummary(of: $0, seconds: span.seconds).with($0.waits) },
            tokens: TokenCounts(
                minted: Int(counts.tokensMinted), bound: Int(counts.tokensBound),
                refreshed: Int(counts.tokensRefreshed), rejected: Int(counts.tokensRejected),
                failed: Int(counts.tokensFailed), mintingMs: sums.minting.count == 0 ? nil : sums.minting.percentiles,
                heldForMintingMs: sums.tokenWait.count == 0 ? nil : sums.tokenWait.percentiles),
            generator: generator, soak: soak, gates: results,
            verdict: GateEvaluation.verdict(results, isStrict: isStrict),
            warnings: RunWarnings.all(of: record, counts: counts, isSaturated: generator.saturated),
            steadyThroughputRps: span.steadyThroughputRps, heldSeconds: HeldShares(of: counts.held))
        metrics = record.metrics.tracks.isEmpty ? nil : record.metrics.tracks.map(Metric.init)
        groups = RunGroups.all(of: record, sums)
        renewals = RunSummary.Renewals(of: sums)
        prelude = RunSummary.Prelude(of: sums)
        bottlenecks = Bottlenecks.found(in: record, self)
    }

    private static func failures(_ counts: WindowCounts, _ windows: [RunWindow]) -> [FailureCount] {
        Fate.allCases.filter { $0.isFailure && counts[$0] > 0 }
            .map { fate in
                let first = windows.first { $0.counts[fate] > 0 }
                let last = windows.last { $0.counts[fate] > 0 }
                return FailureCount(
                    kind: fate.label, count: Int(counts[fate]),
                    firstSeconds: first.map { Double($0.startNanoseconds) / 1e9 },
                    lastSeconds: last.map { Double($0.endNanoseconds) / 1e9 })
            }
            .sorted { ($1.count, $0.kind) < ($0.count, $1.kind) }
    }
}

extension RunSummary.Metric {
    fileprivate init(of track: MetricTrack) {
        let values = track.samples.map(\.value)
        self.init(
            page: track.identity.page, series: track.identity.series, kind: track.identity.kind.rawValue,
            samples: values.count, first: values.first ?? 0, last: values.last ?? 0, least: values.min() ?? 0,
            most: values.max() ?? 0)
    }
}

extension RunSummary.Renewals {
    fileprivate init?(of sums: RunDistributions) {
        let counts = sums.counts
        guard counts.renewalRequests > 0 || counts.requestsResent > 0 else { return nil }
        self.init(
            requests: Int(counts.renewalRequests), failures: Int(counts.renewalFailures),
            logins: Int(counts.renewalLogins), resent: Int(counts.requestsResent),
            serviceTimeMs: sums.renewal.percentiles)
    }
}

extension RunSummary.Prelude {
    fileprivate init?(of sums: RunDistributions) {
        let counts = sums.counts
        guard counts.preludeRequests > 0 else { return nil }
        self.init(
            requests: Int(counts.preludeRequests), failures: Int(counts.preludeFailures),
            serviceTimeMs: sums.prelude.percentiles)
    }
}

extension RunSummary.SessionCounts {
    fileprivate init(of record: RunRecord, _ counts: WindowCounts) {
        self.init(
            planned: record.description.plannedSessions ?? Int(counts.sessionsStarted),
            started: Int(counts.sessionsStarted), completed: Int(counts.sessionsCompleted),
            cut: Int(counts.sessionsCut),
            peakConcurrent: record.description.end?.peakConcurrentSessions
                ?? record.series.windows.reduce(0) { max($0, $1.concurrentSessions) })
    }
}

extension RunSummary.ConnectionCounts {
    fileprivate init(of record: RunRecord, _ counts: WindowCounts) {
        self.init(
            opened: Int(counts.connectionsOpened),
            peakOpen: record.description.end?.peakOpenConnections
                ?? record.series.windows.reduce(0) { max($0, $1.openConnections) })
    }
}

extension RunSummary.EndpointSummary {
    fileprivate init(of group: RunDistributions.Group, seconds: Double) {
        self.init(
            endpoint: group.label, requests: Int(group.requests), failures: Int(group.failures),
            failureRatio: group.requests > 0 ? Double(group.failures) / Double(group.requests) : 0,
            requestsPerSecond: seconds > 0 ? Double(group.requests) / seconds : 0,
            responseTimeMs: group.sinceReady.percentiles, serviceTimeMs: group.service.percentiles)
    }
}

extension RunSummary.GeneratorUse {
    /// A send lag of which one in a hundred is above this means that the generator was too slow for the plan.
    private static let longestLagMilliseconds = 10.0
    private static let highestCPURatio = 0.9

    fileprivate init(of record: RunRecord, _ counts: WindowCounts, sendLag: TimeDistribution) {
        let use = record.description.end?.generator
        let capacity = Double(record.durationNanoseconds) * Double(use?.processors ?? 1)
        let ratio = use.map { capacity > 0 ? Double($0.cpuNanoseconds) / capacity : 0 } ?? 0
        let lag = sendLag.milliseconds(atQuantile: 0.99) ?? 0
        self.init(
            cpuRatio: ratio, peakRSSBytes: use?.peakRSSBytes ?? 0,
            saturated: ratio > Self.highestCPURatio || lag > Self.longestLagMilliseconds,
            achievedRatio: record.description.plannedRequests.map { planned in
                planned > 0 ? Double(counts.requests + counts[.cut]) / Double(planned) : 1
            })
    }
}

extension RunSummary.HeldShares {
    fileprivate init(of held: HeldCauses) {
        self.init(
            order: Double(held.orderNanoseconds) / 1e9, token: Double(held.tokenNanoseconds) / 1e9,
            connection: Double(held.connectionNanoseconds) / 1e9, rate: Double(held.rateNanoseconds) / 1e9,
            slot: Double(held.slotNanoseconds) / 1e9)
    }
}

/// How long a run was, and what it got done in that time.
struct RunSpan {
    /// `--for`, or from the first due instant to the last end.
    let seconds: Double
    /// Requests finished within it, divided by it.
    let throughputRps: Double
    /// The same without the ramp; nil when nothing is left.
    let steadyThroughputRps: Double?

    init(_ record: RunRecord) {
        let planned = record.description.plannedNanoseconds
        let actual = record.durationNanoseconds
        // A run that ended early did not last as long as it was meant to.
        let duration = planned.map { actual < $0 ? actual : $0 } ?? actual
        let ramp = record.description.rampNanoseconds
        seconds = Double(duration) / 1e9
        throughputRps = RunSpan.rate(of: record, from: 0, to: duration) ?? 0
        steadyThroughputRps = ramp < duration ? RunSpan.rate(of: record, from: ramp, to: duration) : nil
    }

    /// Requests finished a second between two instants; a window that lies across one counts by its share.
    private static func rate(of record: RunRecord, from start: Int64, to end: Int64) -> Double? {
        guard end > start else { return nil }
        var requests = 0.0
        for window in record.series.windows {
            // Nothing finishes after the last finish, so a last window's length is to there.
            let last = max(min(window.endNanoseconds, record.durationNanoseconds), window.startNanoseconds + 1)
            let inside = min(last, end) - max(window.startNanoseconds, start)
            guard inside > 0 else { continue }
            requests += Double(window.counts.requests) * Double(inside) / Double(last - window.startNanoseconds)
        }
        return requests / (Double(end - start) / 1e9)
    }
}
