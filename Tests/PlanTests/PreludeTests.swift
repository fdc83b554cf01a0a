import Testing
import Traffic

@testable import Plan

/// Requests that a filter leaves out, and those that are sent because others need them.
@Suite struct PreludeTests {
    private static let token = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"

    /// Registers, logs in, views two pages, creates an item and gets it, with `fields` from the login on.
    private func visit(session: UInt32 = 1, startMs: Int64 = 0, name: String = "ann", cookies: Bool = false)
        -> Recording
    {
        let token = PreludeTests.token.dropLast() + "\(session)"
        let fields = [cookies ? "Cookie: sid=\(token)" : "Authorization: Bearer \(token)"]
        let body = #"{"username":"\#(name)","password":"x"}"#
        var recording = Recording(session: session, startMs: startMs)
        recording.add("POST", "/register", body: body, status: 201)
        recording.add(
            "POST", "/login", body: body, answer: cookies ? "{}" : #"{"access_token":"\#(token)"}"#,
            answerFields: cookies ? ["Set-Cookie: sid=\(token); Path=/"] : [], gapMs: 100)
        recording.add("GET", "/news", fields: fields, gapMs: 1000)
        recording.add("GET", "/me", fields: fields, gapMs: 2000)
        recording.add(
            "POST", "/items", fields: fields, body: #"{"title":"x"}"#,
            answer: #"{"id":"8f14e45fceea167a5a36dedd4bea\#(1000 + session)"}"#)
        recording.add("GET", "/items/8f14e45fceea167a5a36dedd4bea\(1000 + session)", fields: fields, gapMs: 500)
        return recording
    }

    private func plan(
        _ recordings: [Recording], _ change: (inout PlanOptions) -> Void = { _ in },
        keeping: @escaping (String) -> Bool
    ) throws -> ReplayPlan {
        var options = PlanOptions()
        change(&options)
        return try ReplayPlan(sessions: recordings.map(\.recorded), options: options) { exchange in
            keeping(String(decoding: exchange.request?.head.prefix { $0 != 0x0d } ?? [], as: UTF8.self))
        }
    }

    private func lines(_ plan: ReplayPlan, _ script: Int = 0) -> [String] {
        plan.scripts[script].requests.map { "\($0.isPrelude ? "(" : "")\(plan.endpoints[$0.endpoint].label)" }
    }

    @Test(arguments: [true, false]) func theLoginIsSentAheadOfWhatIsKept(cookies: Bool) throws {
        let plan = try plan([visit(cookies: cookies)]) { $0.hasPrefix("GET /me") }
        #expect(lines(plan) == ["(POST /register", "(POST /login", "GET /me"])
        #expect(plan.endpoints.map(\.label) == ["POST /register", "POST /login", "GET /me"])
        #expect(plan.findings.prelude.map(\.endpoint) == ["POST /login", "POST /register"])
        #expect(plan.findings.requests == 3)
        let requests = plan.scripts[0].requests
        #expect(requests.map { $0.offsetNs / 1_000_000 } == [0, 5, 10], "no pause between those of the prelude")
        #expect(requests.map(\.predecessors) == [[], [0], [1]])
        #expect(requests[2].cookieSources == (cookies ? [1] : []))
        #expect(plan.scripts[0].plannedDurationNs == 15_000_000)
    }

    @Test func whatIsPolledIsAskedForAsOftenAsRecorded() throws {
        let job = PreludeTests.token.dropLast() + "7"
        var recording = Recording()
        recording.add("POST", "/exports", status: 202, answer: #"{"job":"\#(job)"}"#)
        recording.add("GET", "/jobs/\(job)", answer: #"{"state":"running"}"#)
        recording.add("GET", "/other", answer: "{}")
        recording.add("GET", "/jobs/\(job)", answer: #"{"state":"done","file":"\#(PreludeTests.token)"}"#)
        recording.add("GET", "/files/\(PreludeTests.token)")
        let plan = try plan([recording]) { $0.hasPrefix("GET /files") }
        #expect(lines(plan).map { String($0.prefix(10)) } == ["(POST /exp", "(GET /jobs", "(GET /jobs", "GET /files"])
    }

    @Test func whatIsMadeBetweenIsSentAtItsPlace() throws {
        let plan = try plan([visit()]) { $0.hasPrefix("GET") && !$0.hasPrefix("GET /news") }
        #expect(
            lines(plan) == ["(POST /register", "(POST /login", "GET /me", "(POST /items", "GET /items/{id}"])
        #expect(plan.scripts[0].requests.map { $0.offsetNs / 1_000_000 } == [0, 5, 10, 25, 530])
    }

    @Test func eachValueIsTakenAndPut() throws {
        let script = try plan([visit()]) { $0.hasPrefix("GET /items") }.scripts[0]
        var values = CloneValues(script: script, clone: 3)
        script.take(1, from: #"{"access_token":"live"}"#, into: &values)
        script.take(2, from: #"{"id":"live-item"}"#, into: &values)
        #expect(script.requests.map(\.method) == ["POST", "POST", "POST", "GET"])
        #expect(script.rendered(3, values)?.target == "/items/live-item")
        #expect(script.rendered(3, values)?.fields["Authorization"] == "Bearer live")
        #expect(script.rendered(0, values)?.body == #"{"username":"user3","password":"x"}"#)
    }

    @Test func whatNeedsNobodyHasNoPrelude() throws {
        var recording = Recording()
        recording.add("POST", "/login", body: #"{"username":"ann","password":"x"}"#)
        recording.add("GET", "/public")
        let plan = try plan([recording]) { $0.hasPrefix("GET /public") }
        #expect(lines(plan) == ["GET /public"])
        #expect(plan.findings.prelude.isEmpty)
    }

    /// The page sets the cookie; the login authorises it and sets none.
    @Test func aLoginThatSetsNothingIsNeededAnyway() throws {
        var recording = Recording()
        recording.add("GET", "/login", answerFields: ["Set-Cookie: sid=\(PreludeTests.token); Path=/"])
        recording.add(
            "POST", "/login", fields: ["Cookie: sid=\(PreludeTests.token)"], body: "username=ann&password=x",
            type: "application/x-www-form-urlencoded", status: 302)
        recording.add("GET", "/me", fields: ["Cookie: sid=\(PreludeTests.token)"])
        let plan = try plan([recording]) { $0.hasPrefix("GET /me") }
        #expect(lines(plan) == ["(GET /login", "(POST /login", "GET /me"])
    }

    @Test func sessionsOfWhichNothingIsKeptAreLeftOut() throws {
        var other = Recording(session: 2, startMs: -100)
        other.add("GET", "/other")
        let plan = try plan([visit(), other, visit(session: 3, startMs: 50, name: "ben")]) { $0.hasPrefix("GET /me") }
        #expect(plan.scripts.map(\.sessionNumber) == [1, 3])
        #expect(plan.findings.filteredSessions == 1)
        #expect(plan.findings.identities.allSatisfy { $0.names == 2 })
    }

    @Test func nothingToSendIsReported() {
        #expect(throws: PlanError.nothingToSend) { try plan([visit()]) { _ in false } }
    }

    @Test func withoutAFilterNothingIsPrelude() throws {
        #expect(try visit().plan().scripts[0].requests.allSatisfy { !$0.isPrelude })
        #expect(try plan([visit()]) { _ in true }.findings.prelude.isEmpty)
    }
}
