import Analysis
import Formats
import Foundation
import Measurement
import Report
import Testing
import Traffic

@testable import reprise

/// Follows a run from its measurements through its gates to every output of the result: all must agree.
@Suite("Every output reports the same result of a run")
struct JudgementPathTests {
    /// A run of some seconds of 20 requests each, all of them `milliseconds` long.
    struct Run: Sendable {
        var seconds = 20
        var fates: [Fate: UInt64] = [.answered: 20]
        var milliseconds = 10.0
        /// How long requests are held at a second, by those before them.
        var heldSeconds: @Sendable (Int) -> Double = { _ in 0 }
        var ending = RunEnding.complete
        var damages: [String] = []
        /// Bytes that a watched process gains each second; nil where none was watched.
        var leak: Int?

        var record: RunRecord {
            var description = RunDescription(
                startedAt: 1_700_000_000, settings: [:], endpoints: ["GET /a", "POST /b"], plannedSessions: 1,
                plannedNs: Int64(seconds) * (ending == .interrupted ? 3_000_000_000 : 1_000_000_000),
                plannedRequests: seconds * 25)
            if ending != .unfinished {
                description.end = RunDescription.End(
                    durationNs: Int64(seconds) * 1_000_000_000, wasInterrupted: ending == .interrupted,
                    peakConcurrentSessions: 1, peakOpenConnections: 1,
                    generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 1, processors: 1))
                description.end?.stopped = ending == .stopped ? "too many requests had failed" : nil
                description.end?.problem = ending == .failed ? "write run/windows.bin: No space left on device" : nil
            }
            var series = WindowSeries()
            var failures = FailureTable()
            for second in 0..<seconds {
                var window = RunWindow(
                    startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
                for (fate, count) in fates {
                    window.counts.byFate[Int(fate.rawValue)] = count
                    guard fate.isFailure else { continue }
                    failures.add(
                        .init(endpoint: 0, expectedStatus: 200, status: fate.isAnswer ? 500 : 0, fate: fate),
                        .init(
                            count: count, firstNs: window.startNs,
                            lastNs: window.endNs - 1))
                }
                window.counts.held.orderNs = Int64(20 * heldSeconds(second) * 1e9)
                let answers = UInt32(window.counts.answers)
                if answers > 0 {
                    let bucket = TimeBuckets.index(ofNs: Int64(milliseconds * 1e6))
                    let times = SparseHistogram(indices: [bucket], counts: [answers]) ?? SparseHistogram()
                    window.times[.response] = times
                    window.endpoints = [
                        EndpointWindow(
                            endpoint: 0, requests: window.counts.requests, failures: window.counts.failures,
                            times: [.turnaround: times, .service: times])
                    ]
                }
                window.lastFinishNs = window.endNs - 1
                series.append(window)
            }
            var record = RunRecord(description: description, series: series, targets: tracks, damages: damages)
            record.failures = failures
            return record
        }

        private var tracks: [ProcessTrack] {
            guard let leak else { return [] }
            var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
            for sample in 0..<4 * seconds {
                track.append(
                    ProcessSample(
                        time: RunTime(nanoseconds: Int64(sample) * 250_000_000),
                        rssBytes: 100_000_000 + UInt64(sample * leak / 4), pssBytes: nil, cpuNs: 0, threads: 1,
                        openFiles: nil))
            }
            return [track]
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var run: Run
        var gates: [String] = []
        var isStrict = false
        var verdict: Verdict
        var status: reprise.ExitStatus
        /// Failures and skipped tests of the JUnit file.
        var failures: Int
        var skipped = 0
        /// What the first lines of every report say.
        var says: String

        var testDescription: String { what }
    }

    private static let refused = Run(fates: [.refused: 20])
    private static let broken = Run(fates: [.unexpectedStatus: 20])

