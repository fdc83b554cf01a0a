import Analysis
import Formats
import Scenario
import TestSupport
import Testing
import Traffic

@testable import Measurement
@testable import Workflows

/// What each kind of criterion comes to in each scope, at its limit and beside it, and what a ladder's search does next,
/// a line a case.
@Suite struct ExactJudgingTests {
    private static let second: Int64 = 1_000_000_000

    private static let text = """
        log: a.rlog
        traffic:
          a: {endpoint: GET /a}
          b: {endpoint: GET /b}
          both: {mix: {a: 50%, b: 50%}}
        watch:
          redis: {redis: 'localhost:1'}
          api: {port: 1}
          slow: {port: 2, every: 10s}
        scenarios:
          s:
            traffic: both
            phases: [{name: warm, sessions: 1, hold: 10s, judged: false}, {name: high, sessions: 2, ramp: 10s, hold: 20s}]
            faults: [{name: f, run: x, undo: y, at: 22s, for: 5s}, {name: g, run: x, at: 35s}]
            gates: GATES

        """

    private static let gates = [
        "[p50<10ms]", "[p50<=10ms]", "[p95<40ms]", "[p95<41ms]", "[p99>=40ms]", "[mean<25ms]", "[mean<26ms]",
        "[max<=40ms]", "[max<39ms]", "[failures<1]",
        "[failures<2]", "[failures<2.4%]", "[failures<2.5%]", "['answered>=97.5%']", "['answered>=97.6%']",
        "[rps>=1.9]",
        "[rps>2]", "['rps(200)>=1']",
        "['rps(429)>1']", "['share(429)<=47.5%']", "['share(2xx)>=50%']", "['share(timeout)>=2.5%']",
        "['share(timeout)>2.5%']", "['share(4xx|5xx)<47.5%']",
        "{warm: ['p50<1s']}", "{high: ['p50<1s']}", "{a: ['p50<10ms']}", "{a: ['failures<1']}", "{b: ['p95<40ms']}",
        "{both: ['rps>=1.9']}", "['GET /a: p95<20ms']",
        "['GET /b: failures<1']", "['GET /c: p95<20ms']", "{each: ['p95<20ms']}", "{each: ['failures<1']}",
        "{during f: ['p95<41ms']}", "{after f: ['p95<41ms']}",
        "{before f: ['p95<41ms']}", "{during warm: ['p50<100ms']}", "{after warm: ['p50<100ms']}",
        "{during g: ['p95<41ms']}", "[sessions>=2]", "[sessions<1]",
        "{warm: ['sessions>=1']}", "['before(429)<=10']", "[no-leak]", "[no-drift]", "[no-regression]",
        "['max(redis.used)<=9']",
        "['max(redis.used)<9']", "['min(redis.used)>=4']", "['min(redis.used)>4']", "['mean(redis.used)<7']",
        "['mean(redis.used)<=6.75']", "['p95(redis.used)<9']",
        "['increase(redis.used)<5']", "['rate(redis.used)<0']", "['redis.used<9']",
        "['redis.used>4']", "['redis.used>=4']",
        "['increase(redis.ops)<=14']", "['increase(redis.ops)<14']", "['rate(redis.ops)>=0.7']", "['redis.hits>=90%']",
        "['redis.hits>90%']",
        "['ratio(redis.part, redis.whole)>=25%']", "['ratio(redis.part, redis.whole)<25%']",
        "['ratio(redis.whole, redis.none)<1']", "['ratio(redis.used, redis.still)<1']",
        "['max(redis.none)<5']", "['max(api.used)<5']", "['restarts(api)<1']", "['restarts(api)<2']",
        "['restarts(slow)<1']", "['restarts(redis)<1']",
        "[recovery(f)<3s]", "[recovery(f)<3.1s]", "[outage(g)<2s]",
        "[recovery(g)<5s]",
    ]

    /// Requests at these seconds that took that many milliseconds.
    private static func requests(
        _ seconds: some Sequence<Int>, ms: Int64, endpoint: Int = 0, status: UInt16 = 200, fate: Fate = .answered
    ) -> [RequestOutcome] {
        seconds.map { at in
            let begin = RunTime(nanoseconds: Int64(at) * second)
            let end = RunTime(nanoseconds: begin.nanoseconds + ms * 1_000_000)
            var outcome = RequestOutcome(
                endpoint: endpoint, status: status, fate: fate,
                times: RequestTimes(
                    scheduled: begin, ready: begin, started: begin, sent: begin, firstByte: nil, finished: end))
            outcome.part = endpoint
            return outcome
        }
    }

    private static func readings(
        _ series: String, _ values: [(Int, Double)], watch: String = "redis", kind: MetricKind = .level
    ) -> [MetricReading] {
        values.map { at, value in
            .sample(
                MetricIdentity(page: watch, series: series, kind: kind),
                MetricSample(time: RunTime(nanoseconds: Int64(at) * second), value: value))
        }
    }

