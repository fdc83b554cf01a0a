import Measurement
import Testing
import Traffic

@testable import Analysis

@Suite struct BottleneckTests {
    /// A little more than a minute with load, times, failures and CPU by second.
    static func summary(
        sessions: (Int) -> Int, milliseconds: (Int) -> Double, failures: (Int) -> UInt64 = { _ in 0 },
        cores: ((Int) -> Double)?, processors: Int = 4, machine: ((Int) -> Double)? = { _ in 1 },
        pool: ((Int) -> Double)? = nil
    ) throws -> RunSummary {
        var series = WindowSeries()
        var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
        var used = 0.0
        for second in 0..<90 {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            let index = TimeBuckets.index(ofNs: Int64(milliseconds(second) * 1e6))
            let times = try #require(SparseHistogram(indices: [index], counts: [100]))
            window.counts.byFate[Int(Fate.answered.rawValue)] = 100 - failures(second)
            window.counts.byFate[Int(Fate.refused.rawValue)] = failures(second)
            window.concurrentSessions = sessions(second)
            window.openConnections = sessions(second)
            window.times[.response] = times
            window.endpoints = [
                EndpointWindow(
                    endpoint: 0, requests: 100, failures: failures(second),
                    times: [.turnaround: times, .service: times])
            ]
            window.lastFinishNs = window.endNs
            series.append(window)
            used += (cores?(second) ?? 0) * 1e9
            track.append(
                ProcessSample(
                    time: RunTime(nanoseconds: Int64(second) * 1_000_000_000 + 500_000_000), rssBytes: 1 << 26,
                    pssBytes: nil, cpuNs: UInt64(used), threads: 4, openFiles: nil))
        }
        var description = RunDescription(startedAt: 0, settings: [:], endpoints: ["GET /a"], plannedSessions: 1)
        description.end = RunDescription.End(
            durationNs: 90_000_000_000, wasInterrupted: false, peakConcurrentSessions: 1,
            peakOpenConnections: 1,
            generator: GeneratorUse(cpuNs: 1_000_000_000, peakRSSBytes: 1, processors: processors))
        var record = RunRecord(description: description, series: series, targets: cores == nil ? [] : [track])
        var busy = 0.0
        for second in 0..<90 {
            let time = RunTime(nanoseconds: Int64(second + 1) * 1_000_000_000)
            if let machine {
                busy += machine(second)
                record.metrics.add(.sample(MachineSeries.busy.identity, MetricSample(time: time, value: busy)))
                record.metrics.add(
                    .sample(MachineSeries.processors.identity, MetricSample(time: time, value: Double(processors))))
            }
            if let pool {
                let identity = MetricIdentity(page: "p", series: "db_pool_connections_in_use", kind: .level)
                record.metrics.add(.sample(identity, MetricSample(time: time, value: pool(second))))
            }
        }
        return RunSummary(of: record)
    }

    static func kinds(_ summary: RunSummary) -> [String] { (summary.bottlenecks ?? []).map(\.kind.rawValue) }

    @Test func aHealthyRunHasNone() throws {
        #expect(
            Self.kinds(try Self.summary(sessions: { _ in 10 }, milliseconds: { _ in 5 }, cores: { _ in 1.5 })) == [])
    }

    @Test func aBusyProcessorIsReported() throws {
        let summary = try Self.summary(sessions: { $0 }, milliseconds: { 5 + Double($0) }, cores: { _ in 3.9 })
        #expect(Self.kinds(summary) == ["cpu"])
    }

    @Test func oneThreadThatDoesAllTheWorkIsReported() throws {
        let summary = try Self.summary(sessions: { _ in 10 }, milliseconds: { _ in 5 }, cores: { _ in 1 })
        #expect(Self.kinds(summary) == ["cpu"])
    }

    @Test func anIdleProcessorIndicatesWaiting() throws {
        let summary = try Self.summary(sessions: { 1 + $0 }, milliseconds: { 5 + Double($0) }, cores: { _ in 0.5 })
        let found = try #require(summary.bottlenecks?.first)
        #expect(found.kind == .waiting && found.figures.contains { $0.hasPrefix("not the machine: ") })
        #expect(found.figures.contains { $0.hasPrefix("not the generator: ") })
    }

    @Test func waitingIsNotReportedIfTheMachineHasNoIdleProcessor() throws {
        // Other programs use what the target does not.
        let full = try Self.summary(
            sessions: { 1 + $0 }, milliseconds: { 5 + Double($0) }, cores: { _ in 0.7 }, processors: 2,
            machine: { _ in 1.95 })
        #expect(Self.kinds(full) == ["machine"])
        #expect(full.bottlenecks?.first?.figures.first?.contains("0.70 of them by the target") == true)
        let unwatched = try Self.summary(
            sessions: { _ in 10 }, milliseconds: { _ in 5 }, cores: nil, processors: 2, machine: { _ in 1.95 })
        #expect(
            unwatched.bottlenecks?.map(\.finding) == ["the machine has no CPU left; the target's part was not recorded"]
        )
        let unknown = try Self.summary(
            sessions: { 1 + $0 }, milliseconds: { 5 + Double($0) }, cores: { _ in 0.5 }, machine: nil)
        #expect(Self.kinds(unknown) == [], "no one knows whether a processor was idle")
    }

    @Test func aPoolThatIsUsedUpIsNamed() throws {
        let summary = try Self.summary(
            sessions: { 1 + $0 }, milliseconds: { 5 + Double($0) }, cores: { _ in 0.5 },
            pool: { min(10, Double(1 + $0 / 3)) })
        let found = try #require(summary.bottlenecks?.first)
        #expect(found.finding.hasPrefix("db_pool_connections_in_use does not rise past 10"), "\(found)")
    }

    @Test func slownessThatCostsProcessorTimeIsNotWaiting() throws {
        let summary = try Self.summary(
            sessions: { 1 + $0 }, milliseconds: { 5 + Double($0) }, cores: { 0.2 + Double($0) / 60 })
        #expect(Self.kinds(summary) == [])
    }

    @Test func errorsAboveANumberOfConnectionsAreReported() throws {
        let summary = try Self.summary(
            sessions: { 1 + $0 }, milliseconds: { _ in 5 }, failures: { $0 >= 60 ? 20 : 0 }, cores: { _ in 0.5 })
        let found = try #require(summary.bottlenecks?.first)
        #expect(found.kind == .connections && found.finding.contains(" 61 open connections"))
    }

    @Test func errorsAtAnyLoadAreNot() throws {
        let summary = try Self.summary(
            sessions: { 1 + $0 }, milliseconds: { _ in 5 }, failures: { $0 % 3 == 0 ? 20 : 0 }, cores: { _ in 0.5 })
        #expect(Self.kinds(summary) == [])
    }
}
