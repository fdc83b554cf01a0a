import Analysis
import Foundation
import Measurement
import Traffic

/// The cost of analysing a long run.
struct CostBench {
    let seed: UInt64

    /// Writes the folder of a run of eight hours with 10,000 requests per second to twenty endpoints, then judges it.
    func longRun(path: String, seconds: Int = 28_800) throws {
        var random = Random("long run", seed)
        let endpoints = (0..<20).map { "GET /endpoint-\($0)/{id}" }
        var description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: endpoints, plannedSessions: 10_000)
        var folder = try RunFolder(creating: path, description, overwrites: true)
        // As in a replay, the collector keeps the series, and it is written to the folder at the end.
        var series = WindowSeries()
        let identity = ProcessIdentity(pid: 4711, startTicks: 1, name: "service")
        for second in 0..<seconds {
            var window = RunWindow(
                startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            window.endpoints = endpoints.indices.map { endpoint in
                let times = histogram(count: 500, medianMs: 5 + Double(endpoint), &random)
                return EndpointWindow(
                    endpoint: endpoint, requests: times.totalCount, failures: 0,
                    times: [.turnaround: times, .service: times])
            }
            window.times[.response] = histogram(count: 10_000, medianMs: 15, &random)
            window.times[.sendLag] = histogram(count: 10_000, medianMs: 0.05, &random)
            window.times[.held] = window.times[.sendLag]
            window.counts.byFate[Int(Fate.answered.rawValue)] = 10_000
            window.concurrentSessions = 10_000
            window.openConnections = 10_000
            window.lastFinishNs = window.endNs - 1
            series.append(window)
            let sample = ProcessSample(
                time: RunTime(nanoseconds: window.startNs),
                rssBytes: UInt64(300 << 20) + random.next() % (4 << 20),
                pssBytes: nil, cpuNs: UInt64(second) * 500_000_000, threads: 8, openFiles: 10_100)
            try folder.append([.sample(identity, sample)])
        }
        description.end = RunDescription.End(
            durationNs: Int64(seconds) * 1_000_000_000, wasInterrupted: false, peakConcurrentSessions: 10_000,
            peakOpenConnections: 10_000,
            generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 1, processors: 4))
        try folder.replaceWindows(by: series)
        try folder.write(description)
        // In a separate process: the cost of generating the run is not part of the cost of judging it.
        let judge = Process()
        judge.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        judge.arguments = ["--judge", path]
        try judge.run()
        judge.waitUntilExit()
    }

    /// Judges a run folder.
    func judge(path: String) throws {
        let began = ContinuousClock.now
        let record = try RunRecord(folder: path)
        let read = ContinuousClock.now
        let summary = RunSummary(of: record)
        let judged = ContinuousClock.now
        var watch = RunWatch(
            gates: try ["no-leak", "no-drift", "p95<500ms"].map { try Criterion(parsing: $0) }, plannedSeconds: 28_800)
        watch.look(at: record, seconds: Double(record.durationNs) / 1e9)
        let looked = ContinuousClock.now
        say("one look at all gates while it lasts: \(looked - judged); the next is due after 3 % of the elapsed time")
        say(
            "\(summary.requests) requests, \(record.series.windows.count) windows: read in \(read - began), judged in"
                + " \(judged - read); peak memory of this process \(GeneratorUse.now(processors: 1).peakRSSBytes >> 20) MiB"
        )
    }

    /// Log-normal times, sampled quickly from a few buckets.
    private func histogram(
        count: Int, medianMs: Double, _ random: inout Random
    ) -> SparseHistogram {
        var counts: [UInt16: UInt32] = [:]
        for _ in 0..<min(count, 300) {
            let draw = random.share() + random.share() + random.share() - 1.5
            let nanoseconds = Int64(medianMs * 1e6 * exp(draw))
            counts[TimeBuckets.index(ofNs: nanoseconds), default: 0] += UInt32(max(1, count / 300))
        }
        let sorted = counts.sorted { $0.key < $1.key }
        return SparseHistogram(indices: sorted.map(\.key), counts: sorted.map(\.value)) ?? SparseHistogram()
    }
}
