import Formats
public import Traffic

/// Merges the workers' measurements into the windows of the run, and writes them to its folder as they close.
///
/// Belongs to one thread, usually the main one; workers hand over their closed windows. A window is complete when every
/// worker has closed it and the two after it (a request may be recorded a little after it finished); if a worker lags,
/// after `pendingLimit` windows. It is written as soon as every worker has closed it, so that a killed run loses its
/// open window only; what is recorded later is written as a supplement once the window is complete.
public struct RunCollector: ~Copyable {
    /// Windows that may wait for a slow worker.
    static let pendingLimit = 120
    /// The last windows that may still be supplemented; earlier ones are complete.
    public static let slackWindows = 2
    /// The windows that `progress` covers.
    static let recentWindows = 3

    /// Why the folder is no longer written; nil while it is. A file with a gap would be worth less than one that ends
    /// early.
    public private(set) var folderError: RunFolderError?

    private let workers: Int
    private let live: LiveCounts
    private var description: RunDescription
    private var folder: RunFolder?
    private var tally = WindowTally()
    private var pending: [Int: Pending] = [:]
    private var firstPending = 0
    /// The first window that is not written yet.
    private var firstUnwritten = 0
    private var lastComplete = -1
    /// The last windows of ended workers: later windows do not wait for these workers.
    private var endings: [Int] = []
    private var recent: [RunWindow] = []
    private var series = WindowSeries()
    private var tracks: [ProcessTrack] = []
    private var metrics = ScrapedMetrics()
    private var failureTable = FailureTable()
    /// Whether the table in the folder lacks failures.
    private var hasNewFailures = false
    private var stretchTable = StretchTable()
    private var timeline = LoadTimeline()
    private var firstResponses = FirstResponseTable()
    private var examples: [RequestExample] = []
    private var requests: UInt64 = 0
    private var failures: UInt64 = 0
    private var updates: RunUpdateCollector?

    private struct Pending {
        var window: RunWindow
        var workers = 0
        /// What was recorded after the window was written.
        var supplement: RunWindow?

        init(_ window: RunWindow) { self.window = window }
    }

    /// A collector that has no windows yet.
    ///
    /// - Parameters:
    ///   - folder: where windows are written; nil keeps the run in memory only.
    ///   - workers: the number of recorders that hand over windows.
    ///   - live: the counts they share.
    public init(_ description: RunDescription, workers: Int, live: LiveCounts, folder: consuming RunFolder?) {
        self.description = description
        self.workers = workers
        self.live = live
        self.folder = folder
    }

    /// Starts collecting for ``takeUpdate(now:)``.
    ///
    /// - Parameter stretches: the stretches to group requests by where the description has none: a single one for all.
    public mutating func followUpdates(_ stretches: RunStretches) { updates = RunUpdateCollector(stretches) }

    /// The data received since the last call; nil unless ``followUpdates(_:)`` was called.
    public mutating func takeUpdate(now: RunTime) -> RunUpdate? {
        let progress = progress(now: now)
        return updates?.update(progress: progress, failures: failureTable)
    }

    /// Takes windows that a worker closed; complete ones are written to the folder.
    ///
    /// - Throws: the folder's error, once. After it, windows are only kept in memory.
    public mutating func take(_ windows: [WorkerWindow]) throws(RunFolderError) {
        for window in windows { merge(window) }
        while let entry = pending[lastComplete + 1], isComplete(entry, lastComplete + 1) { lastComplete += 1 }
        var failure: RunFolderError?
        let firstNew = firstUnwritten
        while firstUnwritten <= lastComplete {
            if let entry = pending[firstUnwritten] { write(entry.window, &failure) }
            firstUnwritten += 1
        }
        if firstUnwritten > firstNew, hasNewFailures { writeFailures(&failure) }
        if let failure { throw failure }
        try seal(keeping: RunCollector.slackWindows)
    }

    /// Takes readings of watched processes.
    ///
    /// - Throws: when the folder cannot be written; the error is kept in ``folderError``.
    public mutating func take(_ readings: [ProcessReading]) throws(RunFolderError) {
        for reading in readings { tracks.add(reading) }
        updates?.add(readings)
        guard folderError == nil else { return }
        do {
            try folder?.append(readings)
        } catch {
            folderError = error
            throw error
        }
    }

