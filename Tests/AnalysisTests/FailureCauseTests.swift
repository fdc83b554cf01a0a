import Measurement
import Testing
import Traffic

@testable import Analysis

/// The failure table: failures with one root are grouped under it, and the counts add up.
@Suite struct FailureCauseTests {
    private static let endpoints = ["POST /login", "GET /orders", "GET /items", "POST /cart"]
    private static let missing = FailureCause(
        text: "POST /login answered 200 without $.token (its keys: access_token, expires_in)", rootEndpoint: 0)

    private static func record(_ rows: [(FailureTable.Key, UInt64)], examples: [RequestExample] = []) -> RunRecord {
        var record = RunRecord(
            description: RunDescription(startedAt: 0, settings: [:], endpoints: endpoints, plannedSessions: 1),
            series: WindowSeries(), targets: [])
        for (key, count) in rows {
            record.failures.add(
                key, .init(count: count, firstNs: 1_500_000_000, lastNs: 9_000_000_000))
        }
        record.examples = examples
        return record
    }

    @Test func failuresWithOneRootAreGroupedUnderIt() throws {
        let rows = FailureCauses(
            of: Self.record([
                (.init(endpoint: 2, expectedStatus: 200, status: 500, fate: .unexpectedStatus), 500),
                (.init(endpoint: 1, expectedStatus: 200, fate: .missingBinding, cause: Self.missing), 402),
                (.init(endpoint: 3, expectedStatus: 201, fate: .missingBinding, cause: Self.missing), 380),
                (.init(endpoint: 1, fate: .timeout), 3),
            ])
        ).rows
        #expect(rows.map(\.endpoint) == ["GET /orders", "POST /cart", "GET /items", "GET /orders"])
        #expect(rows.map(\.count) == [402, 380, 500, 3], "782 in all come before 500")
        let root = try #require(rows.first?.root)
        #expect(
            root
                == "POST /login answered 200 without $.token (its keys: access_token, expires_in): 782 later requests were not sent"
        )
        #expect(rows[1].root == root && rows[2].root == nil && rows[3].root == nil)
        #expect(
            rows[0].receivedText == "not sent" && rows[2].receivedText == "500" && rows[3].receivedText == "no response"
        )
        #expect(rows[0].expectedText == "200" && rows[3].expectedText == "–")
        #expect(rows.allSatisfy { $0.firstSeconds == 1.5 && $0.lastSeconds == 9 })
    }

    @Test func theFailuresOfTheRootItselfComeFirst() {
        let refused = FailureCause(text: "POST /login answered 503", rootEndpoint: 0)
        let rows = FailureCauses(
            of: Self.record([
                (.init(endpoint: 2, expectedStatus: 200, status: 404, fate: .unexpectedStatus), 90),
                (.init(endpoint: 1, expectedStatus: 200, fate: .missingBinding, cause: refused), 100),
                (.init(endpoint: 0, expectedStatus: 200, status: 503, fate: .unexpectedStatus), 10),
            ]), advisor: Advisor { _ in "set the binding" }
        ).rows
        #expect(rows.map(\.endpoint) == ["POST /login", "GET /orders", "GET /items"])
        #expect(rows.map(\.count) == [10, 100, 90])
        #expect(
            rows[1].root == "POST /login answered 503: 100 later requests were not sent", "bindings are not at fault")
    }

    @Test func theFailuresOfAnEndpointWithTwoRootsComeBeforeTheLargerOne() {
        let token = FailureCause(text: "POST /login answered 503 without $.token", rootEndpoint: 0)
        let cookie = FailureCause(text: "cookie sid was not set by POST /login, which answered 503", rootEndpoint: 0)
        let rows = FailureCauses(
            of: Self.record([
                (.init(endpoint: 1, expectedStatus: 200, fate: .missingBinding, cause: token), 10),
                (.init(endpoint: 2, expectedStatus: 200, fate: .missingBinding, cause: cookie), 30),
                (.init(endpoint: 0, expectedStatus: 200, status: 503, fate: .unexpectedStatus), 5),
            ])
        ).rows
        #expect(rows.map(\.endpoint) == ["POST /login", "GET /items", "GET /orders"])
    }

    @Test func requestsSentWithRecordedValuesAreCountedSeparately() {
        let rows = FailureCauses(
            of: Self.record([
                (.init(endpoint: 1, expectedStatus: 200, fate: .missingBinding, cause: Self.missing), 2),
                (.init(endpoint: 3, expectedStatus: 201, status: 201, fate: .recordedValue, cause: Self.missing), 3),
            ])
        ).rows
        #expect(
            rows.first?.root?.hasSuffix(
                ": 2 later requests were not sent, 3 later requests were sent with the recorded value")
                == true)
    }

    @Test func anExampleIsOneOfTheRow() {
        let times = RequestTimes.unsent(scheduled: .zero, ready: .zero, at: .zero)
        let example = { (status: UInt16) in
            RequestExample(
                RequestOutcome(endpoint: 2, status: status, fate: .unexpectedStatus, times: times),
                endpoint: "GET /items",
                clone: 1, sent: "GET /items/*** HTTP/1.1\r\nHost: a\r\n", received: "HTTP/1.1 \(status) No\r\n")
        }
        let rows = FailureCauses(
            of: Self.record(
                [
                    (.init(endpoint: 2, expectedStatus: 200, status: 404, fate: .unexpectedStatus), 9),
                    (.init(endpoint: 2, expectedStatus: 200, status: 500, fate: .unexpectedStatus), 8),
                    (.init(endpoint: 1, expectedStatus: 200, status: 500, fate: .unexpectedStatus), 7),
                ], examples: [example(500), example(404)])
        ).rows
        #expect(
            rows.map(\.example) == [
                "GET /items/*** HTTP/1.1 → HTTP/1.1 404 No", "GET /items/*** HTTP/1.1 → HTTP/1.1 500 No", nil,
            ])
    }

    @Test func theExchangeIsThatOfTheExample() {
        let times = RequestTimes.unsent(scheduled: .zero, ready: .zero, at: .zero)
        var example = RequestExample(
            RequestOutcome(endpoint: 2, status: 404, fate: .unexpectedStatus, times: times), endpoint: "GET /items",
            clone: 1, sent: "GET /items HTTP/1.1\r\n", received: "HTTP/1.1 404 No\r\n")
        example.exchange = 31
        var record = Self.record([], examples: [example])
        let rows: [(endpoint: Int, status: UInt16)] = [(2, 404), (1, 500)]
        for (place, row) in rows.enumerated() {
            record.failures.add(
                .init(endpoint: row.endpoint, expectedStatus: 200, status: row.status, fate: .unexpectedStatus),
                .init(count: UInt64(9 - place), firstNs: 0, lastNs: 0, exchange: 7))
        }
        let causes = FailureCauses(of: record).rows
        #expect(causes.map(\.exchange) == [31, 7])
        #expect(
            causes.map(\.exampleText) == ["exchange 31: GET /items HTTP/1.1 → HTTP/1.1 404 No", "exchange 7"])
        #expect(
            RunFigures(of: record).failures.map(\.error).allSatisfy { $0.hasSuffix(")") && $0.contains("(exchange ") })
    }

    @Test func oneRequestIsNoRequests() {
        let rows = FailureCauses(
            of: Self.record([(.init(endpoint: 1, fate: .missingBinding, cause: Self.missing), 1)]),
            advisor: Advisor { $0 == .fixBindings ? "set the binding" : nil }
        ).rows
        #expect(rows.first?.root?.hasSuffix(": 1 later request was not sent (set the binding)") == true)
    }

    @Test func whatWasNotSentHasItsCauseRatherThanAnExample() {
        let times = RequestTimes.unsent(scheduled: .zero, ready: .zero, at: .zero)
        let example = RequestExample(
            RequestOutcome(endpoint: 1, status: 0, fate: .missingBinding, times: times), endpoint: "GET /orders",
            clone: 1, sent: "GET {…}/orders/{…} HTTP/1.1\r\n",
            received: "not sent: GET /items got no response (refused), so $.id is missing")
        let rows = FailureCauses(
            of: Self.record(
                [(.init(endpoint: 1, expectedStatus: 200, fate: .missingBinding, cause: Self.missing), 9)],
                examples: [example])
        ).rows
        #expect(rows.map(\.example) == [nil] && rows.map(\.cause) == [Self.missing.text])
    }

    @Test func anExampleWithoutAResponseStatesItsOutcome() {
        let times = RequestTimes.unsent(scheduled: .zero, ready: .zero, at: .zero)
        let example = RequestExample(
            RequestOutcome(endpoint: 0, status: 0, fate: .refused, times: times), endpoint: "POST /login", clone: 1,
            sent: "POST {…}/login HTTP/1.1\r\nHost: {…}\r\n", received: "")
        let rows = FailureCauses(
            of: Self.record([(.init(endpoint: 0, expectedStatus: 200, fate: .refused), 2)], examples: [example])
        ).rows
        #expect(rows.map(\.example) == ["POST /login HTTP/1.1 → no response (refused)"])
    }
}
