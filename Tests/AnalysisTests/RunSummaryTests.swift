import Analysis
import Foundation
import Measurement
import Testing
import Traffic

@Suite struct RunSummaryTests {
    private static var generator: GeneratorSummary {
        var generator = GeneratorSummary(cpuRatio: 0.25, peakRSSBytes: 1 << 20)
        (generator.stalledSeconds, generator.stalls) = (0, 0)
        return generator
    }

    @Test func theFiguresAreThoseOfTheRun() {
        var run = SyntheticRun()
        run.service = { _, draw in 1 + 99 * draw }
        run.heldMs = 20
        run.failsEvery = 50
        let summary = RunSummary(of: run.record)
        #expect(summary.requests == 1000 && summary.failures == 20 && summary.failureRatio == 0.02)
        #expect(
            summary.failuresByKind.map(\.kind) == [.unexpectedStatus] && summary.failuresByKind.map(\.count) == [20])
        #expect(summary.failuresByKind[0].firstSeconds == 0 && summary.failuresByKind[0].lastSeconds ?? 0 > 8)
        #expect(abs(summary.throughputRps - 100) < 0.5 && summary.durationSeconds == 10)
        #expect(summary.sessions == .init(planned: 5, started: 5, completed: 4, cut: 1, peakConcurrent: 5))
        #expect(summary.connections == .init(opened: 5, peakOpen: 5))
        #expect(
            abs(summary.times.percentiles(.service).p50 - 50) < 5
                && abs(summary.times.percentiles(.service).p99 - 99) < 2)
        #expect(abs(summary.times.percentiles(.response).p50 - summary.times.percentiles(.service).p50 - 20) < 0.1)
        #expect(abs(summary.times.percentiles(.response).mean - summary.times.percentiles(.service).mean - 20) < 0.1)
        #expect(
            abs(summary.times.percentiles(.held).p50 - 20) < 0.02 && summary.times.percentiles(.sendLag).p99 < 0.001)
        #expect(summary.times.percentiles(.connect).max == 0 && summary.times.percentiles(.connect).mean == 0)
        #expect(abs((summary.heldSeconds?.order ?? 0) - 20) < 1e-9)
        #expect(summary.generator == Self.generator)
        #expect(summary.verdict == .none && summary.gates.isEmpty)
    }

    /// Kinds of failures are listed by number, most first, with the seconds in which they occurred.
    @Test func everyKindOfFailureIsCounted() {
        var series = WindowSeries()
        for second in 0..<6 {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            window.counts.byFate[Int(Fate.answered.rawValue)] = 10
            if second == 2 { window.counts.byFate[Int(Fate.timeout.rawValue)] = 1 }
            if second == 1 || second == 4 { window.counts.byFate[Int(Fate.reset.rawValue)] = 2 }
            if second == 3 { window.counts.byFate[Int(Fate.refused.rawValue)] = 4 }
            series.append(window)
        }
        var record = SyntheticRun().record
        record.series = series
        let kinds = RunSummary(of: record).failuresByKind
        #expect(
            kinds.map(\.kind) == [.refused, .reset, .timeout] || kinds.map(\.kind) == [.reset, .refused, .timeout])
        #expect(kinds.map(\.count) == [4, 4, 1], "equal counts by their names")
        #expect(kinds.map(\.kind) == kinds.sorted { ($1.count, $0.kind.label) < ($0.count, $1.kind.label) }.map(\.kind))
        #expect(
            kinds.first { $0.kind == .reset }?.firstSeconds == 1 && kinds.first { $0.kind == .reset }?.lastSeconds == 5)
        #expect(kinds.last?.firstSeconds == 2 && kinds.last?.lastSeconds == 3)
    }

    @Test func aScrapedSeriesIsSummedUp() throws {
        var record = SyntheticRun().record
        for (second, value) in [5.0, 9, 2, 7].enumerated() {
            let identity = MetricIdentity(page: "p", series: "heap_bytes", kind: .level)
            let time = RunTime(nanoseconds: Int64(second) * 1_000_000_000)
            _ = record.metrics.add(.sample(identity, MetricSample(time: time, value: value)))
        }
        let metric = try #require(RunSummary(of: record).metrics?.first)
        #expect(metric.samples == 4 && metric.first == 5 && metric.last == 7 && metric.least == 2 && metric.most == 9)
        record.metrics = ScrapedMetrics()
        #expect(RunSummary(of: record).metrics == nil)
    }

    @Test func anEndpointsFiguresLeaveOutWhatEarlierRequestsDelayed() {
        var run = SyntheticRun()
        run.heldMs = 500
        let endpoints = RunSummary(of: run.record).endpoints
        #expect(endpoints.map(\.endpoint) == SyntheticRun.endpoints)
        #expect(endpoints.map(\.requests) == [500, 500])
        #expect(abs((endpoints.first?.times[.turnaround]?.p50 ?? 0) - 10) < 0.02)
    }

    /// Endpoints have no response times: their figures are turnarounds, under that name only. Older summaries have
    /// both names, or only the other one.
    @Test func anEndpointsTimesHaveTheNameOfWhatTheyAre() throws {
        let summary = RunSummary(of: SyntheticRun().record)
        let endpoint = try #require(summary.endpoints.first)
        let data = try JSONEncoder().encode(endpoint)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("\"turnaroundMs\"") && !text.contains("\"responseTimeMs\""))
        #expect(try JSONDecoder().decode(EndpointSummary.self, from: data) == endpoint)
        let older = Data(text.replacing("turnaroundMs", with: "responseTimeMs").utf8)
        #expect(try JSONDecoder().decode(EndpointSummary.self, from: older) == endpoint)
        for group in summary.groups ?? [] {
            let text = String(decoding: try JSONEncoder().encode(group), as: UTF8.self)
            #expect(text.contains("\"responseTimeMs\"") == (group.by == .phase), "\(group.name)")
        }
    }

    @Test func theCausesOfWaitsAreShownForEachGroup() {
        var run = SyntheticRun(seconds: 14, plannedSeconds: 10, rampSeconds: 4)
        run.heldMs = 20
        let summary = RunSummary(of: run.record)
        #expect(summary.endpoints.allSatisfy { abs(($0.times[.held]?.p99 ?? 0) - 20) < 0.05 })
        #expect(summary.endpoints.allSatisfy { $0.times[.sendLag]?.p99 ?? 1 < 0.001 && $0.times[.connect] == nil })
        let groups = summary.groups ?? []
        #expect(Set(groups.map(\.by)) == [.method, .status, .phase] && groups.count == 6)
        #expect(groups.allSatisfy { abs(($0.times[.held]?.p50 ?? 0) - 20) < 0.05 && $0.times[.connect] == nil })
    }

    @Test func throughputIsWhatFinishedInTheDurationAndSteadyLeavesTheRampOut() {
        var run = SyntheticRun(seconds: 14, plannedSeconds: 10, rampSeconds: 4)
        run.load = { $0 < 4 ? 0.5 : $0 < 10 ? 1 : 0.2 }
        let summary = RunSummary(of: run.record)
        #expect(summary.durationSeconds == 10)
        #expect(abs(summary.throughputRps - 80) < 1e-6)
        #expect(abs((summary.steadyThroughputRps ?? 0) - 100) < 1e-6)
        #expect(summary.requests == 880)
    }

    @Test(arguments: [9.25, 9.5, 9.999]) func theRateOfARunThatEndsMidSecondIsExact(endSeconds: Double) {
        // All 1,000 requests have finished by then, the last ones in a last second that is not complete.
        var run = SyntheticRun()
        run.endSeconds = endSeconds
        let summary = RunSummary(of: run.record)
        #expect(summary.durationSeconds == endSeconds)
        #expect(abs(summary.throughputRps - 1000 / endSeconds) < 1e-9)
    }

    @Test func aRunThatEndedEarlyHasItsOwnDuration() {
        #expect(RunSummary(of: SyntheticRun(seconds: 6, plannedSeconds: 60).record).durationSeconds == 6)
    }

    @Test func aLateGeneratorIsReported() {
        var record = SyntheticRun().record
        record.description.end?.generator = GeneratorUse(
            cpuNs: 19_000_000_000, peakRSSBytes: 1, processors: 2)
        let summary = RunSummary(of: record)
        #expect(summary.generator.saturated)
        #expect(summary.warnings.contains { $0.contains("too slow for the plan") })
    }

    @Test func importantNoticesAreShown() {
        var record = SyntheticRun().record
        record.damages = ["the last window is incomplete"]
        record.description.isClosedLoop = true
        record.description.end?.wasInterrupted = true
        var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
        track.vanished = RunTime(nanoseconds: 4_200_000_000)
        record.targets = [track]
        let summary = RunSummary(of: record)
        #expect(summary.notices?.first == "Interrupted after 10 s.")
        let text = summary.warnings.joined(separator: "; ")
        for part in ["the last window is incomplete", "closed loop", "pid 7 (api) ended 4 s into the run"] {
            #expect(text.contains(part))
        }
    }

    @Test func nothingSentIsNotAnError() {
        var run = SyntheticRun()
        run.load = { _ in 0 }
        let summary = RunSummary(of: run.record, gates: [], isStrict: true)
        #expect(summary.requests == 0 && summary.failureRatio == 0 && summary.times.percentiles(.response).max == 0)
    }

    @Test(
        arguments: [
            ("failures<3%", .passed, "failures = 2.000% (20 of 1000)"),
            ("failures<1%", .failed, "failures = 2.000% (20 of 1000)"),
            ("failures<=20", .passed, "failures = 20 of 1000"), ("failures<20", .failed, "failures = 20 of 1000"),
            ("failures(GET /a)<1%", .passed, "failures(GET /a) = 0.000% (0 of 500)"),
            ("failures(POST /b)<1%", .failed, "failures(POST /b) = 4.000% (20 of 500)"),
            ("p95<40ms", .passed, "p95 = 30.0 ms response"), ("p95<20ms", .failed, "p95 = 30.0 ms response"),
            ("p95(GET /a)<20ms", .passed, "p95(GET /a) = 10.0 ms turnaround"),
            ("p99.99<20ms", .inconclusive, "p99.99 = 30.0 ms response, but 1,000 responses are too few for it"),
            ("p99.99<40ms", .passed, "p99.99 = 30.0 ms response"), ("max<40ms", .passed, "max = 30.0 ms response"),
            ("mean>29ms", .passed, "mean = 30.0 ms response"), ("rps>99", .passed, "rps = 100.0 requests/s"),
            ("rps(GET /a)>51", .failed, "rps(GET /a) = 50.0 requests/s"),
            ("p50(GET /none)<1s", .inconclusive, "no request of GET /none in the run"),
            (
                "no-leak", .inconclusive,
                "no process was watched, so memory is unknown"
            ),
            ("no-drift", .inconclusive, "no endpoint has enough requests to detect drift"),
        ] as [(String, GateResult.Outcome, String)])
    func gatesNameTheFigureThatDecided(text: String, outcome: GateResult.Outcome, figure: String) throws {
        var run = SyntheticRun()
        run.heldMs = 20
        run.failsEvery = 50
        let summary = RunSummary(of: run.record, gates: [try Criterion(parsing: text)])
        #expect(summary.gates.map(\.gate) == [text])
        #expect(summary.gates.map(\.outcome) == [outcome])
        #expect(summary.gates.map(\.figure) == [figure])
        let verdicts: [GateResult.Outcome: Verdict] = [.passed: .pass, .failed: .fail, .inconclusive: .inconclusive]
        #expect(summary.verdict == verdicts[outcome])
    }

    @Test func anInconclusiveGateFailsOnlyAStrictRun() throws {
        let gates = try ["no-leak", "p95<40ms"].map { try Criterion(parsing: $0) }
        let record = SyntheticRun().record
        #expect(RunSummary(of: record, gates: gates).verdict == .pass)
        #expect(RunSummary(of: record, gates: gates, isStrict: true).verdict == .fail)
        #expect(RunSummary(of: record, gates: [gates[1]], isStrict: true).verdict == .pass)
    }

    @Test func aLeakFailsItsGateByNameAndRate() throws {
        var record = SyntheticRun(seconds: 40).record
        var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
        for sample in 0..<160 {
            let bytes = 100_000_000 + UInt64(sample) * 800_000
            track.append(
                ProcessSample(
                    time: RunTime(nanoseconds: Int64(sample) * 250_000_000), rssBytes: bytes, pssBytes: nil,
                    cpuNs: 0, threads: 1, openFiles: nil))
        }
        record.targets = [track]
        let summary = RunSummary(of: record, gates: [try Criterion(parsing: "no-leak")])
        let finding = try #require(summary.soak.first)
        #expect(finding.verdict == .growing && finding.subject == "pid 7 (api) rss")
        // 3.2 MB per second at 100 requests/s.
        #expect(abs((finding.bytesPerRequest ?? 0) / 32_000 - 1) < 0.05)
        #expect(summary.gates.first?.outcome == .failed)
        #expect(summary.gates.first?.figure.hasPrefix("RSS of api grew by 1") == true)
        #expect(summary.verdict == .fail)
    }
}
