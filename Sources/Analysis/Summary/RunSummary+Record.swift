import Formats
public import Measurement
import Traffic

extension RunSummary {
    /// Summarises a run.
    ///
    /// - Parameters:
    ///   - gates: the run's gates.
    ///   - isStrict: whether a gate with too little data fails the run.
    ///   - advisor: knows the options that remedy problems.
    public init(of record: RunRecord, gates: [Criterion] = [], isStrict: Bool = false, advisor: Advisor = .silent) {
        self.init()
        let sums = RunDistributions(record)
        let span = RunSpan(record)
        load = LoadSummary(of: record, sums, span, advisor)
        times = sums.times.figures
        // All kinds of time are listed for a run; those without values are zero.
        for kind in TimeKind.allCases { times[kind] = times.percentiles(kind) }
        judgement = RunJudgement(of: record, sums, span, isSaturated: load.generator.saturated, advisor)
        judgement.judge(
            gates, of: record, sums, span, isSaturated: load.generator.saturated, isStrict: isStrict, advisor)
        judgement.bottlenecks = Bottlenecks.found(in: record, self, advisor)
    }

    /// Adds the results of gates evaluated elsewhere and the conditions for every judged run, and sets the verdict.
    ///
    /// - Parameter gates: the gates that gave the results.
    public mutating func take(
        _ results: [GateResult], of record: RunRecord, gates: [Criterion], isStrict: Bool
    ) {
        let sums = RunDistributions(record)
        let evaluation = GateEvaluation(
            distributions: sums, soak: judgement.soak, record: record, throughputRps: 0,
            durationSeconds: 0, isSaturated: load.generator.saturated, advisor: .silent)
        judgement.gates = results
        if !results.isEmpty { judgement.gates += evaluation.basics(of: record, gates: gates) }
        judgement.verdict = judgement.gates.verdict(isStrict: isStrict)
    }
}

extension RunRecord {
    /// The soak findings between two instants of the run; changing levels would look like growth.
    ///
    /// - Parameter span: in nanoseconds since the run's start.
    public func soak(within span: Range<Int64>) -> [SoakFinding] {
        var part = part(within: [span])
        part.targets = targets.map { track in
            var own = ProcessTrack(identity: track.identity)
            for sample in track.samples where span.contains(sample.time.nanoseconds) { own.append(sample) }
            own.vanished = track.vanished
            return own
        }
        part.metrics = metrics.within(span)
        return SoakFindings.all(of: part)
    }

    /// The longest time so far in which one level was held; of a run without phases all after its ramp.
    ///
    /// - Parameter end: the end of the known time, in nanoseconds since the run's start
    public func longestHeld(until end: Int64) -> Range<Int64> {
        let whole = min(description.rampNs, end)..<end
        guard let stretches = description.stretches?.stretches else { return whole }
        var spans: [(phase: String, span: Range<Int64>)] = []
        for stretch in stretches where !stretch.isRamp && stretch.beginNs < end {
            let span = stretch.beginNs..<min(stretch.endNs, end)
            if let last = spans.last, last.phase == stretch.phase, last.span.upperBound == span.lowerBound {
                spans[spans.count - 1].span = last.span.lowerBound..<span.upperBound
            } else {
                spans.append((stretch.phase, span))
            }
        }
        return spans.map(\.span).max { $0.count < $1.count } ?? whole
    }

    /// The part of a run within some spans, by whole windows; the time before the first span counts as the ramp.
    ///
    /// - Parameter spans: in nanoseconds since the run's start.
    public func part(within spans: [Range<Int64>]) -> RunRecord {
        var part = self
        part.series = WindowSeries()
        for window in series.windows
        where spans.contains(where: { window.startNs >= $0.lowerBound && window.endNs <= $0.upperBound }) {
            part.series.append(window)
        }
        part.description.rampNs = spans.first?.lowerBound ?? 0
        return part
    }
}

extension RunJudgement {
    fileprivate init(
        of record: RunRecord, _ sums: RunDistributions, _ span: RunSpan, isSaturated: Bool, _ advisor: Advisor
    ) {
        self.init()
        ending = record.description.ending
        // Delays caused by the generator are not a trend of the target.
        let rest = GeneratorDelay(of: record, sums.counts).rest
        soak = SoakFindings.all(of: rest)
        notices = RunNotices(record: record, counts: sums.counts, backlog: BacklogGrowth(of: rest)).all
        warnings =
            RunWarnings(record: record, counts: sums.counts, isSaturated: isSaturated, advisor: advisor).all
    }

