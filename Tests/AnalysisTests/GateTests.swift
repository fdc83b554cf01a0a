import Analysis
import Testing

@Suite struct GateTests {
    @Test(
        arguments: [
            ("no-leak", .noLeak), ("no-drift", .noDrift),
            ("failures<1%", .figure(.failureRatio, endpoint: nil, relation: .below, limit: 0.01)),
            ("failures <= 0", .figure(.failureCount, endpoint: nil, relation: .atMost, limit: 0)),
            ("p95<500ms", .figure(.quantile(0.95), endpoint: nil, relation: .below, limit: 500)),
            ("p50 < 250us", .figure(.quantile(0.5), endpoint: nil, relation: .below, limit: 0.25)),
            ("max<=1m", .figure(.max, endpoint: nil, relation: .atMost, limit: 60_000)),
            ("mean<3ms", .figure(.mean, endpoint: nil, relation: .below, limit: 3)),
            ("rps>100", .figure(.requestsPerSecond, endpoint: nil, relation: .above, limit: 100)),
            ("rps>=99.5", .figure(.requestsPerSecond, endpoint: nil, relation: .atLeast, limit: 99.5)),
            (
                "p95(GET /api/v1/items)<200ms",
                .figure(.quantile(0.95), endpoint: "GET /api/v1/items", relation: .below, limit: 200)
            ),
            (
                "failures( GET /a<b>(c)/{id} )<0.5%",
                .figure(.failureRatio, endpoint: "GET /a<b>(c)/{id}", relation: .below, limit: 0.005)
            ),
            (
                "POST /auth/login: p99<1s",
                .figure(.quantile(0.99), endpoint: "POST /auth/login", relation: .below, limit: 1000)
            ),
            (
                "GET /jobs/{id}:cancel:failures<2",
                .figure(.failureCount, endpoint: "GET /jobs/{id}:cancel", relation: .below, limit: 2)
            ),
        ] as [(String, Gate.Subject)])
    func gatesAreUnderstood(text: String, subject: Gate.Subject) throws {
        let gate = try Gate(parsing: text)
        #expect(gate.text == text)
        #expect(gate.subject == subject)
    }

    @Test func percentilesMayHaveDecimals() throws {
        guard case .figure(.quantile(let quantile), _, _, _) = try Gate(parsing: "p99.9<2s").subject else {
            Issue.record("no quantile")
            return
        }
        #expect(abs(quantile - 0.999) < 1e-12)
    }

    @Test(arguments: [
        ("", GateError.Reason.noRelation, "empty"), ("p95", .noRelation, "no limit"),
        ("no-leaks", .noRelation, "a misspelt name"), ("p95=5ms", .noRelation, "no such relation"),
        ("q95<5ms", .unknownFigure, "no such figure"), ("p0<5ms", .unknownFigure, "percentile 0"),
        ("p100<5ms", .unknownFigure, "that is max"), ("p-5<5ms", .unknownFigure, "negative"),
        ("p1e1<5ms", .unknownFigure, "an exponent"), ("pnan<5ms", .unknownFigure, "not a number"),
        ("p95()<5ms", .emptyEndpoint, "an endpoint without a name"),
        (" : p95<5ms", .emptyEndpoint, "nothing before the colon"),
        ("p95(GET /x<5ms", .unknownFigure, "an open parenthesis"),
        ("p95<5", .badLimit(expected: "a duration such as 500ms"), "no unit"),
        ("p95<", .badLimit(expected: "a duration such as 500ms"), "nothing"),
        ("p95<-5ms", .badLimit(expected: "a duration such as 500ms"), "negative"),
        ("failures<0.01", .badLimit(expected: "a share such as 1% or a whole number of requests"), "neither"),
        ("failures<101%", .badLimit(expected: "a share such as 1% or a whole number of requests"), "over 100 %"),
        ("rps>inf", .badLimit(expected: "a number of requests per second"), "infinite"),
        (String(repeating: "p", count: 513), .tooLong, "too long"),
    ])
    func othersAreRefusedWithTheReason(text: String, reason: GateError.Reason, why: String) {
        do {
            _ = try Gate(parsing: text)
            Issue.record("taken although: \(why)")
        } catch {
            #expect(error.reason == reason, "\(why)")
            #expect(!"\(error)".isEmpty)
        }
    }
}
