import Formats
public import Measurement
import Traffic

/// A run folder as a replay leaves it.
public enum RunFolderSample {
    /// Its files.
    public static let files = [
        "run.json", "windows.bin", "targets.csv", "metrics.csv", "failures.json", "examples.json", "summary.json",
    ]

    /// Writes a small run with something in every file.
    ///
    /// - Parameter summary: makes the summary from the record of the run.
    public static func write<Summary: Encodable>(to path: String, summary: (RunRecord) throws -> Summary) throws {
        var description = RunDescription(
            startedAt: 1_700_000_000, settings: ["log": "a.rlog", "speed": "10"], endpoints: ["GET /a", "GET /b"],
            plannedSessions: 3, plannedNs: 8_000_000_000, rampNs: 1_000_000_000, plannedRequests: 400)
        description.plannedSpanNs = 8_000_000_000
        let folder = try RunFolder(creating: path, description)
        let live = LiveCounts()
        var recorder = WorkerRecorder(endpointCount: 2, live: live)
        var collector = RunCollector(description, workers: 1, live: live, folder: folder)
        for clone in 0..<3 {
            recorder.sessionStarted(at: RunTime(nanoseconds: Int64(clone) * 1_000_000))
            recorder.connectionOpened(at: RunTime(nanoseconds: Int64(clone) * 1_000_000))
        }
        let example = record(requests: 320, with: &recorder)
        for clone in 0..<3 {
            recorder.sessionEnded(clone == 0 ? .failed : .completed, at: RunTime(nanoseconds: 7_900_000_000))
        }
        try collector.take(recorder.finish())
        if let example { try collector.take([example]) }
        try watch(with: &collector)
        let record = collector.finish(
            RunDescription.End(
                durationNs: 8_000_000_000, wasInterrupted: false, peakConcurrentSessions: 3,
                peakOpenConnections: 3,
                generator: GeneratorUse(cpuNs: 180_891_000, peakRSSBytes: 40_902_656, processors: 2)))
        try collector.writeSummary(summary(record))
    }

    /// Records `count` requests, of which every fortieth fails, and returns the last failure.
    private static func record(requests count: Int, with recorder: inout WorkerRecorder) -> RequestExample? {
        var random = SplitMix64(seed: 7)
        var example: RequestExample?
        for number in 0..<count {
            let ready = Int64(number) * 25_000_000
            let instant = { (milliseconds: Double) in RunTime(nanoseconds: ready + Int64(milliseconds * 1e6)) }
            let service = Double.random(in: 1...20, using: &random)
            let fails = number % 40 == 39
            let outcome = RequestOutcome(
                endpoint: number % 2, status: fails ? 500 : 200, fate: fails ? .unexpectedStatus : .answered,
                times: RequestTimes(
                    scheduled: instant(0), ready: instant(0.5), started: instant(0.6), sent: instant(1),
                    firstByte: instant(1 + service), finished: instant(1 + service)),
                held: HeldCauses(orderNs: 500_000), requestBytes: 100, responseBytes: 300, expectedStatus: 200)
            recorder.record(outcome)
            if fails {
                example = RequestExample(
                    outcome, endpoint: "GET /b", clone: 1, sent: "GET /b HTTP/1.1", received: "HTTP/1.1 500 Broken")
            }
        }
        return example
    }

    /// Samples of a process and of a metric, too few for a trend: fitting one costs far more than all the rest.
    private static func watch(with collector: inout RunCollector) throws {
        let process = ProcessIdentity(pid: 7, startTicks: 5, name: "a \"service\"")
        let heap = MetricIdentity(page: "http://127.0.0.1:1/metrics", series: "heap_bytes", kind: .gauge)
        for sample in 0..<8 {
            let time = RunTime(nanoseconds: Int64(sample) * 1_000_000_000)
            let bytes = 100_000_000 + UInt64(sample) * 40_960
            try collector.take([
                ProcessReading.sample(
                    process,
                    ProcessSample(
                        time: time, rssBytes: bytes, pssBytes: 5, cpuNs: UInt64(sample) * 1_000_000,
                        threads: 4,
                        openFiles: sample % 4 == 0 ? 9 : nil))
            ])
            try collector.take([
                MetricReading.sample(heap, MetricSample(time: time, value: Double(bytes), processStart: 1_600_000_000))
            ])
        }
    }
}
