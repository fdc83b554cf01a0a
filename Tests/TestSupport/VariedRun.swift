import Formats
public import Measurement
import Traffic

/// A run of twelve seconds with something in every figure that a run has, and no two figures alike: a figure that is
/// lost, counted twice or put in the place of another shows in the result.
public enum VariedRun {
    /// Its endpoints.
    public static let endpoints = ["GET /a", "POST /b", "GET /c/{id}", "odd"]

    private static func outcome(_ number: Int, scheduledMs: Double) -> RequestOutcome {
        let fates: [Int: (Fate, UInt16)] = [
            7: (.unexpectedStatus, 500), 11: (.timeout, 0), 17: (.refused, 0), 23: (.reset, 0), 29: (.bodyDiffers, 200),
            31: (.betterThanRecorded, 201), 37: (.missingBinding, 0), 41: (.recordedValue, 404), 43: (.cut, 0),
            47: (.closed, 0),
        ]
        let (fate, status) = fates[number % 53] ?? (.answered, [200, 201, 302, 404][number % 4])
        let time = { (milliseconds: Double) in RunTime(nanoseconds: Int64(milliseconds * 1e6)) }
        let held = Double(number % 5)
        let ready = scheduledMs + held
        let started = ready + Double(number % 3) * 0.2
        let sent = started + (number % 10 == 0 ? 1.5 : 0)
        let service = 2 + Double(number * 37 % 101) * 0.7 + (number % 50 == 0 ? 400 : 0)
        let wasSent = fate != .missingBinding
        let firstByte = fate.isAnswer ? time(sent + service * 0.75) : nil
        return RequestOutcome(
            endpoint: number % 7 % 4, status: status, fate: fate,
            times: RequestTimes(
                scheduled: time(scheduledMs), ready: time(ready), started: time(started), sent: time(sent),
                firstByte: firstByte, finished: time(wasSent ? sent + service : sent)),
            held: HeldCauses(
                orderNs: Int64(held * 100_000), tokenNs: Int64(held * 200_000), connectionNs: Int64(held * 300_000),
                rateNs: Int64(held * 150_000), slotNs: Int64(held * 250_000)),
            requestBytes: 100 + number % 9, responseBytes: fate.isAnswer ? 1000 + number % 13 : 0, wasSent: wasSent,
            isPrelude: number % 59 == 58, expectedStatus: number % 6 == 0 ? 0 : 200)
    }

    private static func cause(_ outcome: RequestOutcome) -> FailureCause? {
        switch outcome.fate {
        case .missingBinding: FailureCause(text: "id of GET /a was not in the response", rootEndpoint: 0)
        case .recordedValue: FailureCause(text: "token of POST /b was not in the response", rootEndpoint: 1)
        case .refused: FailureCause(text: "connect: refused")
        default: nil
        }
    }

    /// The stretches of the run: a ramp and two phases, with a fault in the second.
    public static var stretches: RunStretches? {
        let second = Nanoseconds.perSecond
        var stretches = [
            RunStretches.Stretch(phase: "low", isRamp: true, beginNs: 0, endNs: 2 * second),
            RunStretches.Stretch(phase: "low", isRamp: false, beginNs: 2 * second, endNs: 5 * second),
            RunStretches.Stretch(phase: "high", isRamp: false, beginNs: 5 * second, endNs: 7 * second),
            RunStretches.Stretch(phase: "high", isRamp: false, beginNs: 7 * second, endNs: 10 * second),
        ]
        stretches[2].during = ["redis"]
        return RunStretches(stretches, parts: ["a", "b"])
    }

