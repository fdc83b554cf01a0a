import Analysis
import Formats
import Foundation
import TestSupport
import Testing

/// Error rates on few seeds, as a guard; `tools/bench/soak` measures them.
@Suite struct MemoryTrendTests {
    private static let mebibyte = SyntheticMemory.mebibyte

    @Test func healthyServicesAreNotAccused() {
        // A cycle longer than the run cannot be distinguished from a leak.
        let kinds = SyntheticMemory.Kind.all.filter { $0 != .sawtooth(period: 400) }
        var accused: [String] = []
        for kind in kinds {
            let trend = MemoryTrend(SyntheticMemory.samples(kind, seconds: 900, seed: 1))
            if trend.verdict == .growing { accused.append("\(kind)") }
        }
        #expect(accused.count <= 1, "\(accused)")
    }

    @Test(
        arguments: [
            (SyntheticMemory.Kind.autoregressive(0.6), nil, "plain noise"),
            (.sawtooth(period: 8), nil, "collected often"),
            (.steps(1), nil, "next to a step"), (.warmUp(0.05), nil, "after a warm-up"),
            (.autoregressive(0.6), 12, "in stairs"),
        ] as [(SyntheticMemory.Kind, Int?, String)])
    func leaksAreFound(kind: SyntheticMemory.Kind, stairs: Int?, reason: String) throws {
        let leak = 0.16 * SyntheticMemory.baseBytes
        var found = 0
        for seed in 1...3 {
            let trend = MemoryTrend(
                SyntheticMemory.samples(
                    kind, seconds: 3600, interval: 2, leakBytes: leak, stairs: stairs, seed: UInt64(seed)))
            #expect(trend.verdict != .stable, "\(reason)")
            guard trend.verdict == .growing else { continue }
            found += 1
            let growth = try #require(trend.growthBytes)
            #expect(abs(growth / leak - 1) < 0.25, "\(reason)")
        }
        #expect(found >= 2, "\(reason)")
    }

    @Test(
        arguments: [
            (SyntheticMemory.Kind.warmUp(0.3), 1), (.warmUp(0.3), 2),
        ] as [(SyntheticMemory.Kind, UInt64)])
    func aRunThatLeavesRoomForGrowthIsNotCalledStable(kind: SyntheticMemory.Kind, seed: UInt64) {
        let trend = MemoryTrend(SyntheticMemory.samples(kind, seconds: 300, seed: seed))
        guard case .inconclusive = trend.verdict else {
            Issue.record("\(kind), seed \(seed): \(trend.verdict), ± \(trend.growthHighBytes ?? 0) bytes")
            return
        }
        #expect(trend.neededSeconds ?? 0 >= 600, "it says how long a run would tell")
    }

    @Test(
        arguments: [
            SyntheticMemory.Kind.autoregressive(0.9), .ornsteinUhlenbeck(seconds: 60), .sawtooth(period: 45), .steps(1),
        ])
    func aQuarterOfAnHourShowsALeakOfATwelfth(kind: SyntheticMemory.Kind) {
        let found = (1...4).count { seed in
            let samples = SyntheticMemory.samples(
                kind, seconds: 900, leakBytes: 0.08 * SyntheticMemory.baseBytes, seed: UInt64(seed))
            return MemoryTrend(samples).verdict == .growing
        }
        #expect(found >= 3, "\(kind): \(found) of 4")
    }

    @Test(arguments: [1, 2] as [UInt64]) func growthDuringAWarmUpIsNotCalledStable(seed: UInt64) {
        // 80 MiB of warm-up and 20 MiB of leak, within four of the warm-up's time constants.
        var run = ShortRun(seconds: 20, warmUp: .exponential(5), seed: seed)
        run.warmUpBytes = 80 * Self.mebibyte
        run.leakBytesPerRequest = 20 * Self.mebibyte / run.requests
        #expect(MemoryTrend(run.samples).verdict != .stable)
    }

    static let warmUps: [ShortRun.WarmUp] = [
        .none, .exponential(2), .exponential(5), .step(2), .step(8), .connections,
    ]

    @Test func aWarmUpOfSecondsIsNotALeak() {
        for (place, warmUp) in Self.warmUps.enumerated() {
            let (seconds, hertz) = place.isMultiple(of: 2) ? (20.0, 4.0) : (40, 10)
            let trend = MemoryTrend(ShortRun(seconds: seconds, hertz: hertz, warmUp: warmUp, seed: 3).samples)
            #expect(trend.verdict != .growing, "\(warmUp)")
        }
    }

