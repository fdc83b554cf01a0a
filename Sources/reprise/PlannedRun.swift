import Formats
import Measurement
import Monitoring
import Plan
import Replay
import Traffic

/// A replay from its first request to its record: sends, gathers, watches, and shows how far it is.
struct PlannedRun {
    let plan: ReplayPlan
    let options: ReplayOptions
    let description: RunDescription
    /// Hosts that may be asked although they are not loopback.
    var allowedHosts: [String] = []
    /// What ends the run before its time.
    var stopping: FailureLimit?
    /// Asked about ten times a second with what is known; a reason ends the run before its time.
    var steering: ((RunTime, borrowing RunCollector) -> String?)?
    /// What else of the target's side is read meanwhile.
    var watchers: [Watcher] = []
    /// What the progress line begins with.
    var progressPrefix: (RunTime) -> String = { _ in "" }

    /// What a run came to.
    struct Result: ~Copyable {
        var record: RunRecord
        /// Has written the record to the run folder, and takes the summary.
        var collector: RunCollector
    }

    /// Sends the plan; Ctrl-C ends it in good order, a second one at once.
    func perform(folder path: String, overwrites: Bool, watching watch: WatchArguments) throws -> Result {
        let live = LiveCounts()
        let workers = ReplayRun.workerCount(plan: plan, options: options)
        let replay = ReplayRun(plan: plan, options: options, live: live)
        let outline = plan.outline()
        try ReplayRun.checkDescriptors(
            connections: outline.sockets + options.extraDescriptors(slots: plan.slotCount))
        let limits = PlanLimits.warnings(plan, outline, rate: options.requestsPerSecond, maxBehind: options.maxBehind)
        for warning in limits { Console.warn(warning) }
        var monitor = try watch.monitor(of: options.targets)
        let scrapers = try watch.scrapers(options, allowedHosts: allowedHosts)
        let folder = try RunFolder(creating: path, description, overwrites: overwrites)
        var collector = RunCollector(description, workers: workers, live: live, folder: folder)
        try Interrupt.catchSignals()

        var progress = ProgressLine()
        var elapsed = RunTime.zero
        var stopReason: String?
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
                // A run that can no longer be kept is not worth going on; what was measured is shown.
                return .drain
            }
            let figures = collector.progress(now: elapsed)
            progress.update(progressPrefix(elapsed) + text(figures))
            if let stopping, stopping.isReached(figures) { stopReason = stopping.reason }
            if stopReason == nil { stopReason = steering?(elapsed, collector) }
            guard Interrupt.isRequested else { return stopReason == nil ? .proceed : .drain }
            let first = interruptedAt ?? elapsed
            interruptedAt = first
            // Nothing new begins after the run's time: who interrupts it then waits for what is under way no longer.
            return isOver(first) ? .abandon : .drain
        }
        progress.clear()
        for scraper in scrapers { scraper.stop() }
        for watcher in watchers { watcher.stop() }
        var warnings = told + scrapers.compactMap(\.warning) + watchers.compactMap(\.warning)
        warnings += limits
        if plan.isShortOfValues(plan.outline()), let clones = plan.clonesWithValues {
            warnings.append(
                "the values in files were used up after \(clones) clones; no more were begun "
                    + "(--identities-when-used-up reuse or wrap continues)")
        }
        var end = RunDescription.End(
            durationNs: elapsed.nanoseconds, wasInterrupted: Interrupt.isRequested,
            peakConcurrentSessions: live.peakConcurrentSessions, peakOpenConnections: live.peakOpenConnections,
            generator: GeneratorUse.now(processors: workers).since(before), warnings: warnings)
        end.stopped = stopReason
        return Result(record: collector.finish(end), collector: collector)
    }

    /// Whether the run's own time is over at `time`, so that it only waits for what is under way.
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
