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
        var sources = Sources(
            try watch.monitor(of: options.targets), try watch.scrapers(options, allowedHosts: allowedHosts),
            watchers + [MachineSource.watcher(hasControl: watch.hasControl)])
        let folder = try RunFolder(creating: path, description, overwrites: overwrites)
        var collector = RunCollector(description, workers: workers, live: live, folder: folder)
        if let follower { collector.followUpdates(follower.stretches) }

        var course = Course()
        defer { sources.stop() }
        try sources.start()
        let before = GeneratorUse.now(processors: workers)
        let notices = try replay.run { observation in
            course.elapsed = observation.elapsed
            do throws(RunFolderError) {
                try collector.take(observation.windows)
                if let examples = observation.examples { try collector.take(examples) }
                try sources.collect(into: &collector, now: course.elapsed)
            } catch {
                // A run that can no longer be written to its folder ends; the results so far are shown.
                return .drain
            }
            return look(at: &collector, &course, console)
        }
        console.clearProgress()
        sources.stop()
        var warnings = leftOut + notices + sources.warnings + watchers.compactMap(\.warning)
        warnings += limits + (follower?.events ?? [])
        if plan.isShortOfValues(outline), let clones = plan.clonesWithValues {
            warnings.append(
                advisor.adding(
                    .reuseValues, to: "the values in files were used up after \(clones) clones; no more were started"))
        }
        var end = RunDescription.End(
            durationNs: course.elapsed.nanoseconds, wasInterrupted: console.isInterrupted(),
            peakConcurrentSessions: live.peakConcurrentSessions, peakOpenConnections: live.peakOpenConnections,
            generator: GeneratorUse.now(processors: workers).since(before), warnings: warnings)
        end.stopped = course.stopReason
        end.settled = course.stopReason == nil && !end.wasInterrupted ? course.settled : nil
        let record = collector.finish(end)
        if let follower, let update = collector.takeUpdate(now: course.elapsed) { follower.finish(update) }
        return Result(record: record, collector: collector)
    }

    /// How far a run is, and why it ends before its plan does.
    private struct Course {
        var elapsed = RunTime.zero
        var stopReason: String?
        var settled: String?
        var interruptedAt: RunTime?
    }

    /// Passes the measurements so far to the follower and the console, and decides whether the run continues.
    private func look(
        at collector: inout RunCollector, _ course: inout Course, _ console: JobConsole
    ) -> ReplayRun.Continuation {
        let elapsed = course.elapsed
        if let follower, follower.isDue(at: elapsed), let update = collector.takeUpdate(now: elapsed) {
            follower.take(update)
        }
        let figures = collector.progress(now: elapsed)
        console.progress { progressPrefix(elapsed) + text(figures) }
        if let stopping, stopping.isReached(figures) { course.stopReason = stopping.reason }
        if course.stopReason == nil { course.stopReason = steering?(elapsed, collector) ?? follower?.stopReason }
        if course.stopReason == nil, course.settled == nil { course.settled = settling?(elapsed, collector) }
        let isStopping = course.stopReason != nil || course.settled != nil
        if isStopping || console.isInterrupted() { follower?.drain() }
        guard console.isInterrupted() else { return isStopping ? .drain : .proceed }
        let first = course.interruptedAt ?? elapsed
        course.interruptedAt = first
        // After the run's time no new requests begin: an interruption then ends those in flight.
        return isOver(first) ? .abandon : .drain
    }

    /// What measures the target and the generator during a run.
    private struct Sources: ~Copyable {
        private var monitor: ProcessMonitor
        private let scrapers: [MetricsScraper]
        private let watchers: [Watcher]

        init(_ monitor: consuming ProcessMonitor, _ scrapers: [MetricsScraper], _ watchers: [Watcher]) {
            self.monitor = monitor
            self.scrapers = scrapers
            self.watchers = watchers
        }

        /// Why pages could not be scraped.
        var warnings: [String] { scrapers.compactMap(\.warning) }

        func start() throws(ReplayRun.Failure) {
            for watcher in watchers { watcher.start() }
            for scraper in scrapers { try scraper.start() }
        }

        /// Stops what was started; does nothing if that has been done.
        func stop() {
            for scraper in scrapers { scraper.stop() }
            for watcher in watchers { watcher.stop() }
        }

        /// Adds the readings since the last call.
        mutating func collect(into collector: inout RunCollector, now: RunTime) throws(RunFolderError) {
            if monitor.due <= now { try collector.take(monitor.sample(now: now)) }
            for scraper in scrapers { try collector.take(scraper.take(now: now)) }
            for watcher in watchers { try collector.take(watcher.take(now: now)) }
        }
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
