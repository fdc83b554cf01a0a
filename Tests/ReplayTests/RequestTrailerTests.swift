import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// The trailer section of a request: its values are bound, and digests of the body in it are computed.
@Suite struct RequestTrailerTests {
    private static let recorded = "8c1f6e0a94b24d7fb0c35e21"
    private static let live = "5d2e7f1b03a94c8e9f607a32"

    /// A response with an id, and a chunked request with the id in its body and `trailers`.
    private func plan(_ trailers: String, coding: String = "chunked") throws -> ReplayPlan {
        let made = Exchange(
            "POST", path: "/carts", begin: 0, end: 1, body: "{}", responseBody: #"{"id":"\#(Self.recorded)"}"#)
        var used = Exchange(
            "POST", path: "/orders", begin: 10, end: 11,
            fields: [("Transfer-Encoding", coding), ("Trailer", "X"), ("Content-Type", "application/json")],
            body: #"{"cart":"\#(Self.recorded)"}"#)
        used.request?.trailers = Array(trailers.utf8)
        return try ReplayPlan(
            sessions: [RecordedSession(number: 1, exchanges: [made, used])], options: PlanOptions())
    }

    /// The second request as it is sent with `value` as the id.
    private func message(
        _ plan: ReplayPlan, value: String?
    ) throws -> (refusal: RequestRenderer.Refusal?, text: String) {
        let options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:81")]))
        let table = RequestTable(plan: plan, options: options)
        var values = CloneValues(script: plan.scripts[0], clone: 0)
        let source = try #require(plan.scripts[0].requests[0].sources.first, "the id is bound")
        values[source.value] = value.map { Array($0.utf8) }
        let row = table.row(1, ofScript: 0).pointee
        try #require(row.template >= 0, "it differs from clone to clone")
        var renderer = MessageRenderer()
        let refusal = renderer.render(table.templates[Int(row.template)], values: values)
        return (refusal, String(decoding: renderer.bytes, as: UTF8.self))
    }

    @Test(arguments: [
        ("X-Sum: 5", "X-Sum: 5", "what has no value"),
        ("X-Cart:  \(recorded)", "X-Cart:  \(live)", "a value, with its white space"),
        ("X-Cart: a;id=\(recorded)", "X-Cart: a;id=\(live)", "a value within a field"),
        ("Content-MD5: IA/p6ZrfUQar13o+HHh6KA==", "Content-MD5: 46Cz+bt6mQYXPVWQ6TrjMA==", "RFC 1864"),
        (
            "Content-Digest: sha-256=:lk4oI5gtYfgnkLrVpNXAMCG5TJN5TIMEc8NjSXGtEyI=:",
            "Content-Digest: sha-256=:g3mY/T3cp45jCdfVehHpwLsE6zJKSHqiZXEOOTHt21Y=:", "RFC 9530, the usual place"
        ),
        (
            "x-checksum: 964e2823982d61f82790bad5a4d5c03021b94c93794c830473c3634971ad1322",
            "x-checksum: 837998fd3ddca78e6309d7d57a11e9c0bb04eb324a487aa265710e3931eddb56", "another name"
        ),
    ])
    func trailersFollowTheBody(recorded: String, sent: String, reason: String) throws {
        let plan = try plan("X-First: 1\r\n\(recorded)\r\nX-Last: 2\r\n\r\n")
        let (refusal, text) = try message(plan, value: Self.live)
        let body = #"{"cart":"\#(Self.live)"}"#
        #expect(refusal == nil, "\(reason)")
        let chunk = "\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n"
        #expect(text.hasSuffix("\(chunk)X-First: 1\r\n\(sent)\r\nX-Last: 2\r\n\r\n"), "\(reason): \(text)")
        #expect(text.components("X-Cart").count <= 2 && text.components("X-First").count == 2, "only behind the body")
    }

    @Test func aTrailerWithoutItsValueIsNotSent() throws {
        let plan = try plan("X-Cart: \(Self.recorded)\r\n\r\n")
        #expect(try message(plan, value: nil).refusal == .missingValue)
        #expect(try message(plan, value: "a\r\nX-Evil: 1").refusal == .missingValue, "a line end would add a field")
    }

    @Test func trailersThatWereNotSentWithChunksAreNone() throws {
        let plan = try plan("X-Cart: \(Self.recorded)\r\n\r\n", coding: "identity")
        #expect(try !message(plan, value: Self.live).text.contains("X-Cart"))
    }
}

extension String {
    fileprivate func components(_ text: String) -> [Substring] {
        split(separator: text, omittingEmptySubsequences: false)
    }
}
