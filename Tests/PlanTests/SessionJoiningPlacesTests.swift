import Testing
import Traffic

@testable import Plan

/// Requests on connections of their own, and what links them to the session whose response gave their value.
@Suite struct SessionJoiningPlacesTests {
    static let value = "Zk3_vQ9tB2mXw7-LsR4nYc8dHf1"

    /// Where a response gives the value.
    struct Source: CustomTestStringConvertible {
        var testDescription: String
        var status: UInt16 = 200
        var fields: [String] = []
        var body = ""
        var type = "application/json"
    }

    /// Where a later request sends it.
    struct Sink: CustomTestStringConvertible {
        var testDescription: String
        var method = "GET"
        var target = "/use"
        var fields: [String] = []
        var body = ""
        var type: String?
        var host = "api.example.com"
    }

    static let sources: [Source] = [
        Source(testDescription: "field", status: 201, fields: ["X-Subject-Token: \(value)"]),
        Source(
            testDescription: "redirect", status: 302, fields: ["Location: https://app.example/cb?code=\(value)&s=1"]),
        Source(testDescription: "cookie", fields: ["Set-Cookie: s=\(value); Path=/"]),
        Source(testDescription: "XML", body: "<r><sessionId>\(value)</sessionId></r>", type: "text/xml"),
        Source(testDescription: "form", body: "access_token=\(value)&x=1", type: "application/x-www-form-urlencoded"),
        Source(testDescription: "HTML", body: #"<script>window.t = "\#(value)";</script>"#, type: "text/html"),
        Source(testDescription: "text", body: value, type: "text/plain"),
        Source(testDescription: "JSON string", body: "\"\(value)\""),
        Source(testDescription: "JSON member", body: #"{"result":{"key":"\#(value)"}}"#),
        Source(testDescription: "a signed URL", body: #"{"url":"https:\/\/files.example\/\#(value)?sig=1"}"#),
    ]

    static let sinks: [Sink] = [
        Sink(testDescription: "Bearer", fields: ["Authorization: Bearer \(value)"]),
        Sink(testDescription: "Basic", fields: ["Authorization: Basic " + PlantedValues.base64("key:\(value)")]),
        Sink(
            testDescription: "a scheme of the service's own",
            fields: ["Authorization: Session " + PlantedValues.base64("ann:17:\(value)")]),
        Sink(testDescription: "a field of another name", fields: ["vmware-api-session-id: \(value)"]),
        Sink(testDescription: "a cookie", fields: ["Cookie: a=1; sid=\(value)"]),
        Sink(testDescription: "query", target: "/use?_sid=\(value)&x=1"),
        Sink(testDescription: "path", method: "PUT", target: "/use/\(value)"),
        Sink(testDescription: "path of another host", target: "/\(value)?sig=1", host: "files.example"),
        Sink(testDescription: "JSON", method: "POST", body: #"{"auth":"\#(value)","id":2}"#),
        Sink(
            testDescription: "form", method: "POST", body: "code=\(value)&x=1",
            type: "application/x-www-form-urlencoded"),
        Sink(testDescription: "escaped", target: "/use?t=\(value.replacing("_", with: "%5F"))"),
    ]

    private func giving(_ source: Source, session: UInt32 = 1, startMs: Int64 = 0) -> Recording {
        var recording = Recording(session: session, startMs: startMs)
        recording.add(
            "POST", "/start", status: source.status, answer: source.body, answerFields: source.fields,
            answerType: source.type)
        return recording
    }

    private func using(_ sink: Sink, session: UInt32 = 2, startMs: Int64 = 1000) -> Recording {
        var recording = Recording(session: session, startMs: startMs)
        recording.authority = sink.host
        recording.add(sink.method, sink.target, fields: sink.fields, body: sink.body, type: sink.type)
        return recording
    }

    @Test(arguments: sources, sinks) func aValueJoinsSessionsAtEveryPosition(source: Source, sink: Sink) {
        let result = SessionJoining.result(of: [giving(source).recorded, using(sink).recorded])
        #expect(result.sessions.map(\.exchanges.count) == [2])
        #expect(result.joined == 1)
        #expect(result.foreignRequests == 0)
    }

    @Test(arguments: sinks) func aValueThatTwoSessionsReceivedJoinsNothingAndIsReported(sink: Sink) {
        let source = SessionJoiningPlacesTests.sources[8]
        let result = SessionJoining.result(of: [
            giving(source).recorded, giving(source, session: 3, startMs: 50).recorded, using(sink).recorded,
        ])
        #expect(result.sessions.count == 3)
        #expect(result.foreignRequests == 1)
    }

    @Test(arguments: sinks) func aValueThatTheClientMadeTiesNothing(sink: Sink) {
        let source = SessionJoiningPlacesTests.sources[8]
        let result = SessionJoining.result(of: [
            using(sink, startMs: -500).recorded, giving(source).recorded, using(sink, session: 3).recorded,
        ])
        #expect(result.sessions.count == 3)
        #expect(result.foreignRequests == 0)
    }

    /// The code that a device shows (RFC 8628), and words of the same shape.
    @Test(arguments: [
        ("WDJB-MJHT", 1), ("GQVQ-JKEC", 1), ("7BKD-2QXR", 1), ("READ-ONLY", 2), ("full-time", 2), ("2023-2024", 2),
        ("UTF8-TEXT", 2), ("WDJBMJHTX", 2),
    ])
    func theCodeOfADeviceTies(code: String, sessions: Int) {
        var device = Recording(session: 1)
        device.add(
            "POST", "/device", answer: #"{"device_code":"\#(SessionJoiningPlacesTests.value)","user_code":"\#(code)"}"#)
        var browser = Recording(session: 2, startMs: 1000)
        browser.add("POST", "/activate", body: "user_code=\(code)", type: "application/x-www-form-urlencoded")
        let result = SessionJoining.result(of: [device.recorded, browser.recorded])
        #expect(result.sessions.count == sessions, "\(code)")
    }

    /// Values that two requests of different clients share without belonging together.
    @Test(arguments: [
        ("what a client has cached", ["If-None-Match: \"\(value)\""], "/page"),
        ("where it comes from", ["Referer: https://api.example.com/\(value)"], "/page"),
        ("a file of a page", [], "/static/\(value).css"),
    ])
    func thisTiesNothing(reason: String, fields: [String], target: String) {
        let source = Source(
            testDescription: "page", fields: ["ETag: \"\(SessionJoiningPlacesTests.value)\""],
            body: "<link href=/static/\(SessionJoiningPlacesTests.value).css>", type: "text/html")
        let sink = Sink(testDescription: reason, target: target, fields: fields)
        let result = SessionJoining.result(of: [giving(source).recorded, using(sink).recorded])
        #expect(result.sessions.count == 2)
        #expect(result.foreignRequests == 0)
    }

    /// Ann and Ben, each with a login; Ben opens a document that Ann created.
    @Test func usersWithDifferentNamesStaySeparate() {
        var ann = Recording(session: 1)
        ann.add("POST", "/login", body: #"{"username":"ann","password":"x"}"#)
        ann.add("POST", "/documents", answer: #"{"id":"\#(SessionJoiningPlacesTests.value)"}"#)
        var ben = Recording(session: 2, startMs: 1000)
        ben.add("POST", "/login", body: #"{"username":"ben","password":"x"}"#)
        ben.add("GET", "/documents/\(SessionJoiningPlacesTests.value)")
        let result = SessionJoining.result(of: [ann.recorded, ben.recorded])
        #expect(result.sessions.map(\.number) == [1, 2])
        #expect(result.foreignRequests == 1)
        #expect(PlanFindings.with(result).sessionDoubts.count == 1)
    }

    @Test func usersWithDifferentCookiesStaySeparate() {
        func visitor(_ session: UInt32, _ cookie: String, startMs: Int64) -> Recording {
            var recording = Recording(session: session, startMs: startMs)
            recording.add("GET", "/", answerFields: ["Set-Cookie: sid=\(cookie)"])
            recording.add("GET", "/me", fields: ["Cookie: sid=\(cookie)"])
            return recording
        }
        var ann = visitor(1, "1aa4b09199c62bcf9418", startMs: 0)
        ann.add(
            "POST", "/documents", fields: ["Cookie: sid=1aa4b09199c62bcf9418"],
            answer: #"{"id":"\#(SessionJoiningPlacesTests.value)"}"#)
        var ben = visitor(2, "2bb4b09199c62bcf9419", startMs: 1000)
        ben.add(
            "GET", "/documents/\(SessionJoiningPlacesTests.value)", fields: ["Cookie: sid=2bb4b09199c62bcf9419"])
        #expect(SessionJoining.joined([ann.recorded, ben.recorded]).count == 2)
    }

    /// The browser's cookies are sent to one host, the application's to another; a code passes between them.
    @Test func aCodeTiesTheSessionsOfTwoHosts() {
        var provider = Recording(session: 1)
        provider.authority = "id.example"
        provider.add("GET", "/", answerFields: ["Set-Cookie: sid=1aa4b09199c62bcf9418"])
        provider.add(
            "GET", "/authorize", fields: ["Cookie: sid=1aa4b09199c62bcf9418"], status: 302,
            answerFields: ["Location: https://app.example/cb?code=\(SessionJoiningPlacesTests.value)"])
        var application = Recording(session: 2, startMs: 5)
        application.authority = "app.example"
        application.add("GET", "/", answerFields: ["Set-Cookie: app=2bb4b09199c62bcf9419"])
        application.add(
            "GET", "/cb?code=\(SessionJoiningPlacesTests.value)", fields: ["Cookie: app=2bb4b09199c62bcf9419"],
            gapMs: 100)
        #expect(SessionJoining.joined([provider.recorded, application.recorded]).count == 1)
    }

    /// A service that redeems everyone's codes over one connection.
    @Test func aSessionWithTheValuesOfSeveralIsSeparated() {
        let codes = ["Zk3_vQ9tB2mXw7-LsR4nYc8dHf1", "Qk7_vP1tC5mZw2-MsT9nXc4dGf6"]
        let tokens = ["0044b09199c62bcf9418ad84", "1144b09199c62bcf9418ad85"]
        var people: [Recording] = []
        for (number, code) in codes.enumerated() {
            var person = Recording(session: UInt32(number + 1), startMs: Int64(number) * 100)
            person.connection = UInt32(number + 1)
            person.add("POST", "/login", body: #"{"username":"ann\#(number)","password":"x"}"#)
            person.add(
                "GET", "/authorize", status: 302, answerFields: ["Location: https://app.example/cb?code=\(code)"])
            people.append(person)
        }
        var service = Recording(session: 9, startMs: 1000)
        service.connection = 9
        let basic = "Authorization: Basic " + PlantedValues.base64("application:long-lived-secret")
        for (code, token) in zip(codes, tokens) {
            service.add(
                "POST", "/token", fields: [basic], body: "grant_type=authorization_code&code=\(code)",
                type: "application/x-www-form-urlencoded", answer: #"{"access_token":"\#(token)"}"#)
        }
        for token in tokens { service.add("GET", "/me", fields: ["Authorization: Bearer \(token)"]) }
        service.add("GET", "/health")
        let joined = SessionJoining.joined((people + [service]).map(\.recorded))
        #expect(joined.map(\.number) == [1, 2, 9])
        #expect(joined.map(\.exchanges.count) == [4, 4, 1])
    }

    @Test func manySingleRequestsAreReported() throws {
        let sessions = (1...4).map { number in
            var recording = Recording(session: UInt32(number), startMs: Int64(number) * 100)
            recording.add("GET", "/\(number)")
            return recording.recorded
        }
        let findings = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings
        #expect(findings.isFragmented)
        #expect(findings.sessionDoubts == [.singleRequests(4, sessions: 4)])
        #expect(try !ReplayPlan(sessions: Array(sessions.prefix(2)), options: PlanOptions()).findings.isFragmented)
    }

    @Test func aTokenOfAnotherSessionIsNotOneThatNobodyGave() throws {
        let source = SessionJoiningPlacesTests.sources[8]
        let sink = SessionJoiningPlacesTests.sinks[0]
        let sessions = [giving(source), giving(source, session: 3, startMs: 50), using(sink)].map(\.recorded)
        #expect(
            try ReplayPlan(sessions: sessions, options: PlanOptions()).findings.tokens.map(\.isOfAnotherSession) == [
                true
            ])
        #expect(
            try ReplayPlan(sessions: [using(sink).recorded], options: PlanOptions()).findings.tokens
                .map(\.isOfAnotherSession) == [false])
    }
}

extension PlanFindings {
    fileprivate static func with(_ result: SessionJoining.Result) -> PlanFindings {
        var findings = PlanFindings()
        findings.recordedSessions = result.sessions.count
        findings.foreignRequests = result.foreignRequests
        findings.foreignSessions = result.foreignSessions
        return findings
    }
}

/// Words, dates and addresses are not distinctive runs.
@Suite struct DistinctiveRunsTests {
    @Test(arguments: [
        ("8f14e45fceea167a5a36dedd4bea2543", true), ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", true),
        ("Zk3_vQ9tB2mXw7-LsR4nYc8dHf1", true), ("65f1c0ffee65f1c0ffee65f1", true), ("1187623459876234567", true),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl", true), ("sess-9f3kq82m", true),
        ("2026-11-30T12", false), ("20261130120000", false), ("jquery-3.6.0.min.js", false),
        ("application-1.2.3", false), ("internationalization", false), ("api2.eu-west-1.example.com", false),
        ("wtlAFEuHAlraXMJVPnwJfRgKRerDkBcJ", true), ("getUserAccountSettingsByIdentifier", false),
        ("HTMLInputElementWithOtherNames", false), ("INTERNATIONALIZATION_OF_TEXTS", false), ("wtlAFEuHAlra", false),
        ("my-first-article-2026", false), ("XMLHttpRequest2", false), ("127.0.0.1", false), ("abc123", false),
    ])
    func runs(text: String, isDistinctive: Bool) {
        #expect(DistinctiveRuns.hashes(of: Array(text.utf8)).count == (isDistinctive ? 1 : 0))
    }

    @Test(arguments: [
        "\"%@\"", "a=%@&b=c", "<x>%@</x>", "/a/%@/b", "see %@.", "a%20%@%3b", "x%3D%@%zz", "%@", "{%@}", "a:%@,",
    ])
    func surroundingsDoNotMatter(around: String) {
        let value = "8f14e45fceea167a5a36dedd4bea2543"
        let hashes = DistinctiveRuns.hashes(of: Array(around.replacing("%@", with: value).utf8))
        #expect(hashes == DistinctiveRuns.hashes(of: Array(value.uppercased().utf8)))
    }

    /// A session of one exchange on its own connection.
    private static func single(
        _ number: UInt32, _ method: String, _ target: String, fields: [String] = [], body: String = "",
        status: UInt16 = 200, answer: String = "", answerFields: [String] = []
    ) -> RecordedSession {
        var recording = Recording(session: number, startMs: Int64(number) * 100)
        recording.add(
            method, target, fields: fields, body: body, status: status, answer: answer, answerFields: answerFields)
        return recording.recorded
    }

    @Test func aTokenThatEverybodyIsGivenIsEachPersonsOwn() {
        let token = SessionJoiningPlacesTests.value
        let bearer = ["Authorization: Bearer \(token)"]
        let given = #"{"access_token":"\#(token)"}"#
        let (one, other) = ("7c9e6679-7425-40de-944b-e07fc1f90ae7", "16fd2706-8baf-433b-82eb-8c7fada847da")
        let sessions = [
            Self.single(1, "POST", "/token", answer: given), Self.single(2, "POST", "/token", answer: given),
            Self.single(3, "POST", "/cart", fields: bearer, answer: #"{"cartId":"\#(one)"}"#),
            Self.single(4, "POST", "/cart", fields: bearer, answer: #"{"cartId":"\#(other)"}"#),
            Self.single(5, "POST", "/add/\(one)", fields: bearer),
            Self.single(6, "POST", "/add/\(other)", fields: bearer),
            Self.single(7, "POST", "/add/\(one)", fields: bearer),
        ]
        let result = SessionJoining.result(of: sessions)
        #expect(result.sessions.map(\.exchanges.count).sorted() == [3, 4])
        #expect(result.foreignRequests == 0)
        let carts = result.sessions.map { session in
            Set(
                session.exchanges.compactMap { $0.request?.head.text }.compactMap { head in
                    [one, other].first { head.contains($0) }
                })
        }
        #expect(carts.allSatisfy { $0.count == 1 }, "no cart of one person is in the session of another")
    }

    @Test(arguments: [
        (#"{"state":"queued"}"#, ["Location: /jobs/17"], "a field"), (#"{"id":17}"#, [], "the id of what was made"),
        ("", ["Operation-Location: https://api.example.com/jobs/17?api=1"], "a field of Azure's"),
    ])
    func aJobIsPolledOnSeparateConnections(answer: String, fields: [String], reason: String) throws {
        let sessions = [
            Self.single(1, "POST", "/jobs", body: "{}", status: 202, answer: answer, answerFields: fields),
            Self.single(2, "GET", "/jobs/17"), Self.single(3, "GET", "/jobs/17/log"), Self.single(4, "GET", "/jobs/18"),
        ]
        let result = SessionJoining.result(of: sessions)
        #expect(result.sessions.map(\.exchanges.count).sorted() == [1, 3], "\(reason)")
    }

    @Test func aPathThatAnotherPersonIsGivenTiesNothing() {
        let sessions = [
            Self.single(
                1, "POST", "/jobs", fields: ["Cookie: sid=aaaaaaaaaaaaaaaa1111"], body: "{}", status: 202,
                answerFields: ["Location: /jobs/17"]),
            Self.single(2, "GET", "/jobs/17", fields: ["Cookie: sid=bbbbbbbbbbbbbbbb2222"]),
        ]
        #expect(SessionJoining.result(of: sessions).sessions.count == 2)
        let two = [
            Self.single(1, "POST", "/jobs", body: "{}", status: 202, answerFields: ["Location: /jobs/17"]),
            Self.single(2, "POST", "/jobs", body: "{}", status: 202, answerFields: ["Location: /jobs/17"]),
            Self.single(3, "GET", "/jobs/17"),
        ]
        #expect(SessionJoining.result(of: two).sessions.count == 3, "given to two, it is no one's")
        #expect(SessionJoining.result(of: two).foreignRequests == 0)
    }

    @Test func aUserWhoAcceptsAnInvitationIsJoinedWithTheSessionThatMakesIt() {
        let code = "01618372802d0456fcae"
        let sessions = [
            Self.single(
                1, "POST", "/login", body: #"{"username":"root99","password":"x"}"#,
                answer: #"{"token":"\#(SessionJoiningPlacesTests.value)"}"#),
            Self.single(
                2, "POST", "/invite", fields: ["Authorization: Bearer \(SessionJoiningPlacesTests.value)"], status: 201,
                answer: #"{"code":"\#(code)"}"#),
            Self.single(
                3, "POST", "/accept", body: #"{"code":"\#(code)","email":"n0@x.de","password":"p"}"#, status: 201),
        ]
        #expect(SessionJoining.result(of: sessions).sessions.map(\.exchanges.count) == [3])
        // Who logs in is known already: what they send of another's is no invitation.
        var login = sessions
        login[2] = Self.single(3, "POST", "/login", body: #"{"code":"\#(code)","email":"n0@x.de","password":"p"}"#)
        #expect(SessionJoining.result(of: login).sessions.map(\.exchanges.count).sorted() == [1, 2])
    }
}
