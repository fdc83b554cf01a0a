import Analysis
import ArgumentParser
import Formats
import Foundation
import Glibc
import Live
import Measurement
import Report
import Traffic
import Workflows

/// `reprise watch`: serves the page of a run folder, whether the run is finished or still being written.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Serve the live page of a run or campaign folder, finished or running.",
        discussion: """
            The folder is only read. While another process writes it, the page follows; of a campaign it shows the run \
            that began last. Ctrl-C ends it.

            Examples:
              reprise watch runs/soak
              reprise watch runs/soak --live 127.0.0.1:9000
            """)

    @Argument(help: ArgumentHelp("Run or campaign folder.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        name: .customLong("live"),
        help: ArgumentHelp("Where to serve the page. Default: 127.0.0.1:8089.", valueName: "address:port"))
    var live: LiveAddress?

    @Option(
        help: ArgumentHelp(
            "A token that readers of the page must show, in a file or variable.", valueName: "file|env:name"))
    var liveToken: String?

    func run() throws {
        try Interrupt.catchSignals()
        let isCampaign = !RunRecord.isFolder(folder)
        // For a campaign, the current run is shown, one after another.
        var path = isCampaign ? CampaignFolder.newestRun(in: folder) ?? folder : folder
        var record = try RunRecord(folder: path)
        let session = try LiveSession(title: folder, hasControls: false)
        try session.serve(
            at: (live ?? LiveAddress(.usual)).address, token: LivePageArguments.token(liveToken), linger: nil)
        var follower = WatchCommand.follow(record, path, session)
        var state = WatchedFolder()
        state.passNews(of: record, to: follower)
        while !Interrupt.isRequested {
            if record.description.end == nil {
                // Which process writes it does not matter: the folder shows when the run is over.
                record = (try? RunRecord(folder: path)) ?? record
                state.passNews(of: record, to: follower)
            }
            if record.description.end != nil, !state.isOver {
                state.isOver = true
                session.end(follower, WatchCommand.summary(of: record, folder: path))
            }
            for _ in 0..<20 where !Interrupt.isRequested { usleep(100_000) }
            if isCampaign, let newest = CampaignFolder.newestRun(in: folder), newest != path,
                let next = try? RunRecord(folder: newest)
            {
                (path, record, state) = (newest, next, WatchedFolder())
                follower = WatchCommand.follow(record, path, session)
                state.passNews(of: record, to: follower)
            }
        }
        session.finish()
    }

    private static func follow(_ record: RunRecord, _ path: String, _ session: LiveSession) -> LiveFollower {
        var run = LiveRun(record.description, title: LiveRun.title(of: record, folder: path))
        run.description.endpoints.append(WatchCommand.allEndpoints)
        return session.follow(run, processors: nil)
    }

    /// The endpoint under which a running run's requests are shown to Prometheus.
    private static let allEndpoints = "(all)"

    /// The result of the run, as stored in its folder.
    private static func summary(of record: RunRecord, folder: String) -> RunSummary {
        do throws(RunFolderError) {
            return try RunRecord.summary(RunSummary.self, inFolder: folder)
        } catch {
            return RunSummary(of: record, advisor: .commandLine)
        }
    }
}

/// What the page already shows of a folder.
private struct WatchedFolder {
    var isOver = false
    private var windowsEndNs: Int64 = 0
    /// The end of the last window at the last look.
    private var seenEndNs: Int64 = 0
    private var processTimes: [ProcessIdentity: RunTime] = [:]
    private var metricTimes: [MetricIdentity: RunTime] = [:]
    private var counts = WindowCounts()
    /// The requests of the windows passed on, by phase: a folder has figures by endpoint only when the run is over.
    private var table = StretchTable()

