import Analysis
import Measurement
import Testing
import Traffic

@Suite struct RunSeriesTests {
    @Test func aPointAWindow() {
        var run = SyntheticRun(seconds: 8)
        run.failsEvery = 10
        let series = RunSeries(of: run.record)
        #expect(series.seconds == (0..<8).map(Double.init))
        #expect(series.requestsPerSecond.allSatisfy { abs($0 - 100) < 1e-6 })
        #expect(series.failuresPerSecond.allSatisfy { abs($0 - 10) < 1e-6 })
        #expect(series.concurrentSessions.prefix(7).allSatisfy { $0 == 5 })
        #expect(series.p95Ms.allSatisfy { abs(($0 ?? 0) - 10) < 0.02 })
    }

    @Test func aLongRunHasFewPoints() {
        var run = SyntheticRun(seconds: 1500)
        run.requestsPerSecond = 4
        let series = RunSeries(of: run.record)
        #expect(series.seconds.count == 500)
        #expect(series.requestsPerSecond.allSatisfy { abs($0 - 4) < 1e-6 })
    }

    @Test func theDistributionHoldsEveryRequest() throws {
        var run = SyntheticRun()
        run.service = { _, draw in draw < 0.5 ? 1 : 200 }
        let buckets = RunSeries(of: run.record).distribution
        #expect(buckets.reduce(0) { $0 + $1.count } == 1000)
        let first = try #require(buckets.first)
        let last = try #require(buckets.last)
        #expect(first.fromMs <= 1 && first.toMs >= 0.99 && last.fromMs <= 200 && last.toMs >= 199)
        for (left, right) in zip(buckets, buckets.dropFirst()) { #expect(abs(left.toMs - right.fromMs) < 1e-9) }
    }

    @Test func aSecondWithoutRequestsHasNoPercentile() {
        var run = SyntheticRun(seconds: 4)
        run.load = { $0 == 2 ? 0 : 1 }
        #expect(RunSeries(of: run.record).p50Ms.map { $0 == nil } == [false, false, true, false])
    }

    @Test func cpuIsTheRiseOfCpuTime() throws {
        var record = SyntheticRun().record
        var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
        for sample in 0..<4 {
            track.append(
                ProcessSample(
                    time: RunTime(nanoseconds: Int64(sample) * 1_000_000_000), rssBytes: 5, pssBytes: nil,
                    cpuNs: UInt64(sample) * 1_500_000_000, threads: 3, openFiles: sample == 1 ? 12 : nil))
        }
        record.targets = [track]
        let target = try #require(RunSeries(of: record).targets.first)
        #expect(target.name == "pid 7 (api)")
        #expect(target.cpuCores == [1.5, 1.5, 1.5, 1.5])
        #expect(target.openFiles == [0, 12, 12, 12])
    }

    /// A run of 100 requests a second, each tenth failed, that ends `rest` into its ninth second.
    private static func run(endingAfter rest: Double) -> RunSeries {
        var run = SyntheticRun(seconds: 9)
        run.failsEvery = 10
        run.load = { $0 == 8 ? rest : 1 }
        run.endSeconds = 8 + rest
        return RunSeries(of: run.record)
    }

    @Test(arguments: [0.1, 0.2, 0.4, 0.5, 0.7, 0.9])
    func aPartOfTheLastSecondIsNeitherADropNorAPeak(rest: Double) throws {
        let series = Self.run(endingAfter: rest)
        #expect(series.seconds.count == (rest < 0.5 ? 8 : 9))
        #expect(series.requestsPerSecond.allSatisfy { abs($0 - 100) < 1e-6 }, "\(series.requestsPerSecond)")
        #expect(series.failuresPerSecond.allSatisfy { abs($0 - 10) < 0.5 }, "\(series.failuresPerSecond)")
    }

    @Test func failuresOfAShortRestAreCounted() throws {
        var run = SyntheticRun(seconds: 9)
        run.failsAt = { $0 > 8 ? 1 : 0 }
        run.load = { $0 == 8 ? 0.1 : 1 }
        run.endSeconds = 8.1
        let series = RunSeries(of: run.record)
        #expect(series.seconds.count == 8)
        let last = try #require(series.failuresPerSecond.last)
        #expect(abs(last - 10 / 1.1) < 1e-6, "all 10 failures of the rest are in the last point")
    }

    @Test func theMachineIsShownAsRatesWithUnits() throws {
        let record = MachineStateTests.record(
            [
                .busy: { $0 < 10 ? 0.5 : 1.5 }, .processors: { _ in 2 }, .steal: { _ in 0 }, .pressure: { _ in 0.25 },
                .clock: { _ in 0 }, .control: { $0 }, .controlTail: { $0 },
            ], own: nil)
        let metrics = RunSeries(of: record).metrics
        #expect(metrics.allSatisfy { $0.isOfMachine })
        #expect(
            Set(metrics.map(\.name)) == [
                "CPU busy of the machine, of 2 processors", "Control request to the built-in server, median, µs",
            ], "what does not change says nothing, and what only judges others is not shown")
        let busy = try #require(metrics.first { $0.name.hasPrefix("CPU busy") })
        #expect(busy.isCounter && busy.isInProcessors)
        #expect(busy.perSecond.min() == 0.5 && busy.perSecond.max() == 1.5)
    }

    @Test func aRestartedCounterGrewFromZero() {
        let metric = RunSeries.Metric(
            name: "asked_total", isInBytes: false, isCounter: true, seconds: [0, 1, 3, 4], values: [10, 15, 25, 4])
        #expect(metric.perSecond == [5, 5, 4])
    }
}
