public import Analysis
import Formats
public import Measurement
public import Monitoring
public import Plan
public import Replay
public import Traffic

/// Performs a replay from the first request to the record: sends, collects, watches, and shows progress.
public struct PlannedRun {
    let plan: ReplayPlan
    let options: ReplayOptions
    let description: RunDescription
    /// Names the options that would help, in warnings.
    let advisor: Advisor
    /// Hosts that requests may be sent to although they are not loopback.
    public var allowedHosts: [String] = []
    /// The failure limit that ends the run early.
    public var stopping: FailureLimit?
    /// Called about ten times a second with the data so far; a returned reason ends the run early.
    public var steering: ((RunTime, borrowing RunCollector) -> String?)?
    /// Called about ten times a second with the data so far; a returned reason ends the run cleanly, because all gates
    /// are settled.
    public var settling: ((RunTime, borrowing RunCollector) -> String?)?
    /// Additional watchers of the target's side.
    public var watchers: [Watcher] = []
    /// Receives the measurements about once a second; may request the end of the run.
    public var follower: (any RunFollower)?
    /// The prefix of the progress line.
    public var progressPrefix: (RunTime) -> String = { _ in "" }

    /// Prepares a replay of `plan`; nothing is sent yet.
    public init(plan: ReplayPlan, options: ReplayOptions, description: RunDescription, advisor: Advisor = .silent) {
        self.plan = plan
        self.options = options
        self.description = description
        self.advisor = advisor
    }

    /// The result of a run.
    public struct Result: ~Copyable {
        /// Everything that was measured.
        public var record: RunRecord
        /// The collector, which has written the record to the run folder and takes the summary.
        public var collector: RunCollector
    }

