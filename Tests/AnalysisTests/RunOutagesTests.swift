import Measurement
import Testing
import Traffic

@testable import Analysis

@Suite struct RunOutagesTests {
    /// One window per second, with the numbers of requests and of failures.
    private func windows(_ counts: [(requests: UInt64, failures: UInt64)]) -> [RunWindow] {
        counts.enumerated().map { second, count in
            var window = RunWindow(
                startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            window.counts.byFate[Int(Fate.answered.rawValue)] = count.requests - count.failures
            window.counts.byFate[Int(Fate.refused.rawValue)] = count.failures
            return window
        }
    }

    @Test func outageHasABeginAnEndAndARecovery() {
        let outages = RunOutages.all(
            of: windows([(100, 0), (100, 60), (80, 80), (0, 0), (100, 3), (100, 0), (100, 0)]))
        #expect(
            outages == [
                RunOutages(startSeconds: 1, endSeconds: 3, failures: 140, requests: 180, recoverySeconds: 2)
            ])
        #expect(outages[0].sentence == "78 % of the requests failed from 1 s to 3 s; no more failures after 2 s")
    }

    @Test(
        arguments: [
            ([(100, 49), (100, 0)], 0), ([(4, 4), (100, 0)], 0), ([(100, 100), (100, 100)], 1),
            ([(100, 90), (100, 0), (100, 90)], 2),
        ] as [([(UInt64, UInt64)], Int)])
    func onlyMostlyFailingStretchesAreOutages(counts: [(UInt64, UInt64)], expected: Int) {
        #expect(RunOutages.all(of: windows(counts.map { (requests: $0.0, failures: $0.1) })).count == expected)
    }

    @Test func outageUntilTheEndHasNoRecovery() {
        let outage = RunOutages.all(of: windows([(10, 0), (10, 10)])).first
        #expect(outage?.recoverySeconds == nil)
        #expect(outage?.sentence == "every request failed from 1 s to 2 s; failures continued to the end")
    }
}