    /// Takes readings of scraped metrics.
    ///
    /// - Throws: when the folder cannot be written; the error is kept in ``folderError``.
    public mutating func take(_ readings: [MetricReading]) throws(RunFolderError) {
        let taken = readings.filter { metrics.add($0) }
        updates?.add(taken)
        guard folderError == nil else { return }
        do {
            try folder?.append(taken)
        } catch {
            folderError = error
            throw error
        }
    }

    /// Takes the workers' current examples, which replace the earlier ones.
    ///
    /// - Throws: when the folder cannot be written; the error is kept in ``folderError``.
    public mutating func take(_ examples: [RequestExample]) throws(RunFolderError) {
        self.examples = examples
        updates?.examples = examples
        guard folderError == nil else { return }
        do {
            try folder?.write(examples)
        } catch {
            folderError = error
            throw error
        }
    }

    /// The last complete second; nil before there is one.
    public var lastWindow: RunWindow? { recent.last }

    /// The completed part of the run: a record without an end.
    public var recordSoFar: RunRecord {
        RunRecord(description: description, series: series, targets: tracks, metrics: metrics)
    }

    /// The current figures; rates and percentiles are over the last three complete seconds.
    public func progress(now: RunTime) -> RunProgress {
        let complete = (recent + pending.filter { isComplete($0.value, $0.key) }.map(\.value.window))
            .sorted { $0.startNs < $1.startNs }.suffix(RunCollector.recentWindows)
        let counts = complete.reduce(into: WindowCounts()) { $0 += $1.counts }
        let response = complete.reduce(into: SparseHistogram()) { $0.add($1.times[.response]) }
        let seconds = Nanoseconds.inSeconds(complete.reduce(0) { $0 + $1.lengthNs })
        return RunProgress(
            elapsedSeconds: now.seconds, concurrentSessions: live.concurrentSessions,
            openConnections: live.openConnections, requests: requests, failures: failures,
            requestsPerSecond: seconds > 0 ? Double(counts.requests) / seconds : 0,
            p95Ms: response.nanoseconds(atQuantile: 0.95).map { Nanoseconds.inMilliseconds($0) })
    }

    /// Ends the run: writes the remaining windows and how the run ended.
    ///
    /// Call this when every worker has handed over the result of its `finish()`. The record is complete even if the
    /// folder cannot be written; `folderError` then says why, and so does the folder if there is space for it.
    public mutating func finish(_ end: RunDescription.End) -> RunRecord {
        description.end = end
        // Requests planned for the time that was saved are not missing.
        if end.settled != nil { description.plannedRequests = nil }
        do {
            try seal(keeping: nil)
        } catch {
            folderError = error
        }
        do {
            // A reader would merge them in the same way on every reading.
            if folderError == nil, series.lengthNs > WorkerRecorder.windowNs {
                try folder?.replaceWindows(by: series)
            }
        } catch {
            folderError = error
        }
        do {
            if folderError == nil, !failureTable.isEmpty { try folder?.write(failureTable) }
            if folderError == nil, !stretchTable.isEmpty { try folder?.write(stretchTable) }
            if folderError == nil { try folder?.synchronize() }
        } catch {
            folderError = error
        }
        if let folderError { description.end?.problem = folderError.description }
        do {
            // This file is small, so there may be space for it even if there was none for windows. Without it the
            // folder has no end, which shows the failure too.
            try folder?.write(description)
        } catch {
            folderError = folderError ?? error
            description.end?.problem = folderError?.description
        }
        var record = RunRecord(description: description, series: series, targets: tracks, metrics: metrics)
        record.failures = failureTable
        record.stretches = stretchTable
        record.timeline = timeline
        record.firstResponses = firstResponses
        record.examples = examples
        return record
    }

    /// Writes `summary.json`, if there is a folder.
    ///
    /// - Throws: when the file cannot be written.
    public func writeSummary(_ summary: some Encodable) throws(RunFolderError) {
        try folder?.writeSummary(summary)
    }