    fileprivate mutating func judge(
        _ gates: [Criterion], of record: RunRecord, _ sums: RunDistributions, _ span: RunSpan, isSaturated: Bool,
        isStrict: Bool, _ advisor: Advisor
    ) {
        let evaluation = GateEvaluation(
            distributions: sums, soak: soak, record: record, throughputRps: span.throughputRps,
            durationSeconds: span.seconds, isSaturated: isSaturated, advisor: advisor)
        self.gates = gates.map(evaluation.result(of:))
        let delay = GeneratorDelay(of: record, sums.counts)
        if delay.isThere, self.gates.contains(where: { $0.outcome == .failed }) {
            let rest = GateEvaluation(delay.rest, soak: soak, isSaturated: isSaturated, advisor: advisor)
            self.gates = zip(gates, self.gates).map { gate, result in
                result.outcome == .failed ? rest.doubting(result, of: gate) : result
            }
        }
        if !gates.isEmpty { self.gates += evaluation.basics(of: record, gates: gates) }
        verdict = self.gates.verdict(isStrict: isStrict)
    }
}

extension LoadSummary {
    fileprivate init(of record: RunRecord, _ sums: RunDistributions, _ span: RunSpan, _ advisor: Advisor) {
        self.init()
        let counts = sums.counts
        requests = Int(clamping: counts.requests)
        answers = Int(clamping: counts.answers)
        failures = Int(clamping: counts.failures)
        failuresByKind = LoadSummary.failures(counts, record.series.windows)
        let causes = FailureCauses(of: record, advisor: advisor).rows
        failureCauses = causes.isEmpty ? nil : causes
        betterThanRecorded = Int(clamping: counts[.betterThanRecorded])
        failureRatio = counts.requests > 0 ? Double(counts.failures) / Double(counts.requests) : 0
        throughputRps = span.throughputRps
        steadyThroughputRps = span.steadyThroughputRps
        plannedRps = span.plannedRps
        durationSeconds = span.seconds
        plannedSeconds = record.description.plannedNs.map { Nanoseconds.inSeconds($0) }
        sessions = SessionCounts(of: record, counts)
        connections = ConnectionCounts(of: record, counts)
        endpoints = sums.endpoints.map { EndpointSummary(of: $0, seconds: span.seconds) }
        groups = RunGroups.all(of: record, sums)
        tokens = TokenCounts(of: sums)
        renewals = RenewalCounts(of: sums)
        prelude = PreludeCounts(of: sums)
        generator = GeneratorSummary(of: record, counts, sendLag: sums.times[.sendLag])
        heldSeconds = HeldShares(of: counts.held)
        metrics = record.metrics.tracks.isEmpty ? nil : record.metrics.tracks.map(MetricSummary.init)
    }

    private static func failures(_ counts: WindowCounts, _ windows: [RunWindow]) -> [FailureCount] {
        Fate.allCases.filter { $0.isFailure && counts[$0] > 0 }
            .map { fate in
                let first = windows.first { $0.counts[fate] > 0 }
                let last = windows.last { $0.counts[fate] > 0 }
                return FailureCount(
                    kind: fate, count: Int(clamping: counts[fate]),
                    firstSeconds: first.map { Nanoseconds.inSeconds($0.startNs) },
                    lastSeconds: last.map { Nanoseconds.inSeconds($0.endNs) })
            }
            .sorted { ($1.count, $0.kind.label) < ($0.count, $1.kind.label) }
    }
}

extension MetricSummary {
    fileprivate init(of track: MetricTrack) {
        let values = track.samples.map(\.value)
        self.init(
            page: track.identity.page, series: track.identity.series, kind: track.identity.kind,
            samples: values.count, first: values.first ?? 0, last: values.last ?? 0, least: values.min() ?? 0,
            most: values.max() ?? 0)
    }
}

extension TokenCounts {
    fileprivate init(of sums: RunDistributions) {
        let counts = sums.counts
        self.init(
            minted: Int(clamping: counts.tokensMinted), bound: Int(clamping: counts.tokensBound),
            refreshed: Int(clamping: counts.tokensRefreshed), rejected: Int(clamping: counts.tokensRejected),
            failed: Int(clamping: counts.tokensFailed))
        mintingMs = sums.minting.count == 0 ? nil : sums.minting.percentiles
        heldForMintingMs = sums.tokenWait.count == 0 ? nil : sums.tokenWait.percentiles
    }
}