    static let cases: [Case] = [
        Case(
            what: "gates that hold", run: Run(), gates: ["p95<50ms", "failures<1%", "rps>15", "answered>=100%"],
            verdict: .pass,
            status: .success, failures: 0, says: "All 4 gates passed"),
        Case(
            what: "a latency above its limit", run: Run(), gates: ["p95<5ms"], verdict: .fail, status: .gateFailed,
            failures: 1, says: "The gate failed"),
        Case(
            what: "a share of failures above its limit", run: Run(fates: [.answered: 18, .unexpectedStatus: 2]),
            gates: ["failures<1%", "p95<50ms"], verdict: .fail, status: .gateFailed, failures: 1,
            says: "1 of 2 gates failed"),
        Case(
            what: "a leak", run: Run(seconds: 60, leak: 4_000_000), gates: ["no-leak"], verdict: .fail,
            status: .gateFailed, failures: 1, says: "The gate failed"),
        Case(
            what: "nothing watched", run: Run(), gates: ["no-leak"], verdict: .inconclusive, status: .success,
            failures: 0, skipped: 1, says: "The gate is inconclusive"),
        Case(
            what: "nothing watched, strictly", run: Run(), gates: ["no-leak"], isStrict: true, verdict: .fail,
            status: .gateFailed, failures: 1, says: "The gate is inconclusive"),
        Case(
            what: "the service down, gates on latency and rate", run: refused, gates: ["p95<500ms", "rps>=0"],
            verdict: .fail, status: .gateFailed, failures: 1, skipped: 1,
            says: "Nothing was answered: 400 of 400 requests failed (400 refused)"),
        Case(
            what: "the service down, no gates", run: refused, verdict: .none, status: .failure, failures: 1,
            says: "Nothing was answered: 400 of 400 requests failed (400 refused)"),
        Case(
            what: "every answer an error, a gate on latency", run: broken, gates: ["p95<500ms"], verdict: .fail,
            status: .gateFailed, failures: 1, says: "Every request failed: 400 of 400 requests failed (400 status)"),
        Case(
            what: "every answer an error, no gates", run: broken, verdict: .none, status: .failure, failures: 1,
            says: "Every request failed: 400 of 400 requests failed (400 status)"),
        Case(
            what: "most requests not answered", run: Run(fates: [.answered: 8, .timeout: 12]), gates: ["p95<500ms"],
            verdict: .fail, status: .gateFailed, failures: 1, skipped: 1,
            says: "Most requests were not answered: 240 of 400 (240 timeout)"),
        Case(
            what: "half of them answered, failures allowed", run: Run(fates: [.answered: 10, .timeout: 10]),
            gates: ["p95<500ms", "failures<60%"], verdict: .pass, status: .success, failures: 0,
            says: "All 2 gates passed"),
        Case(
            what: "nothing sent", run: Run(fates: [:]), gates: ["failures<1%"], verdict: .fail, status: .gateFailed,
            failures: 1, skipped: 1, says: "No request was answered"),
        Case(
            what: "a target that does not keep up", run: Run(heldSeconds: { Double(max(0, $0 - 5)) * 0.1 }),
            gates: ["no-drift"], verdict: .fail, status: .gateFailed, failures: 1,
            says: "The target could not keep up: 20/s of 25/s planned, backlog growing from second 5"),
        Case(
            what: "interrupted", run: Run(ending: .interrupted), gates: ["p95<50ms"], verdict: .inconclusive,
            status: .interrupted, failures: 0, skipped: 1, says: "Interrupted after 20 s of 60 s"),
        Case(
            what: "interrupted, no gates", run: Run(ending: .interrupted), verdict: .none, status: .interrupted,
            failures: 0, says: "Interrupted after 20 s of 60 s"),
        Case(
            what: "a limit on failures reached", run: Run(ending: .stopped), gates: ["p95<50ms"], verdict: .fail,
            status: .gateFailed, failures: 1, says: "Stopped after 20 s: too many requests had failed"),
        Case(
            what: "a limit on failures reached, no gates", run: Run(ending: .stopped), verdict: .none,
            status: .failure, failures: 0, says: "Stopped after 20 s: too many requests had failed"),
        Case(
            what: "the disk full", run: Run(ending: .failed), gates: ["p95<50ms"], verdict: .fail, status: .gateFailed,
            failures: 1, says: "Ended by its own error after 20 s: write run/windows.bin: No space left on device"),
        Case(
            what: "no gates", run: Run(), verdict: .none, status: .success, failures: 0, says: "No gates were given"),
    ]

    @Test(arguments: cases) func everyPlaceSaysTheSame(_ item: Case) throws {
        let gates = try item.gates.map { try Criterion(parsing: $0) }
        let summary = RunSummary(of: item.run.record, gates: gates, isStrict: item.isStrict)
        let gateTexts = summary.gates.map { "\($0.gate): \($0.outcome): \($0.figure)" }
        #expect(summary.verdict == item.verdict, "\(gateTexts)")
        #expect(reprise.ExitStatus(of: summary) == item.status)

        let json = try JSONText.encode(summary)
        #expect(
            try JSONDecoder().decode(RunSummary.self, from: json) == summary, "what is read back is what was written")
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(object["verdict"] as? String == item.verdict.rawValue)
        #expect(object["requests"] as? Int == Int(item.run.record.series.totals.requests))

        let junit = JUnitReport(summary, name: "run").text
        #expect(junit.components(separatedBy: "<failure").count - 1 == item.failures, "\(junit)")
        #expect(junit.contains("failures=\"\(item.failures)\""))
        #expect(junit.components(separatedBy: "<skipped").count - 1 >= item.skipped, "\(junit)")

        let caption = RunCaption(title: "run")
        let page = HTMLReport(summary, series: RunSeries(of: item.run.record), caption: caption).text
        let badge = item.verdict == .none ? "No verdict" : item.verdict.rawValue
        #expect(page.contains(badge) && page.contains(Self.escaped(item.says)), "\(item.says)")
        let terminal = TerminalReport(summary, options: .init(width: 160)).text
        #expect(terminal.hasPrefix(" \(item.verdict.rawValue) "))
        #expect(terminal.prefix(400).replacing("\n      ", with: " ").contains(item.says), "\(terminal.prefix(400))")
        #expect(junit.contains(Self.escaped(item.says)), "\(junit)")
        // A failure in one place is a failure in all.
        #expect(
            (item.failures > 0)
                == (item.status == .gateFailed || (item.status == .failure && item.run.ending == .complete)))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    @Test("A gate on an unknown endpoint is reported with the nearest names")
    func unknownEndpoints() throws {
        let labels = ["GET /items/{id}", "POST /orders", "GET /orders", "POST /login"]
        let gates = try ["p95<1s", "p95(GET /orders)<1s", "rps(GET /ordrs)>1"].map { try Criterion(parsing: $0) }
        let unknown = try #require(UnknownEndpoint.first(in: gates, among: labels))
        #expect(unknown.endpoint == "GET /ordrs" && unknown.nearest.first == "GET /orders")
        #expect(
            unknown.description
                == "gate 'rps(GET /ordrs)>1': there is no endpoint 'GET /ordrs'; the nearest: 'GET /orders', 'POST /orders', 'POST /login'"
        )
        #expect(unknown.exitStatus == .usage)
        #expect(UnknownEndpoint.first(in: Array(gates.prefix(2)), among: labels) == nil)
    }
}
