import Foundation
import Testing

@testable import Analysis

@Suite struct LatencyDriftTests {
    /// Log-normal service times around `median` ms.
    static func lognormal(_ median: Double, _ draw: Double) -> Double {
        // The logistic distribution approximates the normal one closely enough, and is invertible.
        median * exp(0.3 * log(max(draw, 1e-6) / max(1 - draw, 1e-6)) / 1.7)
    }

    static func findings(_ run: SyntheticRun) -> [SoakFinding] {
        SoakFindings.all(of: run.record).filter { $0.kind == .latency }
    }

    @Test func steadyLatencyIsNotDrift() {
        for seed in 1...2 {
            var run = SyntheticRun(seconds: 300, seed: UInt64(seed))
            run.service = { Self.lognormal(20, $1) }
            let findings = Self.findings(run)
            #expect(findings.contains { $0.subject == "GET /a p50" })
            #expect(!findings.contains { $0.verdict == .growing })
        }
    }

    @Test func aGradualRiseIsDriftWithItsRate() throws {
        var run = SyntheticRun(seconds: 300)
        run.service = { Self.lognormal(20 * (1 + 0.3 * $0 / 300), $1) }
        let finding = try #require(Self.findings(run).first { $0.subject == "GET /a p50" })
        #expect(finding.verdict == .growing)
        #expect(abs((finding.change ?? 0) - 0.26) < 0.08, "12 % of the run are left out")
        #expect(finding.explanation.hasPrefix("p50 of GET /a rose by "))
        #expect(finding.explanation.contains(" ms to "))
    }

    @Test func aStepIsDriftAndSaysWhen() throws {
        var run = SyntheticRun(seconds: 300)
        run.service = { Self.lognormal($0 < 180 ? 20 : 26, $1) }
        let finding = try #require(Self.findings(run).first { $0.subject == "GET /a p50" })
        #expect(finding.verdict == .growing)
        #expect(finding.ratePerHour == nil)
        #expect(finding.explanation.contains("around second 1"))
        #expect(!finding.explanation.contains(/between (\d+) and \1\)/), "a range has two ends")
    }

    @Test func aRiseOfTheSlowestAloneIsSeen() throws {
        var run = SyntheticRun(seconds: 300, requestsPerSecond: 400)
        run.service = { second, draw in Self.lognormal(20, draw) * (draw > 0.97 ? 1 + 0.6 * second / 300 : 1) }
        let findings = Self.findings(run)
        #expect(findings.first { $0.subject == "GET /a p99" }?.verdict == .growing)
        #expect(findings.first { $0.subject == "GET /a p50" }?.verdict != .growing)
    }

    @Test("A tail of one route that appears in a run of minutes is seen, though p90 does not move")
    func tail() {
        // 40 requests per second of the endpoint: p99 has 5 to 10 values beyond it in each of twelve blocks.
        var run = SyntheticRun(seconds: 330, requestsPerSecond: 82)
        run.service = { second, draw in draw > 0.95 && second > 165 ? 52 : 20 + 3 * draw * draw }
        let found = Self.findings(run).filter { $0.verdict == .growing }
        #expect(found.contains { $0.subject.contains("p99") }, "\(Self.findings(run).map(\.explanation))")
        run.service = { 20 + 3 * $1 * $1 }
        #expect(!Self.findings(run).contains { $0.verdict == .growing })
    }

    @Test func slownessThatMoreLoadExplainsIsNotDrift() {
        var run = SyntheticRun(seconds: 300)
        run.load = { 1 + 0.5 * sin($0 / 300 * 9) }
        run.service = { second, draw in Self.lognormal(20 * (1 + 0.3 * sin(second / 300 * 9)), draw) }
        #expect(!Self.findings(run).contains { $0.verdict == .growing })
    }

    @Test func fasterIsNotDrift() {
        var run = SyntheticRun(seconds: 300)
        run.service = { Self.lognormal(20 * (1 - 0.3 * $0 / 300), $1) }
        #expect(!Self.findings(run).contains { $0.verdict == .growing })
    }

    @Test func fewRequestsAreInconclusive() {
        var run = SyntheticRun(seconds: 300)
        run.requestsPerSecond = 1
        #expect(!Self.findings(run).contains { $0.subject.hasSuffix("p99") })
        #expect(Self.findings(SyntheticRun(seconds: 5)).isEmpty)
    }

    @Test func theRisesOfAnEndpointAreOneFindingThatNamesThem() {
        var run = SyntheticRun(seconds: 300, requestsPerSecond: 400)
        run.service = { Self.lognormal($0 < 150 ? 20 : 28, $1) }
        let growing = Self.findings(run).filter { $0.verdict == .growing }
        #expect(growing.map(\.subject) == ["GET /a p50", "POST /b p50"])
        for finding in growing { #expect(finding.explanation.contains("it also rose in p99 by "), "\(finding)") }
    }
}
