import Measurement
import Testing
import Traffic

@testable import Analysis

/// Whether the target kept up with the plan, and what is reported about clones that were too late.
@Suite struct BacklogTests {
    /// Twenty seconds with 100 responses each; `held` is the mean held time by second.
    private static func record(
        _ held: (Int) -> HeldCauses, isClosedLoop: Bool = false, change: (inout RunRecord) -> Void = { _ in }
    ) -> RunRecord {
        var record = SyntheticRun(seconds: 20, plannedSeconds: 20).record
        var series = WindowSeries()
        for (second, window) in record.series.windows.enumerated() {
            var own = window
            own.counts.held = held(second)
            series.append(own)
        }
        record.series = series
        record.description.isClosedLoop = isClosedLoop
        record.description.plannedRequests = 2400
        change(&record)
        return record
    }

    /// The held times of 100 requests, `seconds` each.
    private static func order(_ seconds: Double) -> HeldCauses {
        HeldCauses(orderNs: Int64(seconds * 100 * 1e9))
    }

    @Test func aGrowingBacklogIsReportedWithItsRatesAndOnset() throws {
        let growth = try #require(BacklogGrowth(of: Self.record { Self.order(Double(max(0, $0 - 5)) * 0.05) }))
        #expect(growth.onsetSeconds == 5 && abs(growth.answeredRps - 100) < 1e-6 && growth.plannedRps == 120)
        #expect(
            growth.sentence.hasPrefix(
                "the target could not keep up: 100/s of 120/s planned, backlog growing from second 5 "))
        #expect(growth.finding.kind == .backlog && growth.finding.verdict == .growing)
    }

    @Test func whatDoesNotGrowForTheTargetIsNotABacklog() {
        let cases: [(what: String, held: (Int) -> HeldCauses)] = [
            ("held a steady time", { _ in Self.order(0.3) }),
            ("held less and less", { Self.order(2 / Double($0 + 1)) }),
            ("held for a while", { Self.order($0 == 8 ? 1 : 0.01) }),
            ("held for a moment at the end", { Self.order(Double(max(0, $0 - 5)) * 0.03) }),
            ("held by a cap on the rate", { HeldCauses(rateNs: Int64(Double($0) * 5e9)) }),
            ("held for tokens", { HeldCauses(tokenNs: Int64(Double($0) * 5e9)) }),
        ]
        for (what, held) in cases { #expect(BacklogGrowth(of: Self.record(held)) == nil, "\(what)") }
    }

    @Test(
        "A cap on the rate that the run reaches is the limit, not the target",
        arguments: [(110.0, false), (200.0, true)])
    func cap(limit: Double, isTarget: Bool) {
        let record = Self.record({ Self.order(Double(max(0, $0 - 5)) * 0.05) }) {
            $0.description.requestsPerSecondLimit = limit
        }
        #expect((BacklogGrowth(of: record) != nil) == isTarget, "answered 100/s under a cap of \(limit)/s")
    }

    /// A machine with 2 processors: how many are busy, how many of them with the target, and how many the hypervisor
    /// takes.
    private static func machine(busy: Double, target: Double?, steal: Double = 0) -> (inout RunRecord) -> Void {
        { record in
            var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
            for second in 0..<20 {
                let time = RunTime(nanoseconds: Int64(second) * 1_000_000_000)
                let add = { (record: inout RunRecord, series: MachineSeries, value: Double) in
                    _ = record.metrics.add(.sample(series.identity, MetricSample(time: time, value: value)))
                }
                add(&record, .busy, busy * Double(second))
                add(&record, .steal, steal * Double(second))
                add(&record, .processors, 2)
                track.append(
                    ProcessSample(
                        time: time, rssBytes: 1 << 26, pssBytes: nil,
                        cpuNs: UInt64((target ?? 0) * Double(second) * 1e9), threads: 4, openFiles: nil))
            }
            if target != nil { record.targets = [track] }
        }
    }

    @Test(
        "A target is blamed only if the machine had CPU left, or the target used most of it",
        arguments: [
            (busy: 1.0, target: 0.2, steal: 0.0, other: nil),
            (busy: 1.98, target: 1.7, steal: 0, other: nil),
            (
                busy: 1.98, target: 0.2, steal: 0,
                other: "the machine had no CPU left (1.98 of its 2 processors used, 0.20 of them by the target)"
            ),
            (
                busy: 1.98, target: nil, steal: 0,
                other: "the machine had no CPU left (1.98 of its 2 processors used; the target's part was not recorded)"
            ),
            (busy: 1.2, target: 0.2, steal: 0.7, other: "the hypervisor took 0.70 of the machine's 2 processors"),
        ] as [(busy: Double, target: Double?, steal: Double, other: String?)])
    func fullMachine(busy: Double, target: Double?, steal: Double, other: String?) throws {
        let record = Self.record(
            { Self.order(Double(max(0, $0 - 5)) * 0.05) },
            change: Self.machine(busy: busy, target: target, steal: steal))
        let growth = try #require(BacklogGrowth(of: record))
        #expect(growth.otherCause == other)
        #expect(growth.finding.verdict == (other == nil ? .growing : .inconclusive))
        #expect(growth.sentence.hasPrefix("the target could not keep up") == (other == nil), "\(growth.sentence)")
        let summary = RunSummary(of: record)
        #expect(summary.notices?.contains { $0.contains("target could not keep up") } == (other == nil))
    }

    @Test func aGeneratorThatSendsLateIsNotTheTarget() throws {
        let record = Self.record({ Self.order(Double(max(0, $0 - 5)) * 0.05) }) { record in
            var series = WindowSeries()
            for window in record.series.windows {
                var own = window
                own.times[.sendLag] =
                    SparseHistogram(indices: [TimeBuckets.index(ofNs: 600_000_000)], counts: [100]) ?? SparseHistogram()
                series.append(own)
            }
            record.series = series
        }
        let growth = try #require(BacklogGrowth(of: record))
        #expect(growth.otherCause?.hasPrefix("the generator itself sent ") == true, "\(growth.sentence)")
        #expect(growth.finding.verdict == .inconclusive)
    }

    @Test func aClosedLoopHasNone() {
        #expect(BacklogGrowth(of: Self.record({ Self.order(Double($0)) }, isClosedLoop: true)) == nil)
    }

    @Test func lateClonesAreTheCapsDoingWhereItIsBelowThePlan() throws {
        let late = { (record: inout RunRecord) in
            var series = WindowSeries()
            for (second, window) in record.series.windows.enumerated() {
                var own = window
                own.counts.sessionsBehind = second == 19 ? 1 : 0
                own.counts.requestsGivenUp = second == 19 ? 396_865_083 : 0
                series.append(own)
            }
            record.series = series
        }
        let held = { (second: Int) in
            HeldCauses(orderNs: 1_000_000, rateNs: Int64(second) * 1_000_000_000)
        }
        let advisor = Advisor { $0 == .raiseRateLimit ? "--rate" : "--ramp" }
        let capped = RunSummary(
            of: Self.record(held) { record in
                late(&record)
                record.description.requestsPerSecondLimit = 100
            }, advisor: advisor)
        let warning = try #require(capped.warnings.first { $0.contains("too late") })
        #expect(
            warning
                == "1 session was ended for being too late; 400 of 2,400 requests due were not sent: the cap on the rate is below what the plan asks for (--rate)"
        )
        let slow = RunSummary(of: Self.record({ Self.order(Double($0)) }, change: late), advisor: advisor)
        #expect(slow.warnings.contains { $0.hasSuffix("the target was slower than the plan (--ramp)") })
    }
}