    /// Sends the plan, and returns when no request is in flight.
    ///
    /// An interruption ends the run cleanly: requests in flight are finished, unless the run's own time was already
    /// over.
    ///
    /// - Parameters:
    ///   - path: the path of the run folder.
    ///   - overwrites: whether an existing run folder is replaced.
    /// - Throws: `ReplayRun.Failure`, `RunFolderError`, ``TargetWatch/Problem``, `ProcessMonitorError` or
    ///   `MetricsPage.Problem` if the run cannot start or continue.
    public func perform(
        folder path: String, overwrites: Bool, watching watch: TargetWatch, console: JobConsole
    ) throws -> Result {
        let live = LiveCounts()
        let workers = ReplayRun.workerCount(plan: plan, options: options)
        let replay = ReplayRun(plan: plan, options: options, live: live)
        let outline = plan.outline()
        try ReplayRun.checkDescriptors(
            connections: outline.sockets + options.extraDescriptors(slots: plan.slotCount))
        // Exchanges that are not sent explain many other warnings, so this warning comes first.
        let leftOut = [PlanWarnings.leftOut(of: plan.findings)].compactMap { $0 }
        let limits = PlanLimits.warnings(
            plan, outline, rate: options.requestsPerSecond, maxBehind: options.maxBehind, advisor: advisor)
        (leftOut + limits).forEach(console.warn)
        var monitor = try watch.monitor(of: options.targets)
        let scrapers = try watch.scrapers(options, allowedHosts: allowedHosts)
        let folder = try RunFolder(creating: path, description, overwrites: overwrites)
        var collector = RunCollector(description, workers: workers, live: live, folder: folder)
        if let follower { collector.followNews(follower.stretches) }

        var elapsed = RunTime.zero
        var stopReason: String?
        var settled: String?
        let machine = MachineSource.watcher(hasControl: watch.hasControl)
        let watchers = watchers + [machine]
        var interruptedAt: RunTime?
        for watcher in watchers { watcher.start() }
        defer { for watcher in watchers { watcher.stop() } }
        for scraper in scrapers { try scraper.start() }
        defer { for scraper in scrapers { scraper.stop() } }
        let before = GeneratorUse.now(processors: workers)
        let told = try replay.run { observation in
            elapsed = observation.elapsed
            do throws(RunFolderError) {
                try collector.take(observation.windows)
                if let examples = observation.examples { try collector.take(examples) }
                if monitor.due <= elapsed { try collector.take(monitor.sample(now: elapsed)) }
                for scraper in scrapers { try collector.take(scraper.take(now: elapsed)) }
                for watcher in watchers { try collector.take(watcher.take(now: elapsed)) }
            } catch {
                // A run that can no longer be written to its folder ends; the results so far are shown.
                return .drain
            }
            if let follower, follower.isDue(at: elapsed), let moment = collector.takeNews(now: elapsed) {
                follower.take(moment)
            }
            let figures = collector.progress(now: elapsed)
            console.progress { progressPrefix(elapsed) + text(figures) }
            if let stopping, stopping.isReached(figures) { stopReason = stopping.reason }
            if stopReason == nil { stopReason = steering?(elapsed, collector) ?? follower?.stopReason }
            if stopReason == nil, settled == nil { settled = settling?(elapsed, collector) }
            let isStopping = stopReason != nil || settled != nil
            if isStopping || console.isInterrupted() { follower?.drain() }
            guard console.isInterrupted() else { return isStopping ? .drain : .proceed }
            let first = interruptedAt ?? elapsed
            interruptedAt = first
            // After the run's time no new requests begin: an interruption then ends those in flight.
            return isOver(first) ? .abandon : .drain
        }
        console.clearProgress()
        for scraper in scrapers { scraper.stop() }
        for watcher in watchers { watcher.stop() }
        var warnings = leftOut + told + scrapers.compactMap(\.warning) + self.watchers.compactMap(\.warning)
        warnings += limits + (follower?.events ?? [])
        if plan.isShortOfValues(outline), let clones = plan.clonesWithValues {
            warnings.append(
                advisor.adding(
                    .reuseValues, to: "the values in files were used up after \(clones) clones; no more were started"))
        }
        var end = RunDescription.End(
            durationNs: elapsed.nanoseconds, wasInterrupted: console.isInterrupted(),
            peakConcurrentSessions: live.peakConcurrentSessions, peakOpenConnections: live.peakOpenConnections,
            generator: GeneratorUse.now(processors: workers).since(before), warnings: warnings)
        end.stopped = stopReason
        end.settled = stopReason == nil && !end.wasInterrupted ? settled : nil
        let record = collector.finish(end)
        if let follower, let moment = collector.takeNews(now: elapsed) { follower.finish(moment) }
        return Result(record: record, collector: collector)
    }

    /// Ends a run as soon as every gate is sure to pass or to fail.
    public static func settling(
        _ gates: [Criterion], of description: RunDescription
    ) -> (RunTime, borrowing RunCollector) -> String? {
        var watch = RunWatch(
            gates: gates,
            plannedSeconds: (description.plannedNs ?? description.plannedSpanNs).map { Nanoseconds.inSeconds($0) })
        return { elapsed, collector in
            guard watch.isDue(at: elapsed.seconds) else { return nil }
            watch.look(at: collector.recordSoFar, seconds: elapsed.seconds)
            return watch.settled
        }
    }

    /// Whether the run's own time is over at `time`, so that it only waits for requests in flight.
    private func isOver(_ time: RunTime) -> Bool {
        options.duration.map { time.nanoseconds >= $0.wholeNanoseconds } ?? false
    }

    private func text(_ progress: RunProgress) -> String {
        let elapsed = max(0, progress.elapsedSeconds).formatted(decimals: 0)
        let planned =
            plan.options.duration.map { " of \($0.seconds.formatted(decimals: 0))" } ?? ""
        let p95 = progress.p95Ms.map { "\($0.formatted(decimals: $0 < 10 ? 2 : 0)) ms" } ?? "-"
        return "\(elapsed)\(planned) s   \(progress.concurrentSessions) sessions   "
            + "\(progress.openConnections) connections   \(progress.requestsPerSecond.formatted(decimals: 0)) requests/s   "
            + "\(progress.failures) failures   p95 \(p95)"
    }
}