    /// - Parameters:
    ///   - seed: shifts the requests, so that runs differ.
    ///   - folder: where it is stored too; nil for nowhere.
    ///   - change: changes the description before anything is recorded.
    public static func record(
        seed: Int = 0, folder: consuming RunFolder? = nil, change: (inout RunDescription) -> Void = { _ in }
    ) throws -> RunRecord {
        let second = Nanoseconds.perSecond
        var description = RunDescription(
            startedAt: 1_700_000_000.25, settings: ["log": "a.rlog"], endpoints: endpoints, plannedSessions: 9,
            plannedNs: 10 * second, rampNs: 2 * second, plannedRequests: 700)
        description.plannedSpanNs = 10 * second
        description.warmUpNs = 3 * second
        description.stretches = stretches
        change(&description)
        let live = LiveCounts()
        var recorder = WorkerRecorder(endpointCount: endpoints.count, live: live, stretches: description.stretches)
        let at = { (milliseconds: Int) in RunTime(nanoseconds: Int64(milliseconds) * 1_000_000) }
        for clone in 0..<8 {
            recorder.sessionStarted(at: at(clone * 250))
            recorder.connectionOpened(at: at(clone * 250 + 1))
        }
        for number in 0..<600 {
            let outcome = outcome(number + seed, scheduledMs: Double(number) * 18)
            recorder.record(outcome, cause: cause(outcome))
        }
        for (number, event) in [TokenEvent.minted, .bound, .refreshed, .rejected, .failed].enumerated() {
            recorder.tokens(event, count: number + 2, at: at(1500 * number))
        }
        for number in 0..<3 { recorder.tokenMade(.minted, nanoseconds: Int64(number + 1) * 2_000_000, at: at(3000)) }
        for number in 0..<4 { recorder.tokenAwaited(nanoseconds: Int64(number + 1) * 3_000_000, at: at(4000)) }
        for number in 0..<5 {
            recorder.renewal(
                isFailure: number == 4, serviceNs: number == 3 ? nil : Int64(number + 1) * 5_000_000, at: at(5000))
        }
        recorder.loginReplayed(at: at(5100))
        for _ in 0..<2 { recorder.requestResent(at: at(5200)) }
        recorder.requestsSkipped(6, at: at(6000))
        recorder.generatorStalled(from: at(8950), until: at(9150))
        for clone in 0..<8 {
            let end: SessionEnd = clone == 0 ? .failed : clone == 1 ? .cut : clone == 2 ? .behind : .completed
            recorder.sessionEnded(end, givenUp: clone == 2 ? 4 : 0, at: at(10_000 + clone * 100))
        }
        for _ in 0..<7 { recorder.connectionClosed(at: at(11_000)) }
        var collector = RunCollector(description, workers: 1, live: live, folder: folder)
        try collector.take(recorder.finish())
        try watch(&collector)
        return collector.finish(
            RunDescription.End(
                durationNs: 11 * second + second / 4, wasInterrupted: false, peakConcurrentSessions: 8,
                peakOpenConnections: 7,
                generator: GeneratorUse(cpuNs: 7 * UInt64(second), peakRSSBytes: 33 << 20, processors: 2),
                warnings: ["a warning of the run"]))
    }

    private static func watch(_ collector: inout RunCollector) throws {
        let process = ProcessIdentity(pid: 7, startTicks: 5, name: "api")
        let identities = [
            MetricIdentity(page: "http://127.0.0.1:1/metrics", series: "heap_bytes", kind: .gauge),
            MetricIdentity(page: "http://127.0.0.1:1/metrics", series: "asked_total", kind: .counter),
            MachineSeries.busy.identity, MachineSeries.processors.identity,
        ]
        for sample in 0..<12 {
            let time = RunTime(nanoseconds: Int64(sample) * Nanoseconds.perSecond + 100_000_000)
            try collector.take([
                ProcessReading.sample(
                    process,
                    ProcessSample(
                        time: time, rssBytes: 100_000_000 + UInt64(sample * sample) * 40_960, pssBytes: 90_000_000,
                        cpuNs: UInt64(sample) * 600_000_000, threads: 4 + sample % 2,
                        openFiles: sample % 4 == 0 ? 9 + sample : nil))
            ])
            let values = [1e6 + Double(sample) * 5000, Double(sample * 60), Double(sample) * 0.8, 2]
            try collector.take(
                zip(identities, values).map {
                    MetricReading.sample($0, MetricSample(time: time, value: $1, processStart: 1_600_000_000))
                })
        }
        try collector.take([ProcessReading.vanished(process, RunTime(nanoseconds: 11_900_000_000))])
    }
}
