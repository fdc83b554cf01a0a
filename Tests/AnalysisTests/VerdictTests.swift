import Formats
import Measurement
import Testing

@testable import Analysis

/// The verdict of a run: what its gates together prove.
@Suite struct VerdictTests {
    private static func result(_ outcome: GateResult.Outcome, isBuiltIn: Bool = false) -> GateResult {
        var result = GateResult(gate: "p95<1s", outcome: outcome, figure: "")
        if isBuiltIn { result.isBuiltIn = true }
        return result
    }

    @Test(
        "A run passes only if a gate passed",
        arguments: [
            ([], false, .none), ([.passed], false, .pass), ([.passed, .failed], false, .fail),
            ([.inconclusive], false, .inconclusive), ([.inconclusive, .inconclusive], false, .inconclusive),
            ([.passed, .inconclusive], false, .pass), ([.inconclusive], true, .fail),
            ([.passed, .inconclusive], true, .fail),
        ] as [([GateResult.Outcome], Bool, Verdict)])
    func gates(outcomes: [GateResult.Outcome], isStrict: Bool, expected: Verdict) {
        #expect(outcomes.map { Self.result($0) }.verdict(isStrict: isStrict) == expected)
    }

    @Test("A condition of every run that is open leaves the verdict open: an interrupted run proves nothing")
    func conditions() throws {
        #expect(
            [Self.result(.passed), Self.result(.inconclusive, isBuiltIn: true)].verdict(isStrict: false)
                == .inconclusive)
        var record = SyntheticRun(seconds: 6, plannedSeconds: 60).record
        record.description.end?.wasInterrupted = true
        let summary = RunSummary(of: record, gates: [try Criterion(parsing: "p95<1s")])
        #expect(summary.verdict == .inconclusive)
        #expect(summary.gates.map(\.gate) == ["p95<1s", "every run: complete"])
    }

    /// A run in which no request of `POST /b` was answered.
    private static var halfDead: RunRecord {
        var record = SyntheticRun(seconds: 10).record
        var series = WindowSeries()
        for window in record.series.windows {
            var own = window
            for index in own.endpoints.indices where own.endpoints[index].endpoint == 1 {
                own.endpoints[index].failures = own.endpoints[index].requests
                own.endpoints[index].times = [:]
            }
            series.append(own)
        }
        record.series = series
        return record
    }

    @Test(
        "A gate on an endpoint that does not answer fails the run",
        arguments: [
            ("POST /b: p95<1s", Verdict.fail), ("each: p95<1s", .fail), ("GET /a: p95<1s", .pass), ("p95<1s", .pass),
        ])
    func deadEndpoint(gate: String, expected: Verdict) throws {
        let summary = RunSummary(of: Self.halfDead, gates: [try Criterion(parsing: gate)])
        #expect(summary.verdict == expected, "\(summary.gates)")
        #expect(summary.gates.contains { $0.gate == "every run: POST /b: answered>=50%" } == (expected == .fail))
    }
}
