import Formats
import Measurement
import TestSupport
import Traffic

/// A run with known figures, recorded as a replay would.
struct SyntheticRun: Sendable {
    var seconds = 10
    var requestsPerSecond = 100
    /// The service time in milliseconds at a second of the run, for a request at quantile `draw` (0…1) of the
    /// distribution.
    var service: @Sendable (_ second: Double, _ draw: Double) -> Double = { _, _ in 10 }
    var heldMs = 0.0
    var failsEvery: Int?
    /// The share of requests that fail at a second of the run, by chance.
    var failsAt: (@Sendable (_ second: Double) -> Double)?
    /// The run's length if it ended before its last second was complete.
    var endSeconds: Double?
    var plannedSeconds: Int?
    var rampSeconds = 0
    /// Requests per second at a second of the run, as a share of `requestsPerSecond`.
    var load: @Sendable (Double) -> Double = { _ in 1 }
    var seed: UInt64 = 1

    static let endpoints = ["GET /a", "POST /b"]

    var record: RunRecord {
        var description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: Self.endpoints, plannedSessions: 5,
            plannedNs: plannedSeconds.map { Int64($0) * 1_000_000_000 },
            rampNs: Int64(rampSeconds) * 1_000_000_000)
        description.end = RunDescription.End(
            durationNs: endSeconds.map { Int64($0 * 1e9) } ?? Int64(seconds) * 1_000_000_000,
            wasInterrupted: false, peakConcurrentSessions: 5, peakOpenConnections: 5,
            generator: GeneratorUse(
                cpuNs: UInt64(seconds) * 500_000_000, peakRSSBytes: 1 << 20, processors: 2))
        return RunRecord(description: description, series: series, targets: [])
    }

    private var series: WindowSeries {
        let live = LiveCounts()
        var recorder = WorkerRecorder(endpointCount: 2, live: live)
        var random = SplitMix64(seed: seed)
        for _ in 0..<5 {
            recorder.sessionStarted(at: .zero)
            recorder.connectionOpened(at: .zero)
        }
        var number = 0
        for second in 0..<seconds {
            let count = Int(Double(requestsPerSecond) * load(Double(second)))
            for place in 0..<count {
                let finished = Double(second) * 1000 + (Double(place) + 0.5) / Double(count) * 1000
                recorder.record(outcome(number, finished, Double.random(in: 0..<1, using: &random)))
                number += 1
            }
        }
        for _ in 0..<4 {
            recorder.sessionEnded(.completed, at: RunTime(nanoseconds: Int64(seconds) * 1_000_000_000 - 1))
        }
        recorder.sessionEnded(.cut, at: RunTime(nanoseconds: Int64(seconds) * 1_000_000_000 - 1))
        var collector = RunCollector(
            RunDescription(startedAt: 0, settings: [:], endpoints: Self.endpoints, plannedSessions: nil), workers: 1,
            live: live, folder: nil)
        do {
            try collector.take(recorder.finish())
        } catch {
            preconditionFailure("there is no folder to refuse")
        }
        return collector.finish(
            RunDescription.End(
                durationNs: 0, wasInterrupted: false, peakConcurrentSessions: 0, peakOpenConnections: 0,
                generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1))
        ).series
    }

    private func outcome(_ number: Int, _ finishedMs: Double, _ draw: Double) -> RequestOutcome {
        let time = { (milliseconds: Double) in RunTime(nanoseconds: Int64((milliseconds * 1e6).rounded())) }
        let sent = finishedMs - service(finishedMs / 1000, draw)
        var random = SplitMix64(seed: UInt64(number))
        let chance = Double.random(in: 0..<1, using: &random)
        let fails = failsEvery.map { number % $0 == $0 - 1 } ?? (chance < failsAt?(finishedMs / 1000) ?? 0)
        return RequestOutcome(
            endpoint: number % 2, status: fails ? 500 : 200, fate: fails ? .unexpectedStatus : .answered,
            times: RequestTimes(
                scheduled: time(sent - heldMs), ready: time(sent), started: time(sent), sent: time(sent),
                firstByte: time(finishedMs), finished: time(finishedMs)),
            held: HeldCauses(orderNs: Int64(heldMs * 1e6)), requestBytes: 100, responseBytes: 1000)
    }
}
