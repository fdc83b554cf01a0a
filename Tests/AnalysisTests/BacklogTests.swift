import Measurement
import Testing

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

    @Test func aBacklogThatGrowsIsToldWithItsRatesAndOnset() throws {
        let growth = try #require(BacklogGrowth(of: Self.record { Self.order(Double(max(0, $0 - 5)) * 0.05) }))
        #expect(growth.onsetSeconds == 5 && abs(growth.answeredRps - 100) < 1e-6 && growth.plannedRps == 120)
        #expect(
            growth.sentence.hasPrefix(
                "the target could not keep up: 100/s of 120/s planned, backlog growing from second 5 "))
        #expect(growth.finding.kind == .backlog && growth.finding.verdict == .growing)
    }

    @Test func whatDoesNotGrowForTheTargetIsNoBacklog() {
        let cases: [(what: String, held: (Int) -> HeldCauses)] = [
            ("held a steady time", { _ in Self.order(0.3) }),
            ("held less and less", { Self.order(2 / Double($0 + 1)) }),
            ("held for a while", { Self.order($0 == 8 ? 1 : 0.01) }),
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