    @Test func aLeakByRequestIsFoundInSecondsWithItsRate() throws {
        var missed: [String] = []
        for warmUp in Self.warmUps {
            for (seconds, leak) in [(25.0, 64.0)] {
                var run = ShortRun(seconds: seconds, warmUp: warmUp, seed: 5)
                run.leakBytesPerRequest = leak * Self.mebibyte / run.requests
                let trend = MemoryTrend(run.samples)
                #expect(trend.verdict != .stable, "\(warmUp), \(seconds) s, \(leak) MiB")
                guard trend.verdict == .growing else {
                    missed.append("\(warmUp), \(seconds) s, \(leak) MiB")
                    continue
                }
                let each = try #require(trend.growthBytes) / (try #require(trend.answered))
                #expect(abs(each / run.leakBytesPerRequest - 1) < 0.25, "\(warmUp), \(seconds) s, \(leak) MiB")
            }
        }
        #expect(missed.count <= 1, "\(missed)")
    }

    @Test func aLeakByTimeIsFoundUnderUnevenLoad() throws {
        var run = ShortRun(seconds: 40, warmUp: .exponential(2), seed: 8)
        run.leakBytesPerSecond = 3 * Self.mebibyte
        let trend = MemoryTrend(run.samples)
        #expect(trend.verdict == .growing && !trend.followsRequests)
        #expect(abs(try #require(trend.growthBytes) / (trend.spanSeconds * run.leakBytesPerSecond) - 1) < 0.25)
    }

    @Test func theModelFindsWhatGrowthDependsOn() {
        var run = ShortRun(seconds: 40, seed: 9)
        run.leakBytesPerRequest = 120 * Self.mebibyte / run.requests
        #expect(MemoryTrend(run.samples).followsRequests)
    }

    @Test("A stable figure that rose and then stayed level says so", arguments: [0.0, 4] as [Double])
    func settledRise(constant: Double) throws {
        var random = SplitMix64(seed: 5)
        let times = (0..<900).map(Double.init)
        let values = times.map { time in
            let risen = time < 450 ? 0 : constant > 0 ? 1 - exp((450 - time) / constant) : 1
            return 60 * Self.mebibyte + 32 * Self.mebibyte * risen + 200_000 * random.normal()
        }
        let trend = MemoryTrend(SoakSamples(seconds: times, values: values))
        #expect(trend.verdict == .stable)
        let rise = try #require(trend.settled)
        #expect(abs(rise.bytes / (32 * Self.mebibyte) - 1) < 0.02 && abs(rise.second - 460) < 25, "\(rise)")
        let text = trend.finding(subject: "api rss", name: "RSS of api", lastBytes: values[899]).explanation
        #expect(text.hasPrefix("RSS of api rose by 32.") && text.contains("further growth of "), "\(text)")
    }

    @Test func aStepBetweenSmallerOnesIsStable() {
        let steps = [(530, 130_000.0), (630, 130_000), (660, 33_540_000), (900, 130_000)]
        let values = (0..<1321).map { place in
            66_000_000 + steps.reduce(0) { $0 + (place < $1.0 ? 0 : $1.1) }
        }
        let trend = MemoryTrend(SoakSamples(seconds: values.indices.map { Double($0) / 4 }, values: values))
        #expect(trend.verdict == .stable, "growth is as good as excluded: \(trend.verdict)")
        #expect(trend.probability ?? 1 < 0.001)
    }

    private static func unmoved(seconds: Int) -> MemoryTrend {
        let times = (0..<4 * seconds).map { Double($0) / 4 }
        return MemoryTrend(SoakSamples(seconds: times, values: times.map { _ in 50 * mebibyte }))
    }

    @Test("A run of seconds rules out only growth of many times the memory per hour", arguments: [10, 24, 50])
    func shortRunsAreNotStable(seconds: Int) {
        let trend = Self.unmoved(seconds: seconds)
        #expect(trend.verdict == .inconclusive(.tooFewSamples))
        let finding = trend.finding(subject: "api rss", name: "RSS of api", lastBytes: 50 * Self.mebibyte)
        #expect(finding.verdict == .inconclusive)
        #expect(finding.explanation.hasPrefix("RSS of api cannot be judged over "), "\(finding.explanation)")
        #expect(finding.explanation.contains("the run is too short"), "\(finding.explanation)")
        #expect(finding.explanation.hasSuffix("about 60 s of such a run would decide"), "\(finding.explanation)")
    }

    @Test func aStableFigureNamesTheRateThatIsRuledOut() {
        let trend = Self.unmoved(seconds: 600)
        let text = trend.finding(subject: "api rss", name: "RSS of api", lastBytes: 50 * Self.mebibyte).explanation
        // 4 MiB over 98 % of 600 s.
        #expect(text.hasSuffix("growth of 4.00 MiB or more (24.5 MiB per hour) is ruled out"), "\(text)")
    }

    @Test func memoryThatNeverMovesIsStable() {
        let trend = Self.unmoved(seconds: 60)
        #expect(trend.verdict == .stable)
        #expect(trend.growthBytes.map { abs($0) < 1 } == true)
        #expect(trend.settled == nil)
    }

