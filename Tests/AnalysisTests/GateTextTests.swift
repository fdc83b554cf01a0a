import Measurement
import Testing

@testable import Analysis

/// A figure beside its limit: a reader must see on which side it is.
@Suite struct GateTextTests {
    @Test(
        "A value that only nearly reaches its limit looks different",
        arguments: [
            (1.95, "rps>=2", .failed, "rps = 1.95 requests/s"), (2.04, "rps>2", .passed, "rps = 2.04 requests/s"),
            (1.999_996, "rps>=2", .failed, "rps = 1.999996 requests/s"), (2, "rps>=2", .passed, "rps = 2.0 requests/s"),
            (2, "rps>2", .failed, "rps = 2.0 requests/s"), (17.25, "rps>=2", .passed, "rps = 17.3 requests/s"),
        ] as [(Double, String, GateResult.Outcome, String)])
    func rates(value: Double, gate: String, outcome: GateResult.Outcome, figure: String) throws {
        let figures = RequestFigures(
            kind: .response, times: TimeDistribution(), service: TimeDistribution(), isSaturated: false, requests: 2,
            failures: 0, answers: 2, responsesPerSecond: value)
        let criterion = try Criterion(parsing: gate)
        let answer = figures.judge(criterion.figure, criterion.comparison)
        #expect(answer.outcome == outcome)
        #expect(answer.figure == figure)
    }

    @Test(
        arguments: [
            (500.2, 500, "500.2 ms"), (500, 500, "500 ms"), (499.96, 500, "499.96 ms"), (512.4, 500, "512 ms"),
            (99.96, 100, "99.96 ms"), (1.0004, 1, "1.0004 ms"), (10_004, 10_000, "10.004 s"), (12_345, nil, "12.35 s"),
            (0.25, nil, "0.250 ms"),
        ] as [(Double, Double?, String)])
    func times(value: Double, limit: Double?, text: String) {
        #expect(GateEvaluation.milliseconds(value, besideLimit: limit) == text)
    }
}
