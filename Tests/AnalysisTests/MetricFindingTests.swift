import Measurement
import Testing
import Traffic

@testable import Analysis

/// Scraped series are judged like figures watched from outside.
@Suite struct MetricFindingTests {
    private static let page = "http://127.0.0.1:9/metrics"

    /// A run of ten minutes during which series were scraped each second.
    private static func record(
        _ series: String, kind: MetricKind = .gauge, start: @escaping (Double) -> Double? = { _ in nil },
        value: (Double) -> Double
    ) -> RunRecord {
        var record = SyntheticRun(seconds: 600, requestsPerSecond: 2).record
        for second in 0..<600 {
            record.metrics.add(
                .sample(
                    MetricIdentity(page: page, series: series, kind: kind),
                    MetricSample(
                        time: RunTime(nanoseconds: Int64(second) * 1_000_000_000), value: value(Double(second)),
                        processStart: start(Double(second)))))
        }
        return record
    }

    private static func findings(_ record: RunRecord) -> [SoakFinding] {
        SoakFindings.all(of: record).filter { [.memory, .metric].contains($0.kind) }
    }

    /// Noise without a trend.
    private static func ripple(_ second: Double) -> Double { Double(Int(second) * 7919 % 101) / 101 }

    @Test func bytesThatGrowAreALeak() throws {
        let record = Self.record("heap_bytes{area=\"heap\"}") { 2e8 + 4e5 * $0 + 1e6 * Self.ripple($0) }
        let finding = try #require(Self.findings(record).first)
        #expect(finding.kind == .memory && finding.subject == "heap_bytes{area=\"heap\"}")
        #expect(finding.verdict == .growing)
        #expect(abs(try #require(finding.ratePerHour) / 1.44e9 - 1) < 0.1)
        #expect(try #require(finding.bytesPerRequest) > 1e5, "the requests of the run are known")
        let summary = RunSummary(of: record, gates: [try Criterion(parsing: "no-leak")])
        #expect(summary.verdict == .fail)
        #expect(summary.metrics?.map(\.samples) == [600])
    }

    @Test func bytesThatStayAreNone() throws {
        let record = Self.record("heap_bytes") { 2e8 + 1e6 * Self.ripple($0) }
        #expect(Self.findings(record).map(\.verdict) == [.stable])
    }

    @Test(arguments: [
        (0.05, SoakVerdict.growing, "a count that grows by 30"), (0, .stable, "a count that stays"),
    ])
    func countsAreJudgedAsCounts(rate: Double, verdict: SoakVerdict, reason: Comment) {
        let record = Self.record("connections_open") { (20 + rate * $0 + 2 * Self.ripple($0)).rounded() }
        #expect(Self.findings(record).map(\.kind) == [.metric], reason)
        #expect(Self.findings(record).map(\.verdict) == [verdict], reason)
    }

    @Test(arguments: [(0.5, SoakVerdict.growing), (0, .stable)])
    func ratiosAreJudgedByWhatIsUsual(growth: Double, verdict: SoakVerdict) {
        let record = Self.record("pool_used_ratio") { 0.4 + growth * $0 / 600 + 0.01 * Self.ripple($0) }
        #expect(Self.findings(record).map(\.verdict) == [verdict])
    }

    @Test(arguments: [
        ("requests_total", MetricKind.counter, "it only counts up"),
        ("process_start_time_seconds", .gauge, "a time at which something began"),
    ])
    func whatMustGrowIsNotJudged(series: String, kind: MetricKind, reason: Comment) {
        let record = Self.record(series, kind: kind) { 1000 * $0 }
        #expect(Self.findings(record).isEmpty, reason)
        #expect(RunSummary(of: record).metrics?.map(\.series) == [series], "it is reported nevertheless")
    }

    @Test func aRestartOfTheProcessIsNeitherAReclaimNorALeak() {
        let began = { (second: Double) in second < 300 ? 1_700_000_000.0 : 1_700_000_300 }
        let healthy = Self.record("rss_bytes", start: began) { second in
            let age = second.truncatingRemainder(dividingBy: 300)
            return 1e8 + 2e7 * min(age / 20, 1) + 1e6 * Self.ripple(second)
        }
        #expect(Self.findings(healthy).allSatisfy { $0.verdict != .growing })
        let leaking = Self.record("rss_bytes", start: began) { second in
            1e8 + 1e6 * second.truncatingRemainder(dividingBy: 300) + 1e6 * Self.ripple(second)
        }
        #expect(Self.findings(leaking).map(\.verdict) == [.growing])
        #expect(Self.findings(leaking).first?.explanation.contains("restarted once") == true)
    }

    @Test func gapsAreReportedAndDoNotSplitASeries() {
        var record = Self.record("heap_bytes") { 2e8 + 1e6 * Self.ripple($0) }
        for second in [100, 101] as [Int64] {
            record.metrics.add(
                .gap(page: Self.page, RunTime(nanoseconds: second * 1_000_000_000), reason: "timeout"))
        }
        let summary = RunSummary(of: record)
        #expect(summary.warnings.contains("2 scrapes of \(Self.page) failed, the first 100 s into the run: timeout"))
        #expect(Self.findings(record).map(\.verdict) == [.stable])
    }

    @Test(arguments: [0, 1, 2]) func fewSamplesAreAnAnswer(count: Int) {
        var record = SyntheticRun(seconds: 10).record
        for second in 0..<count {
            record.metrics.add(
                .sample(
                    MetricIdentity(page: Self.page, series: "a_bytes", kind: .gauge),
                    MetricSample(time: RunTime(nanoseconds: Int64(second) * 1_000_000_000), value: -1e300)))
        }
        #expect(Self.findings(record).allSatisfy { $0.verdict == .inconclusive })
    }
}