    @Test(arguments: [0, 1, 2, 11]) func aHandfulOfSamplesIsInconclusive(count: Int) {
        let seconds = (0..<count).map(Double.init)
        let trend = MemoryTrend(SoakSamples(seconds: seconds, values: seconds.map { $0 * 1e8 }))
        #expect(trend.verdict == .inconclusive(.tooFewSamples))
        #expect(trend.growthBytes == nil)
        let text = trend.finding(subject: "pid 1 rss", name: "RSS of api", lastBytes: 0).explanation
        #expect(text.hasPrefix("RSS of api cannot be judged: the run is too short"))
    }

    @Test func growthThatCollectionsTakeBackIsNotALeak() {
        // Two collections in the run, each back to the floor.
        let seconds = (0..<600).map(Double.init)
        let values = seconds.map { (100 + $0.truncatingRemainder(dividingBy: 250)) * Self.mebibyte }
        #expect(MemoryTrend(SoakSamples(seconds: seconds, values: values)).verdict != .growing)
    }

    @Test func aFindingNamesFigureAndUnit() throws {
        var run = ShortRun(seconds: 32, seed: 2)
        run.leakBytesPerRequest = 96 * Self.mebibyte / run.requests
        let samples = run.samples
        let finding = MemoryTrend(samples).finding(
            subject: "pid 7 (api) rss", name: "RSS of api", lastBytes: samples.values.last ?? 0)
        #expect(finding.kind == .memory && finding.verdict == .growing)
        let text = finding.explanation
        #expect(text.hasPrefix("RSS of api grew by 9") && text.contains(" MiB over 31 s: "))
        #expect(text.contains(" GiB per hour (90% interval ") && text.contains(" KiB per answered request"))
        let rate = try #require(finding.ratePerHour)
        #expect(abs(rate / (96 * Self.mebibyte / 32 * 3600) - 1) < 0.25)
        #expect(try #require(finding.ratePerHourLow) < rate && rate < (try #require(finding.ratePerHourHigh)))
    }

    /// An hour at 300 MiB with noise of 1 MiB, plus `curve` in MiB at each share of the hour.
    private static func hour(seed: UInt64, _ curve: (_ share: Double) -> Double) -> SoakSamples {
        var random = SplitMix64(seed: seed)
        let seconds = (0..<3600).map { Double($0) }
        return SoakSamples(
            seconds: seconds, values: seconds.map { (300 + curve($0 / 3600) + random.normal()) * mebibyte })
    }

    @Test func aLeakThatSetsInDuringTheRunIsFound() {
        for seed in 1...2 as ClosedRange<UInt64> {
            let trend = MemoryTrend(Self.hour(seed: seed) { 60 * max(0, ($0 - 0.4) / 0.6) })
            #expect(trend.verdict == .growing)
            #expect((700...2200).contains(trend.onsetSeconds), "\(trend.onsetSeconds)")
        }
    }

    @Test(
        "A cache that fills until it reaches its limit is not a leak, however late in the run",
        arguments: [0.35, 0.55, 0.7], [0.5, 1, 1.5])
    func fullCache(end: Double, bend: Double) {
        var random = SplitMix64(seed: 7)
        let times = (0..<1320).map { Double($0) / 4 }
        let values = times.map { time in
            let share = min(time / 330, end)
            let fill = (1 - exp(-share / (bend * end))) / (1 - exp(-1 / bend))
            return 62e6 + 68e6 * fill + Double.random(in: -20_000...20_000, using: &random)
        }
        let trend = MemoryTrend(SoakSamples(seconds: times, values: values))
        #expect(trend.verdict != .growing, "\(trend)")
        if end < 0.6 { #expect(trend.verdict == .stable, "\(trend)") }
    }

    @Test func aCacheFirstUsedDuringTheRunIsNotALeak() {
        for seed in 1...2 as ClosedRange<UInt64> {
            let trend = MemoryTrend(Self.hour(seed: seed) { $0 < 0.3 ? 0 : 40 * (1 - exp(-($0 - 0.3) / 0.08)) })
            #expect(trend.verdict != .growing)
        }
    }

    @Test func stepsThatEndBeforeTheEndAreStable() {
        // Steps of 12 MiB at four and six tenths of a quarter of an hour.
        for seed in 1...3 as ClosedRange<UInt64> {
            var samples = SyntheticMemory.samples(.autoregressive(0.6), seconds: 900, seed: seed)
            for place in samples.seconds.indices {
                samples.values[place] += [360.0, 540].reduce(0) {
                    $0 + (samples.seconds[place] < $1 ? 0 : 12 * Self.mebibyte)
                }
            }
            let trend = MemoryTrend(samples)
            #expect(trend.verdict == .stable, "seed \(seed): \(trend.verdict)")
            #expect(trend.settled != nil, "the rise is told")
        }
    }
}