    /// Passes what is new in the record to the page.
    mutating func passNews(of record: RunRecord, to follower: LiveFollower) {
        let isOver = record.description.end != nil
        // The last windows of a running run can still have supplements; a killed run is not written to again.
        let end = record.series.windows.last?.endNs ?? 0
        let complete = record.series.windows.dropLast(isOver || end == seenEndNs ? 0 : RunCollector.slackWindows)
        seenEndNs = end
        let fresh = complete.filter { $0.startNs >= windowsEndNs }
        for window in fresh {
            counts += window.counts
            let stretch = follower.stretches.index(ofNs: window.startNs)
            let endpoint = record.description.endpoints.count
            table.add(window, as: StretchTable.Key(stretch: stretch, part: 0, endpoint: endpoint))
        }
        windowsEndNs = max(windowsEndNs, fresh.last?.endNs ?? 0)
        let last = complete.suffix(3)
        let seconds = Nanoseconds.inSeconds(last.reduce(0) { $0 + $1.lengthNs })
        let response = last.reduce(into: SparseHistogram()) { $0.add($1.times[.response]) }
        var update = RunUpdate(
            progress: RunProgress(
                elapsedSeconds: Nanoseconds.inSeconds(record.description.end?.durationNs ?? windowsEndNs),
                concurrentSessions: last.last?.concurrentSessions ?? 0,
                openConnections: last.last?.openConnections ?? 0, requests: counts.requests, failures: counts.failures,
                requestsPerSecond: seconds > 0
                    ? Double(last.reduce(0) { $0 + $1.counts.requests }) / seconds : 0,
                p95Ms: response.nanoseconds(atQuantile: 0.95).map { Nanoseconds.inMilliseconds($0) }))
        update.windows = Array(fresh)
        update.stretches = record.stretches.isEmpty ? table : record.stretches
        update.failures = record.failures
        for track in record.targets {
            let since = processTimes[track.identity] ?? .distantPast
            let samples = track.samples.filter { $0.time > since }
            update.processes += samples.map { ProcessReading.sample(track.identity, $0) }
            if let time = samples.last?.time { processTimes[track.identity] = time }
        }
        for track in record.metrics.tracks {
            let since = metricTimes[track.identity] ?? .distantPast
            let samples = track.samples.filter { $0.time > since }
            update.metrics += samples.map { MetricReading.sample(track.identity, $0) }
            if let time = samples.last?.time { metricTimes[track.identity] = time }
        }
        follower.take(update)
        follower.finish(update.withoutNewData)
    }
}

extension RunUpdate {
    /// The same update without anything that would be counted twice.
    fileprivate var withoutNewData: RunUpdate {
        var update = self
        (update.windows, update.processes, update.metrics) = ([], [], [])
        return update
    }
}

extension LiveRun {
    /// A run as its folder describes it.
    init(_ description: RunDescription, title: String) {
        let end = (description.end?.durationNs ?? description.plannedNs ?? description.plannedSpanNs)
            .map { Nanoseconds.inSeconds($0) }
        var phases = LiveRun.phases(of: description.stretches?.stretches ?? [])
        if phases.isEmpty {
            let ramp = Nanoseconds.inSeconds(description.rampNs)
            if ramp > 0 { phases.append(.init(name: "replay", isRamp: true, begin: 0, end: ramp)) }
            phases.append(.init(name: "replay", isRamp: false, begin: ramp, end: end))
        }
        self.init(title: title, description: description, phases: phases)
        faults = LiveRun.planned(description.stretches?.stretches ?? [])
    }

    /// When faults were planned to be in effect.
    private static func planned(_ stretches: [RunStretches.Stretch]) -> [LiveView.Fault] {
        var faults: [LiveView.Fault] = []
        for stretch in stretches {
            let (begin, end) = (Nanoseconds.inSeconds(stretch.beginNs), Nanoseconds.inSeconds(stretch.endNs))
            for name in stretch.during {
                if let place = faults.firstIndex(where: { $0.name == name && $0.end == begin }) {
                    faults[place].end = end
                } else {
                    faults.append(.init(name: name, begin: begin, end: end, isActive: false))
                }
            }
        }
        return faults
    }

    /// The scenario's name, or the log's, or otherwise the folder's.
    static func title(of record: RunRecord, folder: String) -> String {
        record.description.settings["scenario"] ?? record.description.settings["log"] ?? folder
    }
}