    /// Writes `report.html`, if there is a folder.
    ///
    /// - Throws: when the file cannot be written.
    public func writeReport(_ html: String) throws(RunFolderError) {
        try folder?.writeReport(html)
    }

    private mutating func merge(_ worker: WorkerWindow) {
        let window = tally.window(of: worker, lengthNs: WorkerRecorder.windowNs)
        requests += window.counts.requests
        failures += window.counts.failures
        failureTable.add(worker.failures)
        if !worker.failures.isEmpty { hasNewFailures = true }
        updates?.add(worker, &tally)
        if let stretches = description.stretches {
            tally.add(worker, to: &stretchTable, stretches)
            tally.add(worker, to: &timeline)
            firstResponses.take(worker.firsts, lookingFor: stretches.firsts, stretches)
        }
        // Records for a window that is already written are counted in the oldest unwritten one.
        let index = max(worker.index, firstPending)
        let empty = RunWindow(startNs: Int64(index) * WorkerRecorder.windowNs, lengthNs: WorkerRecorder.windowNs)
        var entry = pending[index] ?? Pending(empty)
        entry.window.add(window)
        if index < firstUnwritten {
            var supplement = entry.supplement ?? empty
            supplement.add(window)
            entry.supplement = supplement
        }
        if worker.concurrentSessions != nil, worker.index == index {
            entry.window.concurrentSessions += window.concurrentSessions
            entry.window.openConnections += window.openConnections
            entry.workers += 1
        }
        pending[index] = entry
        if worker.isLast { endings.append(worker.index) }
    }

    private func isComplete(_ entry: Pending, _ index: Int) -> Bool {
        entry.workers >= workers - endings.count { $0 < index }
    }

    /// Closes windows in order, except for the last `slack`; nil closes them all.
    private mutating func seal(keeping slack: Int?) throws(RunFolderError) {
        let last = pending.keys.max() ?? -1
        var failure: RunFolderError?
        while firstPending <= last {
            if let slack, firstPending + slack > lastComplete, last - firstPending < RunCollector.pendingLimit { break }
            defer {
                firstPending += 1
                lastComplete = max(lastComplete, firstPending - 1)
                firstUnwritten = max(firstUnwritten, firstPending)
            }
            guard let entry = pending.removeValue(forKey: firstPending) else { continue }
            series.append(entry.window)
            updates?.add(entry.window)
            recent = (recent + [entry.window]).suffix(RunCollector.recentWindows)
            if firstPending >= firstUnwritten {
                write(entry.window, &failure)
            } else if let supplement = entry.supplement {
                write(supplement, &failure)
            }
        }
        if let failure { throw failure }
    }

    /// Writes the table of failures, so that a run that is killed lacks those of its open window only.
    private mutating func writeFailures(_ failure: inout RunFolderError?) {
        guard folderError == nil else { return }
        do {
            try folder?.write(failureTable)
            hasNewFailures = false
        } catch {
            folderError = error
            failure = error
        }
    }

    private mutating func write(_ window: RunWindow, _ failure: inout RunFolderError?) {
        guard folderError == nil else { return }
        do {
            try folder?.append(window)
        } catch {
            folderError = error
            failure = error
        }
    }
}

/// The content of a progress line.
public struct RunProgress: Hashable, Sendable {
    /// Since the first clone was due.
    public var elapsedSeconds: Double
    /// Clones that are running.
    public var concurrentSessions: Int
    /// Connections open now.
    public var openConnections: Int
    /// Since the start of the run.
    public var requests: UInt64
    /// Since the start of the run.
    public var failures: UInt64
    /// Over the last seconds.
    public var requestsPerSecond: Double
    /// Of the response times of the last seconds; nil when nothing finished.
    public var p95Ms: Double?

    /// See the properties for the meaning of each parameter.
    public init(
        elapsedSeconds: Double, concurrentSessions: Int, openConnections: Int, requests: UInt64, failures: UInt64,
        requestsPerSecond: Double, p95Ms: Double?
    ) {
        self.elapsedSeconds = elapsedSeconds
        self.concurrentSessions = concurrentSessions
        self.openConnections = openConnections
        self.requests = requests
        self.failures = failures
        self.requestsPerSecond = requestsPerSecond
        self.p95Ms = p95Ms
    }
}
