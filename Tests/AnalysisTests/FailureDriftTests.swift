import Formats
import TestSupport
import Testing

@testable import Analysis

/// The distribution of failures over time: seconds with 200 requests each.
@Suite struct FailureDriftTests {
    /// - Parameter share: the share of requests that fail, by second.
    private static func stretches(_ seconds: Int, seed: UInt64, _ share: (Int) -> Double) -> [FailureDrift.Stretch] {
        var random = SplitMix64(seed: seed)
        return (0..<seconds).map { second in
            let failures = (0..<200).count { _ in Double.random(in: 0..<1, using: &random) < share(second) }
            return FailureDrift.Stretch(
                startSeconds: Double(second), endSeconds: Double(second + 1), requests: 200, failures: Double(failures))
        }
    }

    @Test(arguments: [0.0, 0.001, 0.01, 0.2]) func anEvenShareIsNeitherCreepNorBurst(share: Double) {
        for seed in 1...10 as ClosedRange<UInt64> {
            let findings = FailureDrift.findings(Self.stretches(600, seed: seed) { _ in share })
            #expect(findings.allSatisfy { $0.verdict == .stable }, "\(findings.map(\.explanation))")
        }
    }

    @Test func noFailuresGiveNoFinding() {
        #expect(FailureDrift.findings(Self.stretches(600, seed: 1) { _ in 0 }).isEmpty)
    }

    @Test func aShareThatRisesSlowlyIsReported() throws {
        let findings = FailureDrift.findings(Self.stretches(600, seed: 2) { 0.005 + 0.02 * Double($0) / 600 })
        let rise = try #require(findings.first { $0.kind == .failures })
        #expect(rise.verdict == .growing)
        #expect(abs(try #require(rise.change) - 0.015) < 0.005)
        #expect(!findings.contains { $0.kind == .failureBurst })
    }

    @Test func aBurstIsReportedWithItsTimeAndIsNotARise() throws {
        let findings = FailureDrift.findings(
            Self.stretches(600, seed: 3) { (500..<516).contains($0) ? 0.3 : 0.004 })
        let bursts = findings.filter { $0.kind == .failureBurst }
        #expect(bursts.count == 1)
        #expect(bursts.first?.explanation.contains("from second 500 to 516") == true, "\(bursts)")
        #expect(!findings.contains { $0.kind == .failures && $0.verdict == .growing })
    }

    @Test func failuresThatClusterEverywhereAreNotABurst() {
        // Every fifth second is bad, throughout the run: this is the service's normal behaviour.
        let findings = FailureDrift.findings(Self.stretches(600, seed: 4) { $0.isMultiple(of: 5) ? 0.05 : 0.001 })
        #expect(findings.allSatisfy { $0.verdict == .stable }, "\(findings.map(\.explanation))")
    }

    @Test("A rise at the very end is neither called stable nor proven to stay")
    func aLateRiseIsInconclusive() throws {
        let findings = FailureDrift.findings(Self.stretches(600, seed: 5) { $0 < 540 ? 0.01 : 0.025 })
        let creep = try #require(findings.first { $0.kind == .failures })
        #expect(creep.verdict == .inconclusive, "\(creep.explanation)")
        #expect(creep.explanation.contains("is not ruled out"))
        #expect(creep.explanation.contains("a longer run would decide"))
    }

    @Test func stableSaysWhatIsRuledOut() throws {
        let findings = FailureDrift.findings(Self.stretches(600, seed: 6) { _ in 0.01 })
        #expect(try #require(findings.first).explanation.contains(" percentage points or more is ruled out"))
    }
}