extension RenewalCounts {
    fileprivate init?(of sums: RunDistributions) {
        let counts = sums.counts
        guard counts.renewalRequests > 0 || counts.requestsResent > 0 else { return nil }
        self.init(
            requests: Int(clamping: counts.renewalRequests), failures: Int(clamping: counts.renewalFailures),
            logins: Int(clamping: counts.renewalLogins), resent: Int(clamping: counts.requestsResent),
            serviceTimeMs: sums.renewal.percentiles)
    }
}

extension PreludeCounts {
    fileprivate init?(of sums: RunDistributions) {
        let counts = sums.counts
        guard counts.preludeRequests > 0 else { return nil }
        self.init(
            requests: Int(clamping: counts.preludeRequests), failures: Int(clamping: counts.preludeFailures),
            serviceTimeMs: sums.prelude.percentiles)
    }
}

extension SessionCounts {
    fileprivate init(of record: RunRecord, _ counts: WindowCounts) {
        self.init(
            planned: record.description.plannedSessions ?? Int(clamping: counts.sessionsStarted),
            started: Int(clamping: counts.sessionsStarted), completed: Int(clamping: counts.sessionsCompleted),
            cut: Int(clamping: counts.sessionsCut),
            peakConcurrent: record.description.end?.peakConcurrentSessions
                ?? record.series.windows.reduce(0) { max($0, $1.concurrentSessions) })
    }
}

extension ConnectionCounts {
    fileprivate init(of record: RunRecord, _ counts: WindowCounts) {
        self.init(
            opened: Int(clamping: counts.connectionsOpened),
            peakOpen: record.description.end?.peakOpenConnections
                ?? record.series.windows.reduce(0) { max($0, $1.openConnections) })
    }
}

extension EndpointSummary {
    fileprivate init(of group: RunDistributions.Group, seconds: Double) {
        let answers = Double(group.histograms[.turnaround].totalCount)
        self.init(
            endpoint: group.label, requests: Int(clamping: group.requests), failures: Int(clamping: group.failures),
            failureRatio: group.requests > 0 ? Double(group.failures) / Double(group.requests) : 0,
            requestsPerSecond: seconds > 0 ? answers / seconds : 0, times: group.times.figures)
        betterThanRecorded = Int(clamping: group.betterThanRecorded)
        // Both kinds are listed for every endpoint; they are zero if nothing was answered.
        for kind in [TimeKind.turnaround, .service] { times[kind] = times.percentiles(kind) }
    }
}

extension GeneratorSummary {
    /// If the 99th percentile of send lag exceeds this, the generator was too slow for the plan.
    static let longestLagMs = 10.0
    /// Above this share of its processors the generator itself was the limit.
    static let highestCPURatio = 0.9

    fileprivate init(of record: RunRecord, _ counts: WindowCounts, sendLag: TimeDistribution) {
        let use = record.description.end?.generator
        let capacity = Double(record.durationNs) * Double(use?.processors ?? 1)
        let ratio = use.map { capacity > 0 ? Double($0.cpuNs) / capacity : 0 } ?? 0
        let lag = sendLag.milliseconds(atQuantile: 0.99) ?? 0
        self.init(
            cpuRatio: ratio, peakRSSBytes: use?.peakRSSBytes ?? 0,
            saturated: ratio > Self.highestCPURatio || lag > Self.longestLagMs,
            achievedRatio: record.description.plannedRequests.map { planned in
                planned > 0 ? (Double(counts.requests) + Double(counts[.cut])) / Double(planned) : 1
            })
        stalledSeconds = Nanoseconds.inSeconds(counts.generatorStallNs)
        stalls = Int(clamping: counts.generatorStalls)
    }
}

extension HeldShares {
    fileprivate init(of held: HeldCauses) {
        self.init(
            order: Nanoseconds.inSeconds(held.orderNs), token: Nanoseconds.inSeconds(held.tokenNs),
            connection: Nanoseconds.inSeconds(held.connectionNs), rate: Nanoseconds.inSeconds(held.rateNs),
            slot: Nanoseconds.inSeconds(held.slotNs))
    }
}