    private static var metrics: [MetricReading] {
        readings("used", [(5, 99), (20, 8), (25, 4), (30, 9), (39, 6), (40, 77)])
            + readings("ops", [(5, 1), (20, 10), (30, 4), (39, 14)], kind: .counter)
            + readings("keyspace_hits", [(20, 100), (39, 190)], kind: .counter)
            + readings("keyspace_misses", [(20, 5), (39, 15)], kind: .counter)
            + readings("part", [(20, 0), (39, 5)], kind: .counter)
            + readings("whole", [(20, 0), (39, 20)], kind: .counter)
            + readings("still", [(20, 3), (39, 3)], kind: .counter)
            + readings("restarts", [(1, 0), (5, 1), (39, 1)], watch: "api", kind: .counter)
            + readings("restarts", [(1, 0), (23, 0)], watch: "slow", kind: .counter)
            + [.gap(page: "slow", RunTime(nanoseconds: 24 * second), reason: "it is gone")]
    }

    private static func result(_ gate: String) throws -> GateResult {
        let sent =
            requests(0..<20, ms: 900) + requests(20..<40, ms: 10) + requests(21..<40, ms: 40, endpoint: 1, status: 429)
            + requests([20], ms: 40, endpoint: 1, status: 0, fate: .timeout)
        let campaign = try JudgedCampaign(text.replacing("GATES", with: gate), sent, metrics)
        var effect = FaultEffect(
            name: "f", began: 22 * second, undone: 27 * second, end: 40 * second, timeline: LoadTimeline())
        (effect.outageSeconds, effect.recoverySeconds) = (2, 3)
        return CriterionJudge(campaign.scenario, in: campaign.file, campaign.record, effects: [effect])
            .result(of: campaign.scenario.gates[0])
    }

    private static func judged() throws -> GoldenTable.Entry {
        let lines = gates.map { gate in
            do {
                let result = try result(gate)
                return "\(gate) \(result.outcome): \(result.figure)\(result.margin.map { ", margin \($0)" } ?? "")"
            } catch {
                return "\(gate) is refused: \(error)"
            }
        }
        return GoldenTable.Entry("criteria", lines.joined(separator: "\n"))
    }

    /// The numbers of series of few values.
    private static func series() -> GoldenTable.Entry {
        let cases: [[Double]] = [
            [], [5], [1, 2], [2, 1], [10, 14, 2, 5], [3, 3], (1...19).map(Double.init), (1...20).map(Double.init),
            (1...21).map(Double.init),
        ]
        let lines = cases.map { values in
            let points = values.enumerated().map {
                WatchedSeries.Point(timeNs: Int64($0.offset) * second / 2, value: $0.element)
            }
            let series = WatchedSeries(points: points)
            let aggregates: [Criterion.Aggregate] = [.mean, .max, .min, .p95, .increase, .rate, .value]
            let numbers = aggregates.map { aggregate in
                let found = [(true, true), (false, true), (true, false)].map { isCounter, wantsLeast in
                    series.number(aggregate, isCounter: isCounter, wantsLeast: wantsLeast).map { "\($0)" } ?? "none"
                }
                return "\(aggregate.rawValue) \(found.joined(separator: "/"))"
            }
            return "\(values): \(numbers.joined(separator: ", "))"
        }
        return GoldenTable.Entry("series", lines.joined(separator: "\n"))
    }

    /// The levels that searches run for outcomes given in advance: held, failed, failed closely or inconclusive.
    private static func searches() throws -> GoldenTable.Entry {
        var lines: [String] = []
        let ladders = [
            "ladder: [100, 200, 400]", "ladder: [100, 200, 400]\nback: 50", "ladder: [100, 200]\nsearch: 10%",
            "ladder: [100, 200]\nsearch: 50%\nback: 10",
            "ladder: [1, 2]\nsearch: 10%", "ladder: [50000, 100000]\nsearch: 1%", "ladder: [2, 3]\nsearch: 34%",
        ]
        let outcomes = [
            "", "hhh", "hhhh", "f", "ff", "fff", "hf", "hfh", "hff", "hfhh", "hfhhh", "hffh", "hfhf", "hfhff", "hfhfh",
            "hfhfhfhf", "c", "cc", "ch", "ci", "i", "ii",
            "hi", "hii", "hih", "hci", "hfi", "hfii", "hfhi", "hfhii", "hfhc", "hfhch", "ffffffffffffffffffff",
            "fhfhfhfhfhfhfhfhfhfhfhfh", "hfhhhhhhhhhhhhhhhhhhhhhh", "hfhhhhfffffffff",
        ]
        for ladder in ladders {
            let file = try ScenarioFile(parsing: "log: a.rlog\nhold: 1m\n\(ladder)", name: "test")
            guard case .ladder(let own) = file.scenarios[0].load else { continue }
            for text in outcomes {
                var search = LadderSearch(own)
                for outcome in text where search.next != nil {
                    search.take(
                        outcome == "h" ? .held : outcome == "i" ? .inconclusive : .failed, isClose: outcome == "c")
                }
                let trials = search.trials.map { "\($0.level) \($0.purpose.rawValue) \($0.outcome)" }.joined(
                    separator: ", ")
                lines.append(
                    "\(ladder.utf8.readable), \(text): \(trials); next \(search.next.map { "\($0.level) \($0.purpose.rawValue)" } ?? "none"),"
                        + " capacity \(search.capacity ?? 0), failing \(search.firstFailing ?? 0), unproven \(search.unproven ?? 0)"
                )
            }
        }
        return GoldenTable.Entry("searches", lines.joined(separator: "\n"))
    }

    @Test func judgingIsExact() throws {
        let entries = [try Self.judged(), Self.series(), try Self.searches()]
        let differences = GoldenTable("judging.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
